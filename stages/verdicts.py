"""Verdicts in dialogues: which turns are judged, how a judge is versioned, what it said.

A judge's name carries the digest of what it is (prompt, model, parser): "truth@1f2e3d4c". Judging
again with the same version puts its verdicts in the place of its earlier ones of the same turns.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import polars as pl

from data.identity import fingerprint
from data.rows import polars_schema
from data.turns import Dialogue
from pipeline.errors import ContractError, SettingError
from pipeline.identity import describe

__all__ = [
    "FEEDBACK",
    "QUESTION",
    "Found",
    "Which",
    "answering",
    "judged_turns",
    "of_judge",
    "score_of",
    "version",
    "with_verdicts",
]

FEEDBACK = "feedback"
"""The kind of turn that judges the answer before it; turns of every other kind answer."""

QUESTION = ("instruction", "gold", "family", "entry")
"""The columns that tell one question from another."""

Which = Literal["all", "last"]
"""Which answering turns are judged."""


class Found(NamedTuple):
    """What a judge says of one turn: data.turns.Verdict without the judge."""

    turn: int
    score: float | None
    said: str


def version(name: str, *parts: Any) -> str:
    """The name of a judge with the digest of the parts that decide what it says."""
    if not name or set(name) & set("@:"):
        raise SettingError(f"A judge is called {name!r}; wanted a name without @ and :.")
    return f"{name}@{fingerprint([describe(part) for part in parts])[:8]}"


def answering(turns: Sequence[Mapping[str, Any]]) -> list[int]:
    """The numbers of the turns that answer, and are no feedback."""
    return [number for number, turn in enumerate(turns) if turn["kind"] != FEEDBACK]


def judged_turns(turns: Sequence[Mapping[str, Any]], which: Which) -> list[int]:
    """The numbers of the answering turns that are judged."""
    if which not in ("all", "last"):
        raise SettingError(f"turns is {which!r}; wanted 'all' or 'last' (of those that answer).")
    numbers = answering(turns)
    return numbers[-1:] if which == "last" else numbers


def with_verdicts(
    dialogues: pl.DataFrame, judge: str | Sequence[str], found: Sequence[Sequence[Found]]
) -> pl.DataFrame:
    """The dialogues with what the judge (name and version, of all rows or each) found of them. A
    score that is no number tells nothing: it is null."""
    judges = [judge] * dialogues.height if isinstance(judge, str) else judge
    verdicts = [
        [old for old in earlier if (old["judge"], old["turn"]) not in {(own, f.turn) for f in new}]
        + [{"judge": own, **of_turn._asdict(), "score": _told(of_turn.score)} for of_turn in new]
        for earlier, own, new in zip(dialogues["verdicts"].to_list(), judges, found, strict=True)
    ]
    kind = polars_schema(Dialogue)["verdicts"]
    return dialogues.with_columns(pl.Series("verdicts", verdicts, dtype=kind))


def _told(score: float | None) -> float | None:
    return None if score is None or math.isnan(score) else score


def of_judge(row: Mapping[str, Any], judge: str) -> list[Mapping[str, Any]]:
    """The verdicts of a judge, by its bare name or by the name with its version."""
    return [v for v in row["verdicts"] if judge in (v["judge"], v["judge"].partition("@")[0])]


def score_of(row: Mapping[str, Any], judge: str, turn: int = -1) -> float | None:
    """The score that a judge gave to the turn of that number; from the end, turns that answer
    count: -1 is the last answer. None where it could not tell, or there is no such answer.

    `judge` is a bare name, or one with its version where there are verdicts of several. Raises
    ContractError when the turn has no verdict by that name, or several.
    """
    if turn < 0:
        answers = answering(row["turns"])
        if len(answers) < -turn:
            return None
        turn = answers[turn]
    found = {v["judge"]: v["score"] for v in of_judge(row, judge) if v["turn"] == turn}
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        raise ContractError(
            f"Turn {turn} of the dialogue {row['id']} has verdicts of "
            f"{' and '.join(sorted(found))}: "
            "name the version that is meant, or give the second judge a name of its own."
        )
    judges = sorted({f"{v['judge']} (turn {v['turn']})" for v in row["verdicts"]})
    raise ContractError(
        f"Turn {turn} of the dialogue {row['id']} has no verdict of {judge!r}; there is "
        f"{', '.join(judges) or 'none at all'}. Judge the table first, and all turns."
    )
