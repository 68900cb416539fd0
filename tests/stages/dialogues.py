"""Dialogues to judge and count, made by hand; and a flow to do it in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from data.rows import polars_schema
from data.turns import Dialogue
from pipeline.flow import Flow
from pipeline.run import Run


def dialogue(
    question: str, *turns: str, sample: int = 0, **verdicts: dict[int, float | None]
) -> dict[str, Any]:
    """A dialogue. A turn is its text; one that begins with "?" or "Verdict" is feedback. Verdicts
    are, by judge, turn to score."""
    return {
        "id": f"{question}-{sample}",
        "parents": [question],
        "instruction": question,
        "gold": "42",
        "family": "sums",
        "entry": "",
        "sample": sample,
        "turns": [
            {
                "kind": "feedback"
                if text.startswith(("?", "Verdict"))
                else "answer"
                if n == 0
                else "refine",
                "asked": question,
                "text": text,
                "finish": "stop",
                "tokens": len(text),
                "logprob": None,
                "model": "m",
            }
            for n, text in enumerate(turns)
        ],
        "verdicts": [
            {"judge": f"{judge}@1", "turn": turn, "score": score, "said": ""}
            for judge, scores in verdicts.items()
            for turn, score in scores.items()
        ],
        "ended": "",
    }


def frame_of(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=polars_schema(Dialogue))


def talk(*turns: str, question: str = "6 * 7?", **columns: Any) -> dict[str, Any]:
    """A dialogue that no judge has seen, with these columns changed or added."""
    return dialogue(question, *turns) | {"family": ""} | columns


def talks(*rows: dict[str, Any], **more: Any) -> pl.DataFrame:
    """A frame of dialogues, numbered; `more` are types of further columns."""
    numbered = [row | {"id": str(number)} for number, row in enumerate(rows)]
    return pl.DataFrame(numbered, schema=polars_schema(Dialogue) | more)


def given(judged: pl.DataFrame, row: int = 0) -> list[tuple[int, float | None]]:
    """Turn and score of each verdict on a row."""
    return [(v["turn"], v["score"]) for v in judged["verdicts"][row]]


def in_a_run(folder: Path, body: Callable[[Run], Any], name: str = "loop") -> Path:
    """Run `body` as a flow of its own; the folder of the run."""

    def loop(run: Run) -> None:
        body(run)

    Flow(loop, name).start(folder, {})
    return folder


def scores(run: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """The scores of a run by iteration and metric."""
    rows = pl.read_parquet(run / "scores.parquet").to_dicts()
    return {(row["iteration"], row["metric"]): row for row in rows}
