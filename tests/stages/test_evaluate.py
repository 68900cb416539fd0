from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.kinds import Tested
from data.table import Rows
from pipeline.errors import UserError
from stages.evaluate import gain, grade, pass_at_k


@given(
    st.integers(1, 8).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n)))
)
def test_pass_at_k_is_the_share_of_draws_with_a_right_answer(case):
    n, correct, k = case
    answers = [True] * correct + [False] * (n - correct)
    draws = [any(draw) for draw in combinations(answers, k)]
    assert pass_at_k(np.array([correct]), n, k)[0] == pytest.approx(np.mean(draws))


def graded(correct: list[int]) -> pl.DataFrame:
    problems = [f"p{i}" for i in range(len(correct))]
    return pl.DataFrame({"problem": problems, "correct": correct, "samples": [4] * len(correct)})


def test_the_gain_is_paired_problem_by_problem():
    before, after = [0, 4] * 20, [1, 4] * 20
    value, low, high = gain(graded(before), graded(after))
    assert value == pytest.approx(0.125)
    assert 0.08 < low < high < 0.17


def test_evaluations_of_other_problems_do_not_compare():
    with pytest.raises(UserError, match="not of the same problems"):
        gain(graded([1, 2]), graded([1, 2, 3]))


def test_a_problem_without_a_single_usable_answer_counts_as_unsolved():
    problems = pl.DataFrame(
        {"id": ["a", "b"], "parents": [[], []], "instruction": ["", ""], "tests": ["", ""]},
        schema_overrides={"parents": pl.List(pl.String)},
    )
    executed = pl.DataFrame(
        {
            "id": ["x", "y"],
            "parents": [["a"], ["a"]],
            "verdict": ["passed", "failed"],
            **{
                c: ["", ""] for c in ("prompt", "completion", "finish", "model", "program", "tests")
            },
            **{c: ["", ""] for c in ("trust", "detail", "stdout", "traceback", "instruction")},
            "flags": [[], []],
            "tokens": [1, 1],
            "sample": [0, 1],
            "logprob": [None, None],
        },
        schema_overrides={"flags": pl.List(pl.String)},
    )
    found = grade(executed, Rows.held(problems, Tested), 2, "m")
    assert found["problem"].to_list() == ["a", "b"]
    assert found["correct"].to_list() == [1, 0]
    assert found["samples"].to_list() == [2, 2]
