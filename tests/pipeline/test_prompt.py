import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ContractError, UserError
from pipeline.prompt import Template


@given(st.text(), st.text())
def test_values_cannot_inject_placeholders(first, second):
    template = Template("{{a}}|{{b}}")
    values = {"a": first + "{{b}}{% if 1 %}", "b": second}
    assert template.fill([values]) == [f"{values['a']}|{second}"]


def test_a_placeholder_that_is_no_column_names_both():
    with pytest.raises(ContractError, match=r"asks for taks, which its rows do not have.*task"):
        Template("{{taks}}", "solve").check(["id", "task"])


def test_lists_are_written_with_commas():
    assert Template("{{c}}").fill([{"c": ["sum", "max"]}]) == ["sum, max"]


def test_examples_repeat_the_turn_with_their_answers_after_the_introduction():
    template = Template("Add.\n---\nQ: {{q}}\nA:")
    assert template.render({"q": "3"}, ()) == "Q: 3\nA:"
    shown = template.render({"q": "3"}, [({"q": "1"}, " one\n")])
    assert shown == "Add.\n\nQ: 1\nA: one\n\nQ: 3\nA:"


def test_a_missing_file_names_those_that_are_there(tmp_path):
    (tmp_path / "solve.md").write_text("x")
    with pytest.raises(UserError, match=r"In that folder: solve"):
        Template.read(tmp_path / "slove.md")


def test_changed_text_changes_the_fingerprint():
    assert Template("a {{x}}").fingerprint != Template("b {{x}}").fingerprint


def test_text_that_is_no_template_is_a_users_mistake():
    with pytest.raises(UserError, match=r"is no template"):
        Template("{% if %}")
