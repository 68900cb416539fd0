import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.sources import records
from data.turns import Dialogue
from pipeline.errors import UserError
from pipeline.load import load
from pipeline.scripted import ScriptedModel
from stages.vote import majority, vote
from tests.stages.dialogues import in_a_run, scores, talk

MODEL = ScriptedModel(lambda prompt, seed: "")


def judged(question: str, *answers: str) -> dict:
    """A dialogue of answers; 42 is right."""
    row = talk(
        *(f"Answer: {answer}" if answer else "nothing" for answer in answers), question=question
    )
    row["verdicts"] = [
        {"judge": "truth@1", "turn": n, "score": float(answer == "42"), "said": answer}
        for n, answer in enumerate(answers)
    ]
    return row


@pytest.mark.parametrize(
    ("answers", "place"),
    [
        (["1", "2", "2"], 1),
        (["1", "2"], 0),
        (["2", "1", "1", "2"], 0),
        (["", "3", "$3.0$", "4"], 1),
        (["4", "3", "3.0"], 1),
        (["", ""], None),
        ([], None),
    ],
)
def test_the_majority_is_the_first_of_the_answers_that_most_agree_with(answers, place):
    assert majority(judged("q", *answers)) == place


def test_feedback_has_no_vote():
    row = talk("Answer: 1", "Verdict: right\nAnswer: 2", "Answer: 2", "Answer: 2")
    assert majority(row) == 1  # among the answers


@given(st.lists(st.sampled_from(["1", "2", "3", ""]), max_size=7))
def test_nobody_has_more_votes_than_the_majority(answers):
    place = majority(judged("q", *answers))
    votes = [answers.count(answer) for answer in answers if answer]
    if place is None:
        assert not votes
    else:
        assert answers.count(answers[place]) == max(votes)
        assert place == min(
            i for i, a in enumerate(answers) if a and answers.count(a) == max(votes)
        )


def measured(folder, *rows: dict) -> dict[str, dict]:
    def body(run) -> None:
        numbered = [row | {"id": str(number)} for number, row in enumerate(rows)]
        table = load(records(numbered), Dialogue)
        vote(table, MODEL)

    found = scores(in_a_run(folder / "run", body))
    return {metric: row for (_, metric), row in found.items()}


def test_majority_and_oracle_are_shares_of_the_questions(tmp_path):
    found = measured(
        tmp_path,
        judged("a", "42", "42", "1"),
        judged("a", "42", "1", "1"),
        judged("b", "1", "2", "2"),
        judged("c", "", "42", ""),
        judged("d"),
    )
    assert found["majority"]["value"] == pytest.approx((0.5 + 0 + 1 + 0) / 4)
    assert found["oracle"]["value"] == pytest.approx((1 + 0 + 1 + 0) / 4)
    row = found["majority"]
    assert (row["problems"], row["samples"], row["model"]) == (4, 2, MODEL.fingerprint)
    assert row["low"] <= row["value"] <= row["high"]


def test_what_the_judge_could_not_tell_is_left_out_and_no_wrong_answer(tmp_path):
    unknown = judged("b", "42", "42")
    unknown["verdicts"][0]["score"] = None
    found = measured(tmp_path, judged("a", "42", "42"), unknown)
    assert [found[m]["value"] for m in ("majority", "oracle")] == [1.0, 1.0]
    assert found["majority"]["problems"] == 1
    assert found["majority"]["note"] == "1 dialogues left out: truth could not tell"


def test_the_vote_of_a_run_is_the_same_each_time(tmp_path):
    rows = [judged(f"q{n}", *["42", "1", "42"][: n % 3 + 1]) for n in range(9)]
    assert measured(tmp_path / "1", *rows) == measured(tmp_path / "2", *rows)


def test_a_vote_outside_a_run_is_refused():
    with pytest.raises(UserError, match="call it in a flow"):
        vote(None, MODEL)  # type: ignore[arg-type]
