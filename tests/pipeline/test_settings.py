from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from pipeline.engine import Sampling
from pipeline.errors import SettingError
from pipeline.run import Run
from pipeline.settings import from_toml, from_words, merge, plain, resolve


@dataclass(frozen=True)
class Group:
    size: int = 1
    names: tuple[str, ...] = ()


def loop(
    run: Run,
    model: str,
    samples: int = 4,
    rate: float = 0.5,
    sampling: Sampling = Sampling(n=2),
    group: Group = Group(),
    path: str | None = None,
) -> None: ...


def test_words_are_toml_or_plain_text_and_may_reach_into_groups():
    given = from_words(["model=org/name", "samples=8", "sampling.temperature=0.7", "path=none"])
    values = resolve(loop, given)
    assert values["model"] == "org/name"
    assert values["samples"] == 8
    assert values["sampling"] == Sampling(n=2, temperature=0.7)
    assert values["path"] is None


def test_words_win_over_the_file_inside_groups_too(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text('model = "a"\n[sampling]\nn = 3\ntop_p = 0.9\n')
    values = resolve(loop, merge(from_toml(path), from_words(["sampling.n=5"])))
    assert values["sampling"] == Sampling(n=5, top_p=0.9)


def test_none_in_a_file_takes_a_default_away(tmp_path: Path) -> None:
    def flow(run: Run, lora: dict[str, int] | None = {"r": 8}, path: str | None = "x") -> None: ...  # noqa: B006

    path = tmp_path / "s.toml"
    path.write_text('lora = "none"\npath = "none"\n')
    assert resolve(flow, from_toml(path)) == {"lora": None, "path": None}
    assert resolve(flow, from_toml(path)) == resolve(flow, from_words(["lora=none", "path=none"]))


def test_settings_survive_the_way_through_json():
    values = resolve(loop, {"model": "m", "group": {"names": ["a", "b"]}})
    assert resolve(loop, plain(values)) == values


def test_everything_wrong_is_named_at_once_with_the_nearest_name():
    with pytest.raises(SettingError) as raised:
        resolve(loop, {"sampels": 3, "rate": "fast", "sampling": {"temprature": 1}})
    message = str(raised.value)
    assert "sampels: no such setting; did you mean samples?" in message
    assert "rate: 'fast' is no float" in message
    assert "did you mean sampling.temperature?" in message
    assert "model: needed, and not given" in message


def test_a_value_of_the_wrong_type_inside_a_group_is_named_with_its_path():
    with pytest.raises(SettingError, match=r"group\.size: 'big' is no int"):
        resolve(loop, {"model": "m", "group": {"size": "big"}})


def test_a_word_that_is_none_of_several_is_answered_with_those():
    def flow(run: Run, start: Literal["base", "last"] = "base") -> None: ...

    with pytest.raises(SettingError, match="start: 'worst' is none of 'base', 'last'"):
        resolve(flow, {"start": "worst"})


def test_a_word_that_toml_reads_as_a_number_can_be_text():
    assert resolve(loop, from_words(["model=5", "path=2024-01-01"]))["model"] == "5"
    assert resolve(loop, from_words(["model=m", "path=2024-01-01"]))["path"] == "2024-01-01"


def test_settings_that_cannot_be_are_refused_with_what_was_wanted():
    with pytest.raises(SettingError, match="sampling: n is 0, wanted at least 1"):
        resolve(loop, {"model": "m", "sampling": {"n": 0}})


def test_a_word_without_a_value_says_how_to_write_one():
    with pytest.raises(SettingError, match="write key=value"):
        from_words(["samples"])


def test_a_missing_file_names_those_that_are_there(tmp_path):
    (tmp_path / "demo.toml").write_text("")
    with pytest.raises(SettingError, match=r"In that folder: demo\.toml"):
        from_toml(tmp_path / "dmeo.toml")


def test_a_file_that_is_not_toml_says_where():
    path = Path(__file__)
    with pytest.raises(SettingError, match="is not TOML"):
        from_toml(path)
