import numpy as np
import polars as pl
import pytest

from pipeline.errors import UserError
from stages.intervals import interval, paired_gain, resampled


def test_the_interval_holds_the_mean_and_narrows_with_more_problems():
    few, many = np.array([0.0, 1.0] * 10), np.array([0.0, 1.0] * 1000)
    low, high = interval(few)
    assert low < 0.5 < high
    assert np.diff(interval(many))[0] < (high - low) / 5


def test_the_interval_covers_the_truth_about_19_times_in_20():
    draws = np.random.default_rng(0)
    samples = (draws.random((200, 60)) < 0.3).astype(float)
    covered = [low <= 0.3 <= high for low, high in (interval(s, seed=1) for s in samples)]
    assert 0.88 <= np.mean(covered) <= 0.99


def test_columns_are_resampled_together():
    columns = np.array([[0.0, 1.0, 2.0, 5.0], [1.0, 2.0, 3.0, 6.0]])
    first, second = resampled(columns)
    assert np.allclose(second, first + 1.0)


def table(values: list[float], first: int = 0) -> pl.DataFrame:
    problems = [f"p{first + i}" for i in range(len(values))]
    return pl.DataFrame(
        {"problem": problems, "value": values}, schema_overrides={"value": pl.Float64}
    )


def test_the_gain_is_paired_whatever_the_order_of_the_problems():
    before, after = table([0.0, 1.0] * 20), table([0.25, 1.0] * 20)
    value, low, high = paired_gain(before, after.reverse())
    assert value == pytest.approx(0.125)
    assert 0.08 < low < high < 0.17


def test_other_problems_or_some_of_them_do_not_compare():
    with pytest.raises(UserError, match="not of the same problems"):
        paired_gain(table([1.0, 2.0]), table([1.0, 2.0], first=1))
    with pytest.raises(UserError, match="not of the same problems"):
        paired_gain(table([1.0, 2.0]), table([1.0]))
    with pytest.raises(UserError, match="not of the same problems"):
        paired_gain(table([1.0]), table([1.0, 2.0]))


def test_no_problem_has_no_gain():
    assert np.isnan(paired_gain(table([]), table([]))).all()
