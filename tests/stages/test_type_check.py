import sys

import pytest

from data.errors import UserError
from stages import type_check
from stages.type_check import type_errors

FINE = "def f(a):\n    return len(a)\n"
UNDEFINED = "def f(a):\n    return b{comment}\n"


def rules(*sources):
    return [error and error.partition(":")[0] for error in type_errors(sources)]


def test_the_first_error_of_each_text_is_named_and_others_are_none():
    typed = "def f(a: int):\n    x = a.nothing\n    return undefined\n"
    errors = type_errors([FINE, typed, FINE, UNDEFINED.format(comment="")])
    assert [error is None for error in errors] == [True, False, True, False]
    assert "nothing" in (errors[1] or "")
    assert errors[3] == "unresolved-reference: Name `b` used when not defined"


@pytest.mark.parametrize(
    "source",
    [
        "def f(a):\n    if a:\n        x = 1\n    return x\n",
        "def f(a):\n    global state\n    state = a\n    return a\n",
        "def f(a):\n    import polars\n    return polars.sum(a)\n",
        "def f(a):\n    from .module import g\n    return g(a)\n",
        "def f(a):\n    print a\n",
    ],
)
def test_what_a_function_lacks_outside_of_its_module_is_an_error(source):
    assert type_errors([FINE, source])[0] is None
    assert type_errors([source]) != [None]


@pytest.mark.parametrize(
    "source",
    [
        UNDEFINED.format(comment="  # type: ignore"),
        UNDEFINED.format(comment="  # ty: ignore"),
        UNDEFINED.format(comment="  # x #\tty :\xa0ignore[unresolved-reference]"),
        "# ty: ignore\n" + UNDEFINED.format(comment=""),
        "import typing as t\n@t.no_type_check\n" + UNDEFINED.format(comment=""),
        '# /// script\n# [tool.ty.rules]\n# unresolved-reference = "ignore"\n# ///\n'
        + UNDEFINED.format(comment=""),
    ],
)
def test_a_text_cannot_configure_the_checker(source):
    assert rules(FINE, source)[0] is None
    assert type_errors([source]) != [None]


def test_settings_of_the_user_do_not_change_the_answer(tmp_path, monkeypatch):
    settings = tmp_path / "ty" / "ty.toml"
    settings.parent.mkdir()
    settings.write_text('[rules]\nunresolved-reference = "ignore"\n')
    (tmp_path / "ty.toml").write_text('[rules]\nunresolved-reference = "ignore"\n')
    (tmp_path / ".gitignore").write_text("*\n")
    monkeypatch.setenv("TY_CONFIG_FILE", str(settings))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(type_check.tempfile, "tempdir", str(tmp_path))
    assert rules(UNDEFINED.format(comment="")) == ["unresolved-reference"]


def test_a_text_that_breaks_the_checker_does_not_spoil_its_neighbours():
    breaking = "x = " + "not " * 20_000 + "1\n"
    errors = type_errors([FINE, breaking, UNDEFINED.format(comment=""), FINE])
    assert [errors[0], errors[3]] == [None, None]
    assert (errors[1] or "").startswith("the type checker ended with")
    assert (errors[2] or "").startswith("unresolved-reference")


def test_a_batch_that_runs_out_of_time_is_split(monkeypatch):
    sizes = []

    def check(sources, seconds):
        sizes.append(len(sources))
        return "ran out of time" if "endless" in sources else [None] * len(sources)

    monkeypatch.setattr(type_check, "_check", check)
    errors = type_errors(["fine"] * 300 + ["endless"] + ["fine"] * 3)
    assert [number for number, error in enumerate(errors) if error] == [300]
    assert errors[300] == "the type checker ran out of time"
    assert sizes[:3] == [250, 54, 27]


def test_a_checker_that_never_works_is_the_users_to_repair(monkeypatch):
    monkeypatch.setattr(type_check, "SETTINGS", "nonsense = 1\n")
    with pytest.raises(UserError, match=r"ended with 2 .* with nothing to check.*pip install"):
        type_errors([FINE])


def test_a_checker_that_sees_nothing_is_noticed(monkeypatch):
    monkeypatch.setattr(type_check, "ERRORS", frozenset())
    with pytest.raises(UserError, match="did not see an error that is there"):
        type_errors([FINE])


def test_a_missing_checker_names_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "ty", None)
    with pytest.raises(UserError, match="pip install ty"):
        type_errors([FINE])


def test_lone_surrogates_and_null_characters_are_checked_like_any_text():
    assert len(type_errors(["x = '\ud800'\n", "x = 1\0\n", FINE])) == 3
