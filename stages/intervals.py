"""95 % intervals from resampling problems: the samples of one problem are not independent."""

import numpy as np
import polars as pl

from pipeline.errors import UserError

__all__ = ["interval", "paired_gain", "resampled"]

RESAMPLES = 10_000
AT_ONCE = 2_000_000  # values drawn at a time: bounds memory to some 50 MB


def resampled(columns: np.ndarray, seed: int = 0) -> np.ndarray:
    """The mean of each column in each resample; `columns` has a row a column, a value a problem."""
    count = columns.shape[1]
    draws, step = np.random.default_rng(seed), max(1, AT_ONCE // (count * len(columns)))
    sizes = [min(step, RESAMPLES - first) for first in range(0, RESAMPLES, step)]
    means = [columns[:, draws.integers(0, count, (size, count))].mean(axis=-1) for size in sizes]
    return np.concatenate(means, axis=1)


def interval(values: np.ndarray, seed: int = 0) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of the mean of one value per problem."""
    if len(values) == 0:
        return float("nan"), float("nan")
    low, high = np.quantile(resampled(np.asarray(values)[None], seed), [0.025, 0.975])
    return float(low), float(high)


def paired_gain(before: pl.DataFrame, after: pl.DataFrame) -> tuple[float, float, float]:
    """How much higher `value` is in the second of two tables with one row a `problem`, and the
    interval of the paired difference: (gain, low, high)."""
    both = before.join(after, on="problem", suffix="_after", maintain_order="left")
    if both.height != before.height or both.height != after.height:
        raise UserError(
            f"The two evaluations are not of the same problems ({before.height} and "
            f"{after.height}, {both.height} of them in both), so they do not compare."
        )
    gains = (both["value_after"] - both["value"]).to_numpy()
    return float(gains.mean()) if len(gains) else float("nan"), *interval(gains)
