import math
from typing import Any

import polars as pl
import pytest
from dialogues import given, talk, talks

from data.sources import records
from data.turns import Dialogue
from pipeline.errors import ContractError, SettingError
from pipeline.flow import Flow
from pipeline.journal import Journal
from pipeline.load import load
from pipeline.model import serve
from pipeline.scripted import ScriptedModel
from pipeline.work import Work, doing
from stages.choose import ChoicePrompt
from stages.judge_by_choice import PAIR, RUBRIC, by_pairwise, by_rubric
from stages.verdicts import score_of


def silent(prompt: str, seed: int) -> str:
    return ""


def likes_right(prompt: str, options: tuple[str, ...]) -> list[float]:
    """Half on the digit that the answer names, half on the worst."""
    named = prompt.partition("Answer:\n")[2].partition("\n")[0]
    return [(option == named) + (place == 0) for place, option in enumerate(options)]


def likes_long(prompt: str, options: tuple[str, ...]) -> list[float]:
    first = prompt.partition("Answer A:\n")[2].partition("\n")[0]
    second = prompt.partition("Answer B:\n")[2].partition("\n")[0]
    return [1 + len(first), 1 + len(second)]


def likes_first(prompt: str, options: tuple[str, ...]) -> list[float]:
    return [3, 1]


def judged(judge: Any, frame: pl.DataFrame, choose: Any, *settings: Any, **named: Any) -> Any:
    with serve(ScriptedModel(silent, choose=choose, **named)) as sampler:
        return judge(frame, sampler, *settings)


def test_the_rubric_gives_the_mean_digit_from_0_to_1():
    frame = talks(talk("5", "Verdict: right", "1"), talk("3"))
    found = judged(by_rubric, frame, likes_right)
    assert given(found, 0) == [(0, pytest.approx(0.5)), (2, pytest.approx(0.0))]
    assert given(found, 1) == [(0, pytest.approx(0.25))]
    assert [v["said"] for v in found["verdicts"][0]] == ["1", "1"]


@pytest.mark.parametrize("judge", [by_rubric, by_pairwise])
def test_a_model_whose_weights_are_no_numbers_gives_no_score(judge):
    found = judged(judge, talks(talk("1", "2")), lambda p, o: [math.nan] * len(o))
    assert {score for _, score in given(found)} == {None}


def test_the_prompts_show_question_and_answers_and_never_the_known_one():
    seen = []

    def spy(prompt, options):
        seen.append(prompt)
        return [1.0] * len(options)

    frame = talks(talk("uno", "due", gold="secret", question="Why?"))
    judged(by_rubric, frame, spy)
    judged(by_pairwise, frame, spy)
    assert len(seen) == 4
    assert all("Why?" in prompt and "secret" not in prompt for prompt in seen)
    assert ["uno" in prompt and "due" in prompt for prompt in seen] == [False, False, True, True]


@pytest.mark.parametrize(
    ("turns", "score"),
    [
        (("short", "Verdict: wrong", "very long"), 1.0),
        (("very long", "middling", "short"), 0.0),
        (("same", "same"), 0.5),
        (("alone",), None),
    ],
)
def test_the_later_answer_wins_or_loses_in_both_orders(turns, score):
    found = judged(by_pairwise, talks(talk(*turns)), likes_long)
    assert given(found) == [(len(turns) - 1, score)]


def test_a_judge_that_likes_a_place_is_undecided():
    found = judged(by_pairwise, talks(talk("a", "b"), talk("b", "a")), likes_first)
    assert given(found, 0) == given(found, 1) == [(1, 0.5)]
    assert found["verdicts"][0][0]["said"] == "later 0.250 as second, 0.750 as first"


def test_a_dialogue_without_answers_has_no_verdict():
    frame = talks(talk())
    assert given(judged(by_pairwise, frame, likes_long)) == []
    assert given(judged(by_rubric, frame, likes_right)) == []


def test_what_is_too_long_for_the_judge_is_not_told():
    frame = talks(talk("word " * 50, "b"))
    assert given(judged(by_rubric, frame, likes_right, context=40)) == [
        (0, None),
        (1, pytest.approx(0.0)),
    ]
    assert given(judged(by_pairwise, frame, likes_long, context=40)) == [(1, None)]


def no_number(prompt: str, options: tuple[str, ...]) -> list[float]:
    return [math.nan] * len(options)


@pytest.mark.parametrize("judge", [by_rubric, by_pairwise])
def test_a_judge_whose_weights_are_no_numbers_tells_nothing(judge):
    found = judged(judge, talks(talk("a", "b")), no_number)
    assert given(found)[-1] == (1, None)
    assert found["verdicts"][0][-1]["said"] == "the judge's weights are no numbers"


def test_another_prompt_or_model_is_another_version(tmp_path):
    (tmp_path / "harsh.md").write_text("{{instruction}} {{answer}} {{family}}?")
    harsh = ChoicePrompt("harsh", RUBRIC.options, path=tmp_path / "harsh.md")
    frame = talks(talk("a"))
    for prompt, model in ((RUBRIC, "m"), (harsh, "m"), (RUBRIC, "n"), (RUBRIC, "m")):
        frame = judged(by_rubric, frame, likes_right, prompt, name=model)
    assert len({v["judge"] for v in frame["verdicts"][0]}) == len(frame["verdicts"][0]) == 3


def test_what_was_answered_is_not_asked_again():
    frame = talks(talk("a"), talk("b"), talk("a"))
    model = ScriptedModel(silent, choose=likes_right)
    judge: Any = by_rubric
    with serve(model) as sampler, doing(Work(journal=Journal())):
        once = judge(frame, sampler)
        assert model.requests == 2
        assert judge(frame, sampler).equals(once)
    assert model.requests == 2


def test_choices_that_are_none_are_refused():
    with pytest.raises(SettingError, match="two or more, all different"):
        ChoicePrompt("judge_pair", ("A", "A"))
    with pytest.raises(SettingError, match="Two answers are compared"):
        judged(by_pairwise, talks(talk("a")), likes_long, RUBRIC)


def test_a_placeholder_that_is_no_column_is_named(tmp_path):
    (tmp_path / "odd.md").write_text("{{mood}}")
    odd = ChoicePrompt("odd", ("1", "2"), path=tmp_path / "odd.md")
    with pytest.raises(ContractError, match="mood"):
        judged(by_rubric, talks(talk("a")), likes_right, odd)


def test_shares_of_a_choice_add_up():
    with serve(ScriptedModel(silent, choose=likes_first)) as sampler:
        (found,) = PAIR.put([{"instruction": "", "first": "", "second": ""}], sampler)
    assert sum(map(math.exp, found)) == pytest.approx(1)


def test_a_loop_that_judges_is_resumed_without_asking_again(tmp_path):
    rows = talks(*(talk(str(n % 5 + 1), sample=n) for n in range(30))).to_dicts()
    model = ScriptedModel(silent, choose=likes_right)
    tables = []

    def loop(run):
        with serve(model) as sampler:
            tables.append(by_rubric(load(records(rows), Dialogue), sampler))

    for _ in range(2):
        Flow(loop, "loop").start(tmp_path / "r", {})
        assert model.requests == 5  # equal answers are asked about once
    found = [score_of(row, "rubric") for row in tables[0].frame().iter_rows(named=True)]
    assert found[:5] == pytest.approx([0, 1 / 8, 2 / 8, 3 / 8, 4 / 8])
    assert tables[1].frame().equals(tables[0].frame())
