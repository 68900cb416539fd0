"""chats: dialogues as conversations to train on, in one or several views of each.

SELF trains on three views of one dialogue of response, feedback and refined response:

    chats(dialogues, [View(said=1), View(said=2), View(said=2, asked=0, weight=beta)])
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import polars as pl

from data.kinds import Chat
from data.rows import polars_schema
from data.table import Rows
from data.turns import Dialogue
from pipeline.errors import SettingError
from pipeline.stage import Stage
from pipeline.work import work
from stages.converse import exchange

__all__ = ["View", "chats"]

Weigh = Callable[[Mapping[str, Any], int], float]


@dataclass(frozen=True)
class View:
    """The text of turn `said` as the answer to what was asked at turn `asked` (None: at that turn
    itself), after the `history` turns before that one (None: all). Turns are counted from 0, or
    from the end when negative. `weight` is a number, or a function of the row and the turn."""

    said: int = -1
    asked: int | None = None
    history: int | None = 0
    weight: float | Weigh = 1.0

    def __post_init__(self) -> None:
        if self.history is not None and self.history < 0:
            raise SettingError(f"history is {self.history}, wanted 0 or more, or None for all")

    def of(self, row: Mapping[str, Any]) -> tuple[list[dict[str, Any]], float] | None:
        """Messages and weight; None for a dialogue without such a turn."""
        turns = row["turns"]
        said, asked = (_place(turns, i) for i in (self.said, self.asked or 0))
        asked = said if self.asked is None else asked
        if said is None or asked is None:
            return None
        first = 0 if self.history is None else max(0, asked - self.history)
        last = {"asked": turns[asked]["asked"], "text": turns[said]["text"]}
        shown = [message for turn in [*turns[first:asked], last] for message in exchange(turn)]
        messages = [m | {"train": False} for m in shown]
        messages[-1]["train"] = True
        weight = self.weight(row, said) if callable(self.weight) else self.weight
        return messages, weight


def _place(turns: Sequence[Any], place: int) -> int | None:
    place = place if place >= 0 else len(turns) + place
    return place if 0 <= place < len(turns) else None


def chats(
    dialogues: Rows[Dialogue], views: Sequence[View] = (View(),), name: str = "chats"
) -> Rows[Chat]:
    """A conversation to train on for each dialogue and each view that it has the turns for; the
    answer alone is trained on. Empty answers and weights of 0 are left out."""
    stage = Stage(_chats, Dialogue, Chat, name)
    return cast("Rows[Chat]", stage(dialogues, views))


def _chats(dialogues: pl.DataFrame, views: Sequence[View]) -> pl.DataFrame:
    here, made = work(), list[dict[str, Any]]()
    for row in dialogues.iter_rows(named=True):
        found = [(number, view.of(row)) for number, view in enumerate(views)]
        some = [
            {
                "id": here.row_id([row["id"]], number),
                "parents": [row["id"]],
                "messages": seen[0],
                "weight": float(seen[1]),
                "dropped": None,
            }
            for number, seen in found
            if seen and seen[1] > 0 and seen[0][-1]["content"].strip()
        ]
        nothing = {"id": row["id"], "parents": row["parents"], "messages": None, "weight": None}
        made += some or [nothing | {"dropped": "nothing to train on: no view has such turns"}]
    return pl.DataFrame(made, schema={**polars_schema(Chat), "dropped": pl.String()})
