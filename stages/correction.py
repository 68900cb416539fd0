"""What second answers did to first ones, from counts: did right ones stay, were wrong ones fixed?

Confidence and critique, Yang et al. 2024, arXiv 2412.19513. Over all dialogues, each question
weighing the same,

    direct    the share right at first                  refined   the share right at last
    CL        of what was right at first, the share that stayed right (confidence level)
    CS        of what was wrong at first, the share that was fixed (critique score)
    RSS       refined, rescaled: 0 at direct^2, 1 at 1 - (1 - direct)^2; 0.5 is no change

so that refined = direct * CL + (1 - direct) * CS. As in the paper a question that was never right
adds nothing to CL, one that was never wrong nothing to CS. Where no answer at all was right (or
wrong) at first, CL (or CS) and RSS are not defined: NaN. Such resamples are left out of intervals.
"""

import numpy as np

from stages.intervals import resampled

__all__ = ["correction", "correction_of_counts"]


def correction(direct: np.ndarray, kept: np.ndarray, fixed: np.ndarray) -> dict[str, np.ndarray]:
    """The metrics, from the shares of all dialogues that were right at first, right at both ends,
    and right at last alone."""
    direct, kept, fixed = (np.asarray(share, np.float64) for share in (direct, kept, fixed))
    refined, wrong, between = kept + fixed, 1.0 - direct, 2.0 * direct * (1.0 - direct)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "direct": direct,
            "refined": refined,
            "CL": kept / direct,
            "CS": fixed / wrong,
            "RSS": np.where(between > 0, (refined - direct**2) / between, np.nan),
            "right_to_wrong": direct - kept,
            "wrong_to_right": fixed,
        }


def correction_of_counts(
    samples: np.ndarray, first_right: np.ndarray, kept: np.ndarray, fixed: np.ndarray
) -> dict[str, tuple[float, float, float]]:
    """Each metric with its 95 % interval over questions, (value, low, high), from one count per
    question; questions without a sample are left out."""
    there = np.asarray(samples) > 0
    counts = np.stack([first_right, kept, fixed]).astype(np.float64)
    shares = counts[:, there] / np.asarray(samples)[there]
    if not shares.size:
        nothing = correction(*np.full(3, np.nan))
        return dict.fromkeys(nothing, (np.nan, np.nan, np.nan))
    found = correction(*shares.mean(axis=1))
    drawn = correction(*resampled(shares))
    return {name: (float(found[name]), *_middle(drawn[name])) for name in found}


def _middle(values: np.ndarray) -> tuple[float, float]:
    """The middle 95 % of the values that are defined."""
    if not (defined := values[~np.isnan(values)]).size:
        return np.nan, np.nan
    low, high = np.quantile(defined, [0.025, 0.975])
    return float(low), float(high)
