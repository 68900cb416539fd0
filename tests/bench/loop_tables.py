"""What the folder of a loop's run says of its models (for tests.bench.loops)."""

from pathlib import Path

import numpy as np
import polars as pl

from data.reasoning.families import solution
from stages.intervals import interval


def assessed(run: Path) -> list[tuple[str, pl.DataFrame]]:
    """The evaluations of a run, in their order, with their phase."""
    phases = [run / "prepare", *sorted(run.glob("iteration-*"))]
    found = []
    for phase in phases:
        tables = [p for p in phase.iterdir() if p.name.endswith("-assess")]
        for table in sorted(tables, key=_number):
            found.append((phase.name, pl.read_parquet(table / "*.parquet")))
    return found


def final(run: Path) -> pl.DataFrame:
    """The evaluation of the model that a loop ended with: the one promoted last."""
    scores = pl.read_parquet(run / "scores.parquet")
    decided = scores.filter(pl.col("metric") == "promotion")
    promoted = [p for p, note in decided.select("iteration", "note").rows() if note[0] == "p"]
    tables = assessed(run)
    if not decided.height:
        return tables[-1][1]
    start = [table for phase, table in tables if phase == "prepare"][-1]
    by_phase = dict(tables[1:]) if len(tables) > 1 else {}
    return by_phase[promoted[-1]] if promoted else start


def shares(tables: list[pl.DataFrame], column: str) -> pl.DataFrame:
    """Per question, the share of right answers over all seeds."""
    return (
        pl.concat(tables)
        .group_by("problem")
        .agg(value=pl.col(column).sum() / pl.col("samples").sum())
        .sort("problem")
    )


def gain(before: list[pl.DataFrame], after: list[pl.DataFrame], column: str) -> tuple[float, ...]:
    both = shares(before, column).join(shares(after, column), on="problem", suffix="_after")
    each = (both["value_after"] - both["value"]).to_numpy()
    return float(each.mean()), *interval(each)


def precision(run: Path) -> list[str]:
    """Of the answers that the model's own feedback kept, and of all, the share that is right; an
    oracle knows the answers to the questions that the model wrote itself."""
    said = []
    for phase in sorted(run.glob("iteration-*")):
        # the first of its kind: the evaluation of the iteration's end has one of its own
        tables = [min(phase.glob(f"*-{stage}"), key=_number) for stage in ("judge-truth", "keep")]
        rates = [_right(pl.read_parquet(table / "*.parquet")) for table in tables]
        said.append(f"{rates[0]:.2f}->{rates[1]:.2f}")
    return said


def _number(folder: Path) -> int:
    return int(folder.name.split("-")[0])


def _right(dialogues: pl.DataFrame) -> float:
    right = []
    for row in dialogues.iter_rows(named=True):
        answers = [turn["text"] for turn in row["turns"] if turn["kind"] == "response"]
        known = row["gold"] or solution(row["instruction"])
        right.append(known is not None and answers[-1].rpartition("Answer: ")[2].strip() == known)
    return float(np.mean(right)) if right else float("nan")
