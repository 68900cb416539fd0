"""Dialogues made by hand, for judges."""

from typing import Any

import polars as pl

from data.rows import polars_schema
from data.turns import Dialogue


def talk(*turns: str, gold: str = "42", question: str = "6 * 7?", **columns: Any) -> dict[str, Any]:
    """A dialogue about a question; a turn that begins with "Verdict" is feedback."""
    return {
        "id": "",
        "parents": [question],
        "instruction": question,
        "gold": gold,
        "family": "",
        "entry": "",
        "sample": 0,
        "turns": [
            {
                "kind": "feedback" if text.startswith("Verdict") else "answer",
                "asked": question,
                "text": text,
                "finish": "stop",
                "tokens": 1,
                "logprob": None,
                "model": "m",
            }
            for text in turns
        ],
        "verdicts": [],
        "ended": "",
        **columns,
    }


def frame_of(*rows: dict[str, Any], **more: Any) -> pl.DataFrame:
    numbered = [row | {"id": str(number)} for number, row in enumerate(rows)]
    return pl.DataFrame(numbered, schema=polars_schema(Dialogue) | more)


def scores(judged: Any, row: int = 0) -> list[tuple[int, float | None]]:
    """Turn and score of each verdict on a row."""
    return [(v["turn"], v["score"]) for v in judged["verdicts"][row]]
