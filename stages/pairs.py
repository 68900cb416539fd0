"""Pairs of a better and a worse answer, from dialogues whose turns were judged.

`flips` pairs the answers of one dialogue that a second look made right or wrong (SCL). `extremes`
pairs the best and the worst of all answers to one question, for answering and for refining
(EVOLVE). `chosen` is what supervised training makes of pairs.
"""

from collections.abc import Mapping
from typing import Any, cast

import polars as pl

from data.kinds import Chat
from data.rows import polars_schema
from data.table import Rows
from data.turns import Dialogue, Pair
from pipeline.errors import SettingError
from pipeline.stage import Stage, stage
from pipeline.work import work
from stages.converse import Ask
from stages.verdicts import QUESTION, answering, score_of

__all__ = ["chosen", "extremes", "flips"]

RIGHT = 0.5
"""A score above it counts as right."""


def flips(
    dialogues: Rows[Dialogue], judge: str, first: int = 0, last: int = -1, name: str = "flips"
) -> Rows[Pair]:
    """Dialogues whose answer went from wrong to right (chosen: the last) or from right to wrong
    (chosen: the first). The prompt is what was asked first, without the second look. The two are
    counted among the turns that answer, from the end when negative."""
    stage = Stage(_flips, Dialogue, Pair, name)
    return cast("Rows[Pair]", stage(dialogues, judge, first, last))


def _flips(dialogues: pl.DataFrame, judge: str, first: int = 0, last: int = -1) -> pl.DataFrame:
    made = []
    for row in dialogues.iter_rows(named=True):
        numbers = answering(row["turns"])
        count = len(numbers)
        if count < 2 or not all(-count <= place < count for place in (first, last)):
            made.append(_dropped(row, f"too few answers: {count}"))
            continue
        before, after = (score_of(row, judge, numbers[place]) for place in (first, last))
        answers = [row["turns"][numbers[place]] for place in (first, last)]
        made.append(_flip(row, before, after, *answers))
    return _pairs(made)


def _flip(
    row: Mapping[str, Any],
    before: float | None,
    after: float | None,
    first: Mapping[str, Any],
    last: Mapping[str, Any],
) -> dict[str, Any]:
    if before is None or after is None:
        return _dropped(row, "not judged")
    if (before > RIGHT) == (after > RIGHT):
        return _dropped(row, f"no flip: {'right' if after > RIGHT else 'wrong'} both times")
    chosen, rejected = (last, first) if after > before else (first, last)
    return _pair([row["id"]], [_user(first["asked"])], chosen["text"], rejected["text"])


def extremes(
    dialogues: Rows[Dialogue],
    judge: str,
    again: Ask | None = None,
    margin: float = 0.0,
    weight: float = 1.0,
    name: str = "extremes",
) -> Rows[Pair]:
    """For each question the best of all responses over the worst, where their scores differ by more
    than `margin`. With `again` a second pair each: the same two as answers to `again` about the
    worst, `weight` times as heavy."""
    if not margin >= 0:
        raise SettingError(f"margin is {margin}, wanted 0 or more")
    stage = Stage(_extremes, Dialogue, Pair, name, whole=True)
    return cast("Rows[Pair]", stage(dialogues, judge, again, margin, weight))


def _extremes(
    dialogues: pl.DataFrame, judge: str, again: Ask | None, margin: float, weight: float
) -> pl.DataFrame:
    made = []
    for _, group in dialogues.group_by(QUESTION, maintain_order=True):
        rows = group.to_dicts()
        said = [
            (score, row["turns"][i]["text"])
            for row in rows
            for i in answering(row["turns"])
            if (score := score_of(row, judge, i)) is not None
        ]
        if not said:
            made += [_dropped(row, "not judged") for row in rows]
            continue
        best, worst = max(said, key=lambda s: s[0]), min(said, key=lambda s: s[0])
        if best[0] - worst[0] <= margin:
            made += [_dropped(row, "small margin: best and worst score alike") for row in rows]
            continue
        first = next(row["turns"][0] for row in rows if row["turns"])
        parents, texts = [row["id"] for row in rows], (best[1], worst[1])
        made.append(_pair(parents, [_user(first["asked"])], *texts))
        if again:
            about = {**rows[0], "turns": [{**first, "text": worst[1]}]}
            made.append(_pair(parents, again.messages(about), *texts, weight, number=1))
    return _pairs(made)


@stage(reads=Pair, writes=Chat)
def chosen(pairs: pl.DataFrame) -> pl.DataFrame:
    """Each pair's chosen answer, to be trained on as the answer to its prompt."""
    rows = [
        {
            "id": work().row_id([row["id"]]),
            "parents": [row["id"]],
            "messages": [
                *row["prompt"],
                {"role": "assistant", "content": row["chosen"], "train": True},
            ],
            "weight": row["weight"],
        }
        for row in pairs.iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=polars_schema(Chat))


def _user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def _pair(
    parents: list[str],
    messages: list[dict[str, str]],
    chosen: str,
    rejected: str,
    weight: float = 1.0,
    number: int = 0,
) -> dict[str, Any]:
    return {
        "id": work().row_id(parents, number),
        "parents": parents,
        "prompt": [m | {"train": False} for m in messages],
        "chosen": chosen,
        "rejected": rejected,
        "weight": weight,
        "dropped": None,
    }


def _dropped(row: Mapping[str, Any], reason: str) -> dict[str, Any]:
    return {"id": row["id"], "parents": row["parents"], "dropped": reason}


def _pairs(made: list[dict[str, Any]]) -> pl.DataFrame:
    columns = {**polars_schema(Pair), "dropped": pl.String()}
    return pl.DataFrame([{c: row.get(c) for c in columns} for row in made], schema=columns)
