import numpy as np
import polars as pl
import pytest
from dialogues import in_a_run, scores
from hypothesis import given
from hypothesis import strategies as st

from data.kinds import Graded
from data.sources import records
from data.turns import Assessed
from pipeline.errors import SettingError, UserError
from pipeline.load import load
from pipeline.scripted import ScriptedModel
from stages.promote import Policy, Promotion, decide, promote

BASE, TUNED = (ScriptedModel(lambda prompt, seed: ""), ScriptedModel(lambda prompt, seed: "x"))
N = 40
WORSE, SAME, BETTER = (-0.2, -0.3, -0.1), (-0.01, -0.1, 0.08), (0.2, 0.1, 0.3)


def graded(right, name, n=N):
    rows = [
        {"id": f"{name}{i}", "problem": f"p{i}", "model": name, "correct": r, "samples": 4}
        for i, r in zip(range(n), right, strict=False)
    ]
    return load(records(rows), Graded, name)


def assessed(first, last, name, untold=0):
    rows = [
        {
            "id": f"{name}{i}", "problem": f"p{i}", "model": name, "samples": 4 - untold,
            "first_right": first, "last_right": last, "kept": min(first, last),
            "fixed": max(last - first, 0), "broken": max(first - last, 0), "untold": untold,
        }
        for i in range(N)
    ]  # fmt: skip
    return load(records(rows), Assessed, name)


@pytest.mark.parametrize(
    ("when", "gain", "word"),
    [
        ("not_worse", WORSE, "keep"),
        ("not_worse", SAME, "promote"),
        ("not_worse", BETTER, "promote"),
        ("better", WORSE, "keep"),
        ("better", SAME, "keep"),
        ("better", BETTER, "promote"),
        ("always", WORSE, "promote"),
    ],
)
def test_each_rule_does_what_it_says(when, gain, word):
    assert decide(gain, Promotion(when=when)).word == word


@given(st.lists(st.integers(-4, 4), min_size=2, max_size=30))
def test_the_default_promotes_exactly_what_is_not_measurably_worse(differences):
    from stages.intervals import interval

    each = np.array(differences) / 4
    low, high = interval(each)
    decision = decide((float(each.mean()), low, high))
    assert (decision.word == "promote") == (high >= 0)


def test_a_decision_says_what_was_measured():
    assert decide(WORSE) == (
        "keep",
        "measurably worse, gain -0.200 (-0.300 to -0.100) over its parent",
    )
    assert decide(BETTER).why == "measurably better, gain +0.200 (+0.100 to +0.300) over its parent"
    assert (
        decide(SAME).why
        == "no measurable difference, gain -0.010 (-0.100 to +0.080) over its parent"
    )


def test_a_gain_of_nothing_has_no_minus():
    assert "gain +0.000 (-0.100 to +0.000)" in decide((-1e-17, -0.1, -1e-17)).why


def test_the_loop_stops_when_patience_is_at_an_end():
    rule = Promotion(patience=2)
    assert decide(WORSE, rule, waited=0).word == "keep"
    word, why = decide(WORSE, rule, waited=1)
    assert word == "stop"
    assert "2 in a row without a promotion" in why


def test_a_guard_that_tripped_is_named_and_stops_only_when_asked_to():
    tripped = ["length: 90 characters, 2.3 times the first iteration's", "diversity: 0.1"]
    word, why = decide(BETTER, tripped=tripped)
    assert word == "promote"
    assert why.endswith("; drift: length, diversity")
    word, why = decide(BETTER, Promotion(stop_on_drift=True), tripped=tripped)
    assert word == "stop"
    assert why.startswith("drift: length, diversity; measurably better")
    assert decide(BETTER, Promotion(stop_on_drift=True)).word == "promote"


def test_evaluations_of_no_problem_do_not_decide():
    nothing = (float("nan"), float("nan"), float("nan"))
    with pytest.raises(UserError, match="on no problem"):
        decide(nothing)
    assert decide(nothing, Promotion(when="always")) == ("promote", "not compared with its parent")


def test_patience_of_no_iteration_is_refused():
    with pytest.raises(SettingError, match="patience is 0"):
        Promotion(patience=0)


def test_a_worse_model_is_kept_out_and_the_loop_stops(tmp_path):
    """A loop made worse on purpose: each iteration's model solves less than the base model."""
    went = []

    def body(run):
        policy = Policy(BASE, graded([4, 3] * N, "base"))
        for iteration in run.iterations(5):
            after = graded([2, 1] * N, f"worse{iteration}")
            policy = promote(policy, TUNED, after, Promotion(patience=2))
            went.append((iteration, policy.model is BASE, policy.stopped))
        assert run.phase == "finish"

    run = in_a_run(tmp_path / "run", body)
    assert [(i, kept) for i, kept, _ in went] == [(0, True), (1, True)]
    assert "measurably worse" in went[-1][2]
    found = scores(run)
    first, second = found["iteration-0", "promotion"], found["iteration-1", "promotion"]
    assert first["note"].startswith("keep: measurably worse, gain -0.500")
    assert second["note"].startswith("stop: measurably worse")
    assert (first["value"], first["problems"], first["samples"]) == (-0.5, N, 4)
    assert first["model"] == TUNED.fingerprint


def test_a_resumed_loop_decides_alike(tmp_path):
    seen = []

    def body(run):
        policy = Policy(BASE, graded([2] * N, "base"))
        for iteration in run.iterations(3):
            after = graded([[3, 0, 4][iteration]] * N, f"after{iteration}")
            policy = promote(policy, TUNED, after, Promotion(patience=2))
            seen.append((policy.evaluation.folder.name, policy.waited, policy.stopped))

    first = pl.read_parquet(in_a_run(tmp_path / "run", body) / "scores.parquet")
    again = pl.read_parquet(in_a_run(tmp_path / "run", body) / "scores.parquet")
    assert [name for name, *_ in seen[:3]] == ["1-after0", "1-after0", "1-after2"]
    assert [waited for _, waited, _ in seen[:3]] == [0, 1, 0]
    assert seen[3:] == seen[:3]
    assert first.equals(again)


def test_a_promoted_model_is_the_parent_of_the_next(tmp_path):
    def body(run):
        policy = Policy(BASE, graded([1] * N, "base"))
        for right in (3, 2):
            policy = promote(policy, TUNED, graded([right] * N, f"right{right}"))
        assert policy.model is TUNED
        assert policy.evaluation.folder.name == "2-right3"

    in_a_run(tmp_path / "run", body)


def test_losses_too_small_to_measure_do_not_add_up(tmp_path):
    """Each model answers one problem in forty worse than the one before."""
    went = []

    def body(run):
        policy = Policy(BASE, graded([4] * N, "base"))
        for iteration in run.iterations(12):
            after = graded([3] * (iteration + 1) + [4] * (N - iteration - 1), f"a{iteration}")
            policy = promote(policy, TUNED, after, Promotion(patience=1))
            went.append((policy.evaluation.folder.name, policy.waited))

    found = scores(in_a_run(tmp_path / "run", body))
    assert 3 < len(went) < 8, "the fourth or a later loss is one too many"
    assert {name for name, _ in went} == {"1-base"}, "the mark stays where it was set"
    notes = [row["note"] for (_, metric), row in found.items() if metric == "promotion"]
    assert [note.partition(":")[0] for note in notes] == ["promote"] * (len(went) - 1) + ["stop"]
    assert notes[0].endswith("over the start")
    assert "measurably worse" in notes[-1]


def test_first_and_last_answers_are_compared_as_asked(tmp_path):
    def body(run):
        policy = Policy(BASE, assessed(2, 2, "base"))
        after = assessed(1, 4, "after")
        assert promote(policy, TUNED, after).model is BASE
        assert promote(policy, TUNED, after, Promotion(of="refined")).model is TUNED

    in_a_run(tmp_path / "run", body)


def test_answers_that_nobody_can_read_promote_no_model(tmp_path):
    def body(run):
        policy = Policy(BASE, assessed(2, 2, "base"))
        collapsed = assessed(0, 0, "after", untold=4)
        assert promote(policy, TUNED, collapsed).model is BASE

    in_a_run(tmp_path / "run", body)


def test_questions_whose_answers_nobody_knows_do_not_decide(tmp_path):
    def body(run):
        policy = Policy(BASE, assessed(0, 0, "base", untold=4))
        promote(policy, TUNED, assessed(0, 0, "after", untold=4))

    with pytest.raises(UserError, match="on no problem whose answer is known"):
        in_a_run(tmp_path / "run", body)


def test_single_answers_have_no_refined_ones_to_compare(tmp_path):
    def body(run):
        policy = Policy(BASE, graded([2] * N, "base"))
        promote(policy, TUNED, graded([2] * N, "after"), Promotion(of="refined"))

    with pytest.raises(SettingError, match=r"promotion\.of=direct"):
        in_a_run(tmp_path / "run", body)


def test_evaluations_of_other_problems_are_refused(tmp_path):
    def body(run):
        policy = Policy(BASE, graded([2] * N, "base"))
        promote(policy, TUNED, graded([2] * N, "after", n=N - 1))

    with pytest.raises(UserError, match="not of the same problems"):
        in_a_run(tmp_path / "run", body)
