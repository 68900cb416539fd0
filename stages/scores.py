"""scores.parquet: what was measured of every model and in every iteration of a run."""

import io
from collections.abc import Iterable
from typing import Any, NamedTuple

import polars as pl

from data.kinds import Score
from data.rows import conform, polars_schema
from data.shards import replace_file
from data.table import Rows
from pipeline.run import Run

__all__ = ["Measured", "write_scores"]

NAN = float("nan")


class Measured(NamedTuple):
    """One measurement, as data.kinds.Score describes it."""

    metric: str
    value: float
    low: float = NAN
    high: float = NAN
    problems: int = 0
    samples: int = 0
    model: str = ""
    note: str | None = None


def write_scores(run: Run, table: Rows[Any], measured: Iterable[Measured]) -> None:
    """Add what was measured on `table` in the present iteration, in the place of what an earlier
    start of the run measured there."""
    label = f"{table.folder.parent.name}/{table.folder.name}"
    rows = [
        {"id": f"{label}/{m.metric}", "parents": [], "iteration": run.phase, **m._asdict()}
        for m in measured
    ]
    scores, path = pl.DataFrame(rows, schema=polars_schema(Score)), run.folder / "scores.parquet"
    if path.exists():
        earlier = pl.read_parquet(path)
        kept = earlier.filter(~pl.col("id").is_in(scores["id"].implode()))
        scores = pl.concat([kept, scores], how="diagonal_relaxed")
    buffer = io.BytesIO()
    pl.DataFrame(conform(scores, Score)).write_parquet(buffer)
    replace_file(path, buffer.getvalue())
