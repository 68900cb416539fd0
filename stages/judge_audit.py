"""judge_audit: how good a judge is here, before a loop trusts it (CriticBench, arXiv 2310.04815).

    found = audit(judged, "feedback")     # `judged` has the verdicts of that judge and of "truth"
    found.good_enough, found.sentence

A judge that calls everything right has the accuracy of the answers: what counts is balanced
accuracy, the mean of how often it is right about right answers and about wrong ones; 0.5 is a coin.
"""

from typing import Any, NamedTuple

import numpy as np
import polars as pl

from data.table import Rows
from data.turns import Dialogue
from pipeline.errors import UserError
from pipeline.run import current_run
from stages.intervals import resampled
from stages.judge import NO_FEEDBACK
from stages.scores import Measured, write_scores
from stages.verdicts import answering, of_judge, score_of

__all__ = ["AUDIT", "Audit", "audit", "measures"]

AUDIT = "audit:"
"""What an audit's metrics begin with; the judge's name follows, and at last the family, if it is
of one: "audit:feedback:recall:gcd"."""

HITS, MISSES, FALSE_HITS, REFUSALS, UNTOLD = range(5)
"""Right answers called right and called wrong, wrong ones called right and called wrong, and
answers of which the judge could not tell."""

Interval = tuple[float, float, float]


class Audit(NamedTuple):
    """`measures` are value, low and high of each measure over all families."""

    good_enough: bool
    sentence: str
    measures: dict[str, Interval]


def audit(
    dialogues: Rows[Dialogue], judge: str, truth: str = "truth", enough: float = 0.5
) -> Audit:
    """Compare the judge's verdicts with the truth's on the same answers, and write the measures to
    the run's scores.parquet, of all and of each family. It is good enough when the interval of its
    balanced accuracy lies above `enough`."""
    if (run := current_run()) is None:
        raise UserError("audit writes to the scores of a run: call it in a flow.")
    counts = count_verdicts(dialogues.frame(), judge, truth)
    families = sorted({family for _, family in counts})
    measured = []
    overall = _measured(counts, f"{AUDIT}{judge}")
    for family in families if len(families) > 1 else ():
        part = {key: count for key, count in counts.items() if key[1] == family}
        measured += _measured(part, f"{AUDIT}{judge}", f":{family}")
    found = {m.metric.rpartition(":")[2]: (m.value, m.low, m.high) for m in overall}
    good, sentence = _sentence(judge, found["balanced_accuracy"], enough)
    noted = [
        m._replace(note=sentence) if m.metric.endswith("balanced_accuracy") else m for m in overall
    ]
    write_scores(run, dialogues, [*noted, *measured])
    return Audit(good, sentence, found)


def count_verdicts(
    dialogues: pl.DataFrame, judge: str, truth: str
) -> dict[tuple[str, str], np.ndarray]:
    """For each question (and its family) how often judge and truth agreed. A score of exactly 0.5
    tells nothing; answers whose truth is not known, or that got no feedback, do not count, nor do
    the earlier ones of a dialogue for a judge of last answers."""
    counts: dict[tuple[str, str], np.ndarray] = {}
    for row in dialogues.iter_rows(named=True):
        of_question = counts.setdefault((row["instruction"], row["family"]), np.zeros(5))
        for turn in answering(row["turns"]):
            known = score_of(row, truth, turn)
            if known is not None and not _unasked(row, judge, turn):
                of_question[_kind(score_of(row, judge, turn), known > 0.5)] += 1
    return {key: count for key, count in counts.items() if count.any()}


def _unasked(row: dict[str, Any], judge: str, turn: int) -> bool:
    said = {v["turn"]: v["said"] for v in of_judge(row, judge)}
    return bool(said) and said.get(turn, NO_FEEDBACK) == NO_FEEDBACK


def _kind(score: float | None, right: bool) -> int:
    if score is None or score == 0.5:
        return UNTOLD
    if right:
        return HITS if score > 0.5 else MISSES
    return FALSE_HITS if score > 0.5 else REFUSALS


def measures(counts: np.ndarray) -> dict[str, np.ndarray]:
    """Accuracy, balanced accuracy, precision and recall of "right" where the judge could tell, the
    share where it could not, and the share of right answers; NaN where nothing can be said.
    `counts` has the five kinds of verdicts as rows."""
    hits, misses, false_hits, refusals, untold = counts
    told = hits + misses + false_hits + refusals
    with np.errstate(invalid="ignore", divide="ignore"):
        recall, refused = hits / (hits + misses), refusals / (false_hits + refusals)
        return {
            "balanced_accuracy": (recall + refused) / 2,
            "accuracy": (hits + refusals) / told,
            "precision": hits / (hits + false_hits),
            "recall": recall,
            "unparseable": untold / (told + untold),
            "right": (hits + misses) / told,
        }


def _measured(
    counts: dict[tuple[str, str], np.ndarray], prefix: str, suffix: str = ""
) -> list[Measured]:
    table = np.array([*counts.values()]).reshape(-1, 5).T
    values = measures(table.sum(axis=1))
    if counts:
        drawn = measures(resampled(table))
        bounds = {name: _bounds(values[name], each) for name, each in drawn.items()}
    else:
        bounds = dict.fromkeys(values, (float("nan"), float("nan")))
    answers = int(table.sum())
    return [
        Measured(f"{prefix}:{name}{suffix}", float(value), *bounds[name], len(counts), answers)
        for name, value in values.items()
    ]


def _bounds(value: Any, drawn: np.ndarray) -> tuple[float, float]:
    """The 95 % interval; none where a resample often has nothing to measure."""
    if np.isnan(value) or np.isnan(drawn).mean() > 0.5:
        return float("nan"), float("nan")
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def _sentence(judge: str, found: Interval, enough: float) -> tuple[bool, str]:
    value, low, high = found
    if not value >= 0:
        why = "the answers that it judged are all right, or all wrong, or there are none"
        return False, f"not good enough: nothing is known of {judge}, as {why}"
    if np.isnan(low):
        return False, f"not good enough: too few answers to say how good {judge} is"
    said = f"balanced accuracy of {judge} is {value:.2f}, {low:.2f} to {high:.2f}"
    if low > enough:
        return True, f"good enough: {said}, above {enough:.2f}"
    return False, f"not good enough: {said}, not surely above {enough:.2f}"
