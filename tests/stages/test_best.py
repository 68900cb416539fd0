from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.turns import Dialogue
from pipeline.errors import ContractError, SettingError
from pipeline.stage import Outcome, Stage
from stages.best import Criterion, _best, best, reward, solved
from tests.stages.dialogues import talk, talks


def scored(*turns: tuple[str, float | None, str], parent: str = "p", **more: Any) -> dict[str, Any]:
    """A dialogue: of each turn its text, its score by the truth, and the answer found in it."""
    row = talk(*(text for text, _, _ in turns), **more) | {"parents": [parent]}
    row["verdicts"] = [
        {"judge": "truth@1", "turn": number, "score": score, "said": said}
        for number, (_, score, said) in enumerate(turns)
    ]
    return row


RIGHT, WRONG, NONE = ("r", 1.0, "42"), ("w", 0.0, "41"), ("n", 0.0, "")


def found(*rows: dict[str, Any], criterion: Criterion = "all") -> Outcome:
    stage = Stage(_best, Dialogue, Dialogue, "best", whole=True)
    return stage.apply(talks(*rows), "truth", criterion)


def ids(outcome: Outcome) -> list[str]:
    return outcome.kept["id"].to_list()


def test_the_reward_is_1_for_right_0_for_wrong_and_less_without_a_final_answer():
    row = scored(RIGHT, WRONG, NONE, ("?", None, "no known answer"))
    assert [reward(row, "truth", turn) for turn in range(4)] == [1.0, 0.0, -1.0, -1.0]
    with pytest.raises(ContractError, match="no verdict of 'other'"):
        reward(row, "other", 0)


def test_a_judge_may_be_named_with_its_version():
    row = scored(RIGHT, NONE)
    assert [reward(row, "truth@1", turn) for turn in range(2)] == [1.0, -1.0]


def test_solved_is_right_at_last():
    assert solved(scored(WRONG, RIGHT))
    assert not solved(scored(RIGHT, WRONG))
    assert not solved(scored())


def test_of_each_parent_the_dialogue_with_the_highest_last_reward_goes_on():
    outcome = found(
        scored(WRONG, NONE, parent="a"),
        scored(NONE, RIGHT, parent="b"),
        scored(WRONG, ("x", 0.0, "40"), parent="a"),
        scored(NONE, WRONG, parent="b"),
    )
    assert ids(outcome) == ["1", "2"]
    assert outcome.reasons == {"another one is better": 2}


def test_of_equals_the_first_goes_on():
    assert ids(found(scored(NONE, RIGHT), scored(WRONG, RIGHT))) == ["0"]


def test_better_wants_the_last_answer_above_the_one_before():
    rows = [
        scored(NONE, WRONG, parent="a"),
        scored(WRONG, ("x", 0.0, "40"), parent="b"),
        scored(RIGHT, parent="c"),
        scored(RIGHT, WRONG, parent="d"),
    ]
    outcome = found(*rows, criterion="better")
    assert ids(outcome) == ["0", "2"]
    assert outcome.reasons == {"no better than before": 2}


def test_success_wants_the_last_answer_right():
    rows = [scored(NONE, WRONG, parent="a"), scored(WRONG, RIGHT, parent="b")]
    outcome = found(*rows, criterion="success")
    assert ids(outcome) == ["1"]
    assert outcome.reasons == {"not right at last": 1}


def test_a_criterion_that_is_none_is_refused():
    with pytest.raises(SettingError, match="criterion is 'worst'; wanted all, better, success"):
        best(None, "truth", "worst")  # type: ignore[arg-type]


def test_the_same_answer_twice_is_dropped():
    outcome = found(scored(WRONG, ("w \n", 0.0, "41")))
    assert outcome.reasons == {"the same answer twice": 1}


def test_a_dialogue_without_answers_is_dropped_and_hinders_no_other():
    outcome = found(scored(ended="too long"), scored(WRONG, RIGHT), scored(parent="b"))
    assert ids(outcome) == ["1"]
    assert outcome.reasons == {"no answer": 2}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([RIGHT, WRONG, NONE]))))
def test_one_of_each_parent_is_kept_and_none_of_it_is_better(drawn):
    rows = [scored(("first", 0.0, "1"), last, parent=parent) for parent, last in drawn]
    kept = found(*rows).kept
    rewards: dict[str, list[float]] = {}
    for parent, last in drawn:
        rewards.setdefault(parent, []).append(reward(scored(last), "truth", 0))
    chosen = {row["parents"][0]: reward(row, "truth", 1) for row in kept.to_dicts()}
    assert chosen == {parent: max(values) for parent, values in rewards.items()}
    assert kept.height == len(chosen)
