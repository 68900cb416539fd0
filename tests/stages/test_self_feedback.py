from typing import Any

import pytest

from data.turns import Dialogue, Question
from pipeline.engine import Sampling
from pipeline.errors import ContractError
from pipeline.model import Sampler
from pipeline.scripted import ScriptedModel
from pipeline.stage import Stage
from stages.generate import _generate
from stages.judge import by_feedback
from stages.keep import _keep
from stages.self_feedback import (
    ANSWER,
    FEEDBACK,
    REFINE,
    WRITE_QUESTION,
    endorsed,
    new,
    self_filter,
)
from tests.stages.dialogues import talk, talks


@pytest.mark.parametrize(
    ("turns", "right"),
    [
        (["x", "Verdict: right"], True),
        (["x", "Verdict: wrong"], False),
        (["x", "Verdict: unclear"], False),
        (["x", "Verdict: right", "y"], False),
        (["x"], False),
        ([], False),
    ],
)
def test_endorsed_is_what_the_newest_turn_calls_right(turns, right):
    assert endorsed(talk(*turns)) is right


def test_an_answer_that_calls_itself_right_is_not_endorsed():
    row = talk("x", "Verdict: right")
    row["turns"][1]["kind"] = "response"
    assert not endorsed(row)


def test_the_self_filter_keeps_what_the_feedback_calls_right_and_says_why_not():
    rows = [["x", "Verdict: right"], ["x", "Verdict: wrong"], ["x", "Verdict"], ["x"], []]
    made: Any = talks(*(talk(*row) for row in rows))
    judged: Any = by_feedback(made)
    found = Stage(_keep, Dialogue, Dialogue, "keep").apply(judged, self_filter)
    assert found.kept["id"].to_list() == ["0"]
    assert found.reasons == {"no verdict": 3, "its feedback": 1}


def test_the_self_filter_wants_the_feedback_judged():
    with pytest.raises(ContractError, match="no verdict of 'feedback'"):
        self_filter(talk("x", "Verdict: right"))


def test_a_question_that_was_there_before_goes_once():
    rows = talks(*(talk("x", question=q) for q in ("a", "b", "a")))
    found = Stage(_keep, Dialogue, Dialogue, "new", whole=True).apply(rows, new)
    assert found.kept["instruction"].to_list() == ["a", "b"]
    assert found.reasons == {"repeated question": 1}


def test_a_question_that_was_made_up_has_no_known_answer_and_keeps_its_family():
    schema = ("id", "parents", "instruction", "gold", "family", "entry")
    rows = talks(talk(question="old", family="sums", entry="{}")).select(schema)
    for said, kept in (("\n new? \n", ["new?"]), (" \n", [])):
        sampler = Sampler(ScriptedModel(lambda p, s, said=said: said))
        stage = Stage(_generate, Question, Question, "write_question")
        found = stage.apply(rows, sampler, WRITE_QUESTION, Sampling())
        assert found.kept["instruction"].to_list() == kept
        assert found.reasons == ({} if kept else {"no question": 1})
        for row in found.kept.to_dicts():
            assert (row["gold"], row["entry"], row["family"]) == ("", "", "sums")


def test_the_prompts_of_the_loop_ask_for_what_came_before():
    row = talk("4 - 6 = 2", "Verdict: wrong", question="Calculate 4 - 6.")
    row["turns"][0]["kind"] = "response"
    assert ANSWER.say(row).startswith("Calculate 4 - 6.\n\n")
    assert "4 - 6 = 2" in FEEDBACK.say(row)
    assert "Verdict: wrong" in REFINE.say(row)
    assert [ask.kind for ask in (ANSWER, FEEDBACK, REFINE)] == ["response", "feedback", "response"]
