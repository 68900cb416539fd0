from typing import Any

import pytest

from data.turns import Dialogue, Pair
from pipeline.errors import ContractError, SettingError
from pipeline.stage import Outcome, Stage
from stages.converse import Ask
from stages.pairs import _extremes, _flips, chosen, extremes
from tests.stages.dialogues import talk, talks

AGAIN = Ask("improve_response")


def scored(*turns: tuple[str, float | None], **columns: Any) -> dict[str, Any]:
    """A dialogue; each answering turn with its score by the judge "truth"."""
    row = talk(*(text for text, _ in turns), **columns)
    for number, turn in enumerate(row["turns"]):
        turn["asked"] = f"ask {number}"
        turn["kind"] = "feedback" if turn["kind"] == "feedback" else "response"
    row["verdicts"] = [
        {"judge": "truth@1", "turn": number, "score": score, "said": ""}
        for number, (text, score) in enumerate(turns)
        if not text.startswith("Verdict")
    ]
    return row


def flips(*rows: dict[str, Any], **settings: Any) -> Outcome:
    return Stage(_flips, Dialogue, Pair, "flips").apply(talks(*rows), "truth", **settings)


def extreme(*rows: dict[str, Any], again=None, margin=0.0, weight=1.0) -> Outcome:
    stage = Stage(_extremes, Dialogue, Pair, "extremes", whole=True)
    return stage.apply(talks(*rows), "truth", again, margin, weight)


def better_worse(outcome: Outcome) -> list[tuple[str, str]]:
    return outcome.kept.select("chosen", "rejected").rows()


def test_an_answer_that_was_put_right_is_chosen_over_the_one_before():
    found = flips(scored(("a", 0.0), ("b", 1.0)))
    assert better_worse(found) == [("b", "a")]


def test_an_answer_that_was_spoilt_is_rejected_for_the_one_before():
    found = flips(scored(("a", 1.0), ("b", 0.0)))
    assert better_worse(found) == [("a", "b")]


def test_the_prompt_of_a_flip_is_what_was_asked_first_alone():
    (row,) = flips(scored(("a", 0.0), ("b", 1.0))).kept.to_dicts()
    assert row["prompt"] == [{"role": "user", "content": "ask 0", "train": False}]
    assert (row["parents"], row["weight"]) == (["0"], 1.0)


def test_what_did_not_flip_or_was_not_told_is_dropped_with_its_reason():
    found = flips(
        scored(("a", 1.0), ("b", 0.9)),
        scored(("a", 0.0), ("b", 0.5)),
        scored(("a", None), ("b", 1.0)),
        scored(("a", 1.0), ("b", None)),
    )
    assert found.kept.is_empty()
    assert found.dropped["dropped"].to_list() == [
        "no flip: right both times",
        "no flip: wrong both times",
        "not judged",
        "not judged",
    ]


def test_feedback_in_between_is_no_answer():
    row = scored(("a", 0.0), ("Verdict: wrong", None), ("b", 1.0))
    assert better_worse(flips(row)) == [("b", "a")]
    assert better_worse(flips(row, first=0, last=1)) == [("b", "a")]


def test_any_two_answers_can_be_compared_and_dialogues_without_them_are_dropped():
    row = scored(("a", 1.0), ("b", 0.0), ("c", 1.0))
    assert flips(row).reasons == {"no flip": 1}
    assert better_worse(flips(row, first=1)) == [("c", "b")]
    short = scored(("a", 1.0), ("b", 0.0))
    found = flips(row, short, scored(), first=0, last=2)
    assert found.reasons == {"no flip": 1, "too few answers": 2}
    assert flips(scored(("a", 1.0)), scored()).reasons == {"too few answers": 2}


def test_a_judge_that_did_not_judge_is_named():
    with pytest.raises(ContractError, match="no verdict of 'truth'"):
        flips(talk("a", "b"))


def test_the_best_of_all_answers_to_a_question_is_chosen_over_the_worst():
    found = extreme(
        scored(("a", 0.3), ("b", 0.9), question="x"),
        scored(("c", 0.5), question="y"),
        scored(("d", 0.1), ("e", None), question="x"),
        scored(("f", 0.6), question="y"),
    )
    assert better_worse(found) == [("b", "d"), ("f", "c")]
    assert found.kept["parents"].to_list() == [["0", "2"], ["1", "3"]]
    assert [p[0]["content"] for p in found.kept["prompt"].to_list()] == ["ask 0", "ask 0"]


def test_questions_in_the_same_words_with_other_answers_make_no_pair():
    found = extreme(scored(("a", 1.0), gold="1"), scored(("b", 0.0), gold="2"))
    assert found.reasons == {"small margin": 2}


def test_of_equal_scores_the_first_is_taken():
    found = extreme(scored(("a", 1.0), ("b", 1.0)), scored(("c", 0.0), ("d", 0.0)))
    assert better_worse(found) == [("a", "c")]


def test_the_second_pair_asks_again_about_the_worst():
    rows = scored(("worse", 0.0), ("better", 1.0)), scored(("middling", 0.5))
    plain, again = extreme(*rows, again=AGAIN, weight=0.25).kept.to_dicts()
    assert (plain["chosen"], plain["rejected"]) == (again["chosen"], again["rejected"])
    assert (plain["weight"], again["weight"]) == (1.0, 0.25)
    assert plain["id"] != again["id"]
    about = {"instruction": "6 * 7?", "turns": [{"kind": "response", "text": "worse"}]}
    assert again["prompt"] == [{"role": "user", "content": AGAIN.say(about), "train": False}]
    assert "worse" in AGAIN.say(about)


def test_scores_within_the_margin_make_no_pair():
    rows = scored(("a", 0.25)), scored(("b", 0.75))
    assert extreme(*rows, margin=0.5).reasons == {"small margin": 2}
    assert better_worse(extreme(*rows, margin=0.4)) == [("b", "a")]
    assert extreme(scored(("a", 1.0))).reasons == {"small margin": 1}
    with pytest.raises(SettingError, match="margin is -1"):
        extremes(None, "truth", margin=-1)  # type: ignore[arg-type]
    with pytest.raises(SettingError, match="margin is nan"):
        extremes(None, "truth", margin=float("nan"))  # type: ignore[arg-type]


def test_dialogues_without_answers_or_scores_do_not_keep_the_others_from_a_pair():
    found = extreme(scored(), scored(("a", None)), scored(("b", 1.0), ("c", 0.0)), again=AGAIN)
    assert better_worse(found) == [("b", "c")] * 2
    assert extreme(scored(), scored(("a", None))).reasons == {"not judged": 2}


def test_the_chosen_answer_is_trained_on_as_the_answer_to_the_prompt():
    pairs = extreme(scored(("a", 0.0), ("b", 1.0)), again=AGAIN, weight=2.0).kept
    found = chosen(pairs)
    assert found["weight"].to_list() == [1.0, 2.0]
    assert found["parents"].to_list() == [[i] for i in pairs["id"]]
    for row, pair in zip(found.to_dicts(), pairs.to_dicts(), strict=True):
        *asked, said = row["messages"]
        assert asked == pair["prompt"]
        assert said == {"role": "assistant", "content": "b", "train": True}
