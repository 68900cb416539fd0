"""vote: what the majority of a dialogue's answers is worth, and the best of them."""

from typing import Any

import numpy as np
import polars as pl

from data.table import Rows
from data.turns import Dialogue
from pipeline.errors import UserError
from pipeline.model import AnyModel
from pipeline.run import current_run
from stages.intervals import interval
from stages.judge import group_answers
from stages.scores import Measured, write_scores
from stages.verdicts import QUESTION, answering, score_of
from stages.verify import final_answer

__all__ = ["majority", "vote"]


def vote(dialogues: Rows[Dialogue], model: AnyModel, judge: str = "truth") -> None:
    """Write to the run's scores.parquet how many dialogues are right by the majority of their
    answers ("majority") and by any of them ("oracle"), with intervals over questions: RISE's
    evaluation (arXiv 2407.18219). Dialogues with answers that the judge could not tell are left
    out."""
    if (run := current_run()) is None:
        raise UserError("vote writes to the scores of a run: call it in a flow.")
    found: dict[tuple[str, ...], list[tuple[float, float]]] = {}
    untold = 0
    for row in dialogues.frame().iter_rows(named=True):
        turns = answering(row["turns"])
        told = (score_of(row, judge, turn) for turn in turns)
        scores = [score for score in told if score is not None]
        if len(scores) < len(turns):
            untold += 1
            continue
        place = majority(row)
        right = scores[place] if place is not None else 0.0
        question = tuple(row[column] for column in QUESTION)
        found.setdefault(question, []).append((right, max(scores, default=0.0)))
    each = np.array([np.mean(pairs, axis=0) for pairs in found.values()]).reshape(-1, 2)
    samples = max(map(len, found.values()), default=0)
    note = f"{untold} dialogues left out: {judge} could not tell" if untold else None
    counts = (len(found), samples, model.fingerprint, note)
    measured = [
        Measured(name, float(of.mean()), *interval(of), *counts)
        for name, of in zip(("majority", "oracle"), each.T, strict=True)
        if len(of)
    ]
    write_scores(run, dialogues, measured)


def majority(row: Any) -> int | None:
    """Which of a dialogue's answers, counted from 0, is the first of those that most agree with."""
    turns = answering(row["turns"])
    groups = group_answers([final_answer(row["turns"][turn]["text"]) for turn in turns])
    told = [group for group in groups if group is not None]
    if not told:
        return None
    return groups.index(pl.Series(told).mode(maintain_order=True)[0])
