import polars as pl
import pytest
from dialogues import given, talk, talks

from data.table import Rows
from data.turns import Dialogue
from pipeline.errors import SettingError
from stages.judge import by_answer, by_feedback, by_majority, group_answers, verdict_line
from stages.verdicts import score_of


def judged(judge, frame: pl.DataFrame, *settings, **named) -> pl.DataFrame:
    return judge(frame, *settings, **named)


def test_every_answer_is_compared_with_the_known_one_and_feedback_is_not():
    frame = talks(talk("Answer: 41", "Verdict: wrong", "Answer: $42.0$"), talk("no idea"))
    found = judged(by_answer, frame)
    assert given(found, 0) == [(0, 0.0), (2, 1.0)]
    assert [v["said"] for v in found["verdicts"][0]] == ["41", "$42.0$"]
    assert given(found, 1) == [(0, 0.0)]


def test_of_a_question_whose_answer_nobody_knows_nothing_is_told():
    frame = talks(talk("Answer: 42", "hm", gold=""))
    assert given(judged(by_answer, frame)) == [(0, None), (1, None)]


def test_a_known_answer_that_says_nothing_is_none():
    assert given(judged(by_answer, talks(talk("Answer: 42", gold=" .")))) == [(0, None)]


def test_only_the_last_answers_are_judged_on_request():
    frame = talks(talk("Answer: 42", "Answer: 1", "Verdict: right"))
    assert given(judged(by_answer, frame, turns="last")) == [(1, 0.0)]
    with pytest.raises(SettingError, match="'first'"):
        judged(by_answer, frame, turns="first")


def test_another_way_of_finding_the_answer_is_another_version():
    frame = judged(by_answer, talks(talk("42")))
    frame = judged(by_answer, frame, answer=lambda text: text)
    assert given(frame) == [(0, 0.0), (0, 1.0)]
    assert len({v["judge"] for v in frame["verdicts"][0]}) == 2
    again = judged(by_answer, frame)
    assert sorted(given(again)) == sorted(given(frame))


def test_judging_changes_nothing_but_the_verdicts_and_carries_further_columns():
    frame = talks(talk("Answer: 42", hint="none"), hint=pl.String)
    found = judged(by_answer, frame)
    assert found.drop("verdicts").equals(frame.drop("verdicts"))


@pytest.mark.parametrize(
    ("feedback", "score"),
    [
        ("Verdict: right", 1.0),
        ("**Verdict: Wrong.**\nThe sum is off.", 0.0),
        ("The sum is off.\n\nVerdict: wrong", 0.0),
        ("Verdict: right\nbut then\nVerdict: wrong", None),
        ("Verdict: rightly so", None),
        ("Verdict: right" + "." * 200 + " or not", None),
        ("a\nVerdict: right\nb", None),
        ("", None),
    ],
)
def test_a_verdict_is_read_from_the_first_or_last_line(feedback, score):
    assert verdict_line(feedback) == score


def test_feedback_judges_the_answer_before_it():
    frame = talks(talk("a", "Verdict: wrong", "b", "Verdict: hm", "c"))
    found = judged(by_feedback, frame, name="self")
    assert given(found) == [(0, 0.0), (2, None), (4, None)]
    assert [v["said"] for v in found["verdicts"][0]] == ["turn 1", "no verdict", "no feedback"]
    assert score_of(found.row(0, named=True), "self", 0) == 0.0


def test_feedback_of_another_model_is_another_version():
    one, other = talk("a", "Verdict: right"), talk("a", "Verdict: right")
    other["turns"][1]["model"] = "n"
    found = judged(by_feedback, talks(one, other))
    assert len({v["judge"] for row in found["verdicts"] for v in row}) == 2


def test_the_majority_is_counted_question_by_question():
    frame = talks(
        talk("Answer: 1", sample=0),
        talk("Answer: 42", sample=1),
        talk("Answer: 9", "Answer: 42.0", sample=2),
        talk("hm", sample=3),
        talk("Answer: 5", question="other"),
    )
    found = judged(by_majority, frame)
    assert [given(found, row) for row in range(5)] == [
        [(0, 0.0)],
        [(0, 1.0)],
        [(1, 1.0)],
        [(0, None)],
        [(0, 1.0)],
    ]
    assert found["verdicts"][0][0]["said"] == "42 (2 of 3)"


def test_questions_in_the_same_words_with_other_answers_are_counted_apart():
    frame = talks(*(talk(f"Answer: {n}", gold=n) for n in ("1", "2")))
    assert [given(judged(by_majority, frame), row) for row in range(2)] == [[(0, 1.0)]] * 2


def test_of_equal_counts_the_answer_that_came_first_wins_and_no_votes_give_no_scores():
    frame = talks(talk("Answer: 2", sample=0), talk("Answer: 1", sample=1))
    assert given(judged(by_majority, frame), 0) == [(0, 1.0)]
    assert given(judged(by_majority, talks(talk("hm"), talk()))) == [(0, None)]


def test_answers_that_say_the_same_are_one_group():
    assert group_answers(["7", None, "$7.0$", "8", "7.", "x+1", "1+x"]) == [0, None, 0, 1, 0, 2, 2]


def test_judges_run_as_stages_on_tables(tmp_path):
    from data.sources import records
    from pipeline.flow import Flow
    from pipeline.load import load

    tables: list[Rows[Dialogue]] = []
    made = talks(*(talk(f"Answer: {n}", sample=n) for n in range(50))).to_dicts()

    def loop(run):
        tables.append(by_majority(by_answer(load(records(made), Dialogue))))

    Flow(loop, "loop").start(tmp_path / "r", {})
    frame = tables[0].frame()
    assert sum(score_of(row, "truth") or 0 for row in frame.iter_rows(named=True)) == 1
    assert all(len(verdicts) == 2 for verdicts in frame["verdicts"].to_list())
