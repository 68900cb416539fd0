"""What judges found of a dialogue's turns."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.errors import ContractError

__all__ = ["FEEDBACK", "answering", "score_of"]

FEEDBACK = "feedback"
"""The kind of turn that judges the answer before it; turns of every other kind answer."""


def answering(turns: Sequence[Mapping[str, Any]]) -> list[int]:
    """The numbers of the turns that answer, and are no feedback."""
    return [number for number, turn in enumerate(turns) if turn["kind"] != FEEDBACK]


def score_of(row: Mapping[str, Any], judge: str, turn: int = -1) -> float | None:
    """What the judge, by its bare name, gave the turn (negative: from the end); None: it could not
    tell. Raises ContractError where it gave nothing, or two versions of it did."""
    at = turn if turn >= 0 else answering(row["turns"])[turn]
    found = {
        v["judge"]: v["score"]
        for v in row["verdicts"]
        if v["turn"] == at and judge in (v["judge"], v["judge"].partition("@")[0])
    }
    if len(found) == 1:
        return next(iter(found.values()))
    versions = "verdicts of " + " and ".join(found) if found else f"no verdict of {judge!r}"
    raise ContractError(
        f"Turn {at} of the dialogue {row['id']} has {versions}: one is needed. Let the judge see "
        "all turns, and name one version."
    )
