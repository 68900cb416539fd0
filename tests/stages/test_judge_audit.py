import numpy as np
import pytest
from dialogues import dialogue, frame_of, in_a_run, scores
from hypothesis import given
from hypothesis import strategies as st

from data.sources import records
from data.turns import Dialogue
from pipeline.errors import ContractError, UserError
from pipeline.load import load
from stages.judge import NO_FEEDBACK
from stages.judge_audit import audit, count_verdicts, measures


def run_audit(tmp_path, rows, **settings):
    """The audit of "self" on these dialogues, and the scores of the run."""
    found = []

    def body(run):
        found.append(audit(load(records(rows), Dialogue), "self", **settings))

    written = scores(in_a_run(tmp_path / "run", body))
    return found[0], {metric: row for (_, metric), row in written.items()}


def judged(truths, said, family="sums"):
    """One dialogue a question, with what the truth and the judge gave its answer."""
    return [
        dialogue(f"{family}{n}", "a", truth={0: t}, self={0: s}) | {"family": family}
        for n, (t, s) in enumerate(zip(truths, said, strict=True))
    ]


def test_the_measures_are_those_of_the_table_of_verdicts(tmp_path):
    # 3 right answers, of which 2 are called right; 5 wrong ones, of which 4 are called wrong
    rows = judged([1, 1, 1, 0, 0, 0, 0, 0, 1], [1, 1, 0, 0.2, 0, 0.4, 0, 0.9, None])
    found, _ = run_audit(tmp_path, rows)
    values = {name: value for name, (value, _, _) in found.measures.items()}
    assert values == pytest.approx(
        {
            "accuracy": 6 / 8,
            "balanced_accuracy": (2 / 3 + 4 / 5) / 2,
            "precision": 2 / 3,
            "recall": 2 / 3,
            "unparseable": 1 / 9,
            "right": 3 / 8,
        }
    )


def test_answers_without_feedback_do_not_count_for_a_judge_named_with_its_version():
    row = dialogue("q", "a", truth={0: 1.0}, feedback={0: None})
    row["verdicts"][1]["said"] = NO_FEEDBACK
    for judge in ("feedback", "feedback@1"):
        assert count_verdicts(frame_of([row]), judge, "truth") == {}


def test_a_judge_of_last_answers_is_audited_on_those():
    row = dialogue("q", "a", "b", truth={0: 1.0, 1: 1.0}, pairwise={1: 1.0})
    ((_, counts),) = count_verdicts(frame_of([row]), "pairwise", "truth").items()
    assert counts.tolist() == [1, 0, 0, 0, 0]


def test_a_judge_that_calls_everything_right_is_not_good_enough_however_accurate(tmp_path):
    rows = judged([1.0] * 80 + [0.0] * 20, [1.0] * 100)
    found, written = run_audit(tmp_path, rows)
    assert found.measures["accuracy"][0] == 0.8
    assert not found.good_enough
    assert written["audit:self:balanced_accuracy"]["note"] == found.sentence
    assert found.sentence == (
        "not good enough: balanced accuracy of self is 0.50, 0.50 to 0.50, not surely above 0.50"
    )


def test_a_judge_that_is_mostly_right_is_good_enough_and_the_bound_is_the_users(tmp_path):
    rows = judged([1.0, 0.0] * 50, [1.0, 0.0] * 40 + [0.0, 1.0] * 10)
    found, written = run_audit(tmp_path, rows)
    assert found.good_enough
    assert found.sentence.startswith("good enough: balanced accuracy of self is 0.80, 0.7")
    assert written["audit:self:balanced_accuracy"]["problems"] == 100
    value, low, high = found.measures["balanced_accuracy"]
    assert low < value < high
    assert not run_audit(tmp_path / "strict", rows, enough=0.75)[0].good_enough


@pytest.mark.parametrize(("truths", "why"), [([1.0] * 9, "all right"), ([], "there are none")])
def test_nothing_is_known_of_a_judge_that_saw_one_kind_of_answer_only(tmp_path, truths, why):
    if not truths:
        rows = [dialogue("q", "a", truth={0: None}, self={0: 1.0})]
    else:
        rows = judged(truths, truths)
    found, _ = run_audit(tmp_path, rows)
    assert not found.good_enough
    assert why in found.sentence


def test_families_are_measured_apart_too(tmp_path):
    rows = judged([1, 0] * 20, [1, 0] * 20, "easy") + judged([1, 0] * 20, [0, 1] * 20, "hard")
    rows = [row | {"id": str(n)} for n, row in enumerate(rows)]
    found, written = run_audit(tmp_path, rows)
    assert found.measures["accuracy"][0] == 0.5
    assert written["audit:self:accuracy:easy"]["value"] == 1.0
    assert written["audit:self:accuracy:hard"]["value"] == 0.0
    assert written["audit:self:accuracy:hard"]["samples"] == 40


def test_what_got_no_feedback_or_has_no_known_truth_does_not_count():
    rows = [
        dialogue("a", "x", "?", "y", truth={0: 1.0, 2: 1.0}, self={0: 1.0, 2: None}),
        dialogue("b", "x", truth={0: None}, self={0: 1.0}),
        dialogue("c", "x", truth={0: 0.0}, self={0: 0.5}),
    ]
    rows[0]["verdicts"][-1]["said"] = NO_FEEDBACK
    counts = count_verdicts(frame_of(rows), "self", "truth")
    assert {key: count.tolist() for key, count in counts.items()} == {
        ("a", "sums"): [1, 0, 0, 0, 0],
        ("c", "sums"): [0, 0, 0, 0, 1],
    }


def test_samples_of_one_question_are_drawn_together(tmp_path):
    alone = judged([1.0, 0.0] * 40, [1.0, 0.0, 0.0, 0.0] * 20)
    together = [row | {"instruction": f"q{n // 20}"} for n, row in enumerate(alone)]
    wide, narrow = (
        run_audit(tmp_path / name, rows)[0].measures["accuracy"]
        for name, rows in (("one", together), ("many", alone))
    )
    assert wide[0] == narrow[0] == 0.75
    assert wide[2] - wide[1] < narrow[2] - narrow[1]  # every question has the same share


def test_a_judge_that_is_not_there_is_named():
    with pytest.raises(ContractError, match="'self'"):
        count_verdicts(frame_of([dialogue("a", "x", truth={0: 1})]), "self", "truth")


def test_an_audit_outside_a_flow_is_refused():
    from data.table import Rows

    with pytest.raises(UserError, match="in a flow"):
        audit(Rows.held(frame_of([dialogue("a", "x")]), Dialogue), "self")


@given(st.lists(st.integers(0, 50), min_size=5, max_size=5))
def test_measures_are_shares_and_swapping_right_and_wrong_keeps_balanced_accuracy(counts):
    hits, misses, false_hits, refusals, untold = counts
    found = measures(np.array(counts, dtype=float))
    swapped = measures(np.array([refusals, false_hits, misses, hits, untold], dtype=float))
    assert all(np.isnan(value) or 0 <= value <= 1 for value in found.values())
    for name in ("accuracy", "balanced_accuracy", "unparseable"):
        assert found[name] == pytest.approx(swapped[name], nan_ok=True)
