import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.correction import correction_of_counts

# for one question: its dialogues, each right or wrong at first and at last
QUESTION = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=6)
QUESTIONS = st.lists(QUESTION, min_size=1, max_size=8)


def counted(questions):
    samples = [len(q) for q in questions]
    first = [sum(a for a, _ in q) for q in questions]
    kept = [sum(a and b for a, b in q) for q in questions]
    fixed = [sum(b and not a for a, b in q) for q in questions]
    return tuple(np.array(c) for c in (samples, first, kept, fixed))


def values(questions):
    return {name: found[0] for name, found in correction_of_counts(*counted(questions)).items()}


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    monkeypatch.setattr("stages.intervals.RESAMPLES", 50)


@given(QUESTIONS)
def test_accuracies_are_means_over_questions(questions):
    found = values(questions)
    assert found["direct"] == pytest.approx(
        np.mean([np.mean([a for a, _ in q]) for q in questions])
    )
    assert found["refined"] == pytest.approx(
        np.mean([np.mean([b for _, b in q]) for q in questions])
    )


@given(QUESTIONS)
def test_refined_accuracy_is_what_was_kept_and_what_was_fixed(questions):
    m = values(questions)
    kept = m["direct"] * m["CL"] if m["direct"] else 0.0
    fixed = (1 - m["direct"]) * m["CS"] if m["direct"] < 1 else 0.0
    assert m["refined"] == pytest.approx(kept + fixed)


@given(QUESTIONS)
def test_the_flips_are_the_difference_of_the_accuracies(questions):
    m = values(questions)
    assert m["refined"] - m["direct"] == pytest.approx(m["wrong_to_right"] - m["right_to_wrong"])
    if 0 < m["direct"] < 1:
        assert m["right_to_wrong"] == pytest.approx(m["direct"] * (1 - m["CL"]))
        assert m["wrong_to_right"] == pytest.approx((1 - m["direct"]) * m["CS"])


@given(QUESTIONS)
def test_rss_rescales_refined_accuracy_between_its_bounds(questions):
    m = values(questions)
    if 0 < m["direct"] < 1:
        low, high = m["direct"] ** 2, 1 - (1 - m["direct"]) ** 2
        assert m["refined"] == pytest.approx(low + m["RSS"] * (high - low))


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=6), min_size=1, max_size=6))
def test_answers_that_are_only_repeated_have_cl_1_cs_0_rss_one_half(questions):
    m = values([[(right, right) for right in q] for q in questions])
    if 0 < m["direct"] < 1:
        assert m["CL"] == pytest.approx(1.0)
        assert m["CS"] == pytest.approx(0.0)
        assert m["RSS"] == pytest.approx(0.5)


@given(QUESTIONS)
def test_shares_stay_between_0_and_1_and_intervals_are_in_order(questions):
    for name, (value, low, high) in correction_of_counts(*counted(questions)).items():
        if not math.isnan(value):
            assert not low > high
            if name != "RSS":
                assert -1e-12 <= value <= 1 + 1e-12


def test_a_case_done_by_hand():
    # a: 2 of 4 right at first, 1 of them stays, 1 of the 2 wrong is fixed; b: all wrong, 1 fixed
    a = [(True, True), (True, False), (False, True), (False, False)]
    b = [(False, True), (False, False), (False, False), (False, False)]
    m = values([a, b])
    assert m["direct"] == 0.25
    assert m["refined"] == 0.375
    assert m["CL"] == 0.5  # of the 1/4 right at first, 1/8
    assert m["CS"] == pytest.approx(1 / 3)  # of the 3/4 wrong at first, 1/4
    assert m["RSS"] == pytest.approx((0.375 - 0.0625) / (2 * 0.25 * 0.75))
    assert m["right_to_wrong"] == 0.125
    assert m["wrong_to_right"] == 0.25


def test_what_is_not_defined_is_nan_and_the_rest_is_there():
    never = values([[(False, True)], [(False, False)]])
    assert math.isnan(never["CL"])
    assert math.isnan(never["RSS"])
    assert never["CS"] == 0.5
    always = values([[(True, True)], [(True, False)]])
    assert math.isnan(always["CS"])
    assert always["CL"] == 0.5


def test_questions_without_a_sample_are_left_out():
    none = np.zeros(1, int)
    counts = [np.concatenate([c, none]) for c in counted([[(True, True), (False, True)]])]
    assert correction_of_counts(*counts)["refined"][0] == 1.0
    empty = [np.zeros(0, int)] * 4
    assert all(math.isnan(v) for found in correction_of_counts(*empty).values() for v in found)
