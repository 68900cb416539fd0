"""best: of the dialogues that go on from one, the one whose last answer scored highest."""

import math
from collections.abc import Mapping
from typing import Any, Literal, cast, get_args

import polars as pl

from data.table import Rows
from data.turns import Dialogue
from pipeline.errors import SettingError
from pipeline.stage import Stage
from stages.verdicts import answering, of_judge, score_of

__all__ = ["Criterion", "best", "reward", "solved", "weigh"]

Criterion = Literal["all", "better", "success"]


def solved(row: Any) -> bool:
    """Whether the last answer is right by the truth: nothing is left to try."""
    return score_of(row, "truth") == 1.0


def reward(row: Any, judge: str, turn: int) -> float:
    """RISE's reward of a turn: 1 right, 0 wrong, -1 where no final answer was found."""
    said = {v["turn"]: v["said"] for v in of_judge(row, judge)}
    score = score_of(row, judge, turn)
    return -1.0 if score is None or not said[turn] else score


def weigh(temperature: float, row: Mapping[str, Any], turn: int) -> float:
    """RISE's weight of a turn in the loss: exp(reward / temperature)."""
    return math.exp(reward(row, "truth", turn) / temperature)


def best(
    dialogues: Rows[Dialogue], judge: str, criterion: Criterion = "all", name: str = "best"
) -> Rows[Dialogue]:
    """One dialogue of each parent: that with the highest reward of its last answer, the first of
    equals. `criterion`: all of these; those whose last answer is better than the one before; those
    whose last answer is right. One that ends with the same answer twice is dropped, and so is one
    without an answer."""
    if criterion not in (known := get_args(Criterion)):
        raise SettingError(f"criterion is {criterion!r}; wanted {', '.join(known)}.")
    stage = Stage(_best, Dialogue, Dialogue, name, whole=True)
    return cast("Rows[Dialogue]", stage(dialogues, judge, criterion))


def _best(dialogues: pl.DataFrame, judge: str, criterion: Criterion) -> pl.DataFrame:
    found: dict[Any, tuple[float, str]] = {}
    reasons: dict[str, str | None] = {}
    rows = dialogues.to_dicts()
    for row in rows:
        answers = answering(row["turns"])
        if not answers:
            reasons[row["id"]] = "no answer"
            found[row["id"]] = (-1.0, row["id"])  # compared with none
            continue
        rewards = [reward(row, judge, turn) for turn in answers]
        last, before = rewards[-1], rewards[-2] if len(rewards) > 1 else None
        texts = [row["turns"][turn]["text"].strip() for turn in answers]
        reasons[row["id"]] = _against(criterion, last, before, texts)
        # who has one answer was not tried again: there is nothing to choose from
        key = (*row["parents"], row["instruction"]) if before is not None else row["id"]
        if key not in found or last > found[key][0]:
            found[key] = (last, row["id"])
    chosen = {name for _, name in found.values()}
    dropped = [
        reasons[row["id"]] if row["id"] in chosen else "another one is better" for row in rows
    ]
    return dialogues.with_columns(dropped=pl.Series(dropped, dtype=pl.String))


def _against(
    criterion: Criterion, last: float, before: float | None, texts: list[str]
) -> str | None:
    if not texts:
        return "no answer"
    if before is not None and texts[-1] == texts[-2]:
        return "the same answer twice"
    if criterion == "success" and last < 1:
        return "not right at last"
    if criterion == "better" and before is not None and last <= before:
        return "no better than before"
    return None
