"""What every writer of a table does: work beside the flow, cut rows into shards, keep what was
dropped, and mark the table complete."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from data.rows import Row, conform, polars_schema
from data.shards import (
    ShardStats,
    commit_shard,
    committed,
    read_stats,
    shard_digest,
    shard_path,
)
from data.table import Rows
from pipeline.errors import ContractError, InfrastructureError, RunError
from pipeline.progress import Bar
from pipeline.record import Record
from pipeline.run import RETRIES, Run
from pipeline.stage import Outcome

__all__ = [
    "dropped_table",
    "finish",
    "intact",
    "launch",
    "reuse",
    "rows_per_shard",
    "same_input",
    "write_whole",
]


def rows_per_shard(rows: int) -> int:
    """Small tables in some sixteen shards, so that stages overlap; large ones in large shards, so
    that the flush to disk does not dominate."""
    return min(max(rows // 16, 64), 6_250)


def launch(run: Run, output: Rows[Any], name: str, work: Callable[[], None]) -> None:
    """Do `work` beside the flow; what it raises becomes the error of `output` and of the run. When
    the machine failed it is tried again, and goes on from what is committed."""
    run.tables.append(output)

    def attempt(number: int) -> None:
        try:
            work()
        except BaseException as error:
            if isinstance(error, InfrastructureError) and number < RETRIES:
                run.progress.say(f"{name}: {error}; trying again")
                raise
            run.fail(error)
            output.fail(run.error or error)
            raise

    run.launch(name, attempt)


def dropped_table(dropped: pl.DataFrame, *rows: type[Row]) -> pa.Table | None:
    """Dropped rows with every column of the row types `rows`, all of them nullable."""
    if dropped.is_empty():
        return None
    wanted: dict[str, pl.DataType] = {}
    for row in rows:
        wanted |= polars_schema(row)
    wanted["dropped"] = pl.String()
    have = set(dropped.columns)
    return dropped.select(
        (pl.col(c).cast(t, strict=False) if c in have else pl.lit(None, t)).alias(c)
        for c, t in wanted.items()
    ).to_arrow(compat_level=pl.CompatLevel.oldest())


def write_whole(
    outcome: Outcome,
    output: Rows[Any],
    reads: tuple[type[Row], ...],
    bar: Bar,
    table: Rows[Any],
    tokens: int,
    seconds: float,
) -> None:
    """Commit a table that was made of `table` all at once; what it cost and lost is counted once,
    with its first shard. Shards that an earlier start committed are left as they are."""
    there, made_from = set(committed(output.folder)), table.content()
    aside = dropped_table(outcome.dropped, *reads, output.row)
    parts = pieces(outcome.kept, rows_per_shard(outcome.kept.height))
    for number, part in enumerate(parts):
        stats = ShardStats(
            rows_in=0 if number else len(table),
            kept=part.height,
            dropped={} if number else outcome.reasons,
            failed=0 if number else outcome.failed,
            tokens=0 if number else tokens,
            seconds=0.0 if number else round(seconds, 3),
            input=made_from,
        )
        if number in there:
            same_input(output, table, number, made_from)
        else:
            kept = conform(part, output.row)
            commit_shard(output.folder, number, kept, None if number else aside, stats)
            output.add(number)
        bar.shard(stats.rows_in, stats.kept, sum(stats.dropped.values()))


def pieces(frame: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    """The frame in parts of `size` rows; an empty frame is one empty part, so that every table has
    a shard that says what its columns are."""
    yield from frame.iter_slices(size) if frame.height else [frame]


def same_input(output: Rows[Any], table: Rows[Any], number: int, holds: str) -> ShardStats:
    """The counts of a committed shard. Raises RunError when it was made of something else than what
    its input holds now."""
    stats = read_stats(output.folder, number)
    if stats.input != holds:
        raise RunError(
            f"{output.folder} was made from other rows than {table.folder} now holds (shard "
            f"{number}). Delete it to have it made again, then resume."
        )
    return stats


def intact(record: Record) -> bool:
    """Whether a finished table still has its shards; one that lost some is gone on with."""
    if not record.done:
        return False
    there = [f"{number:05d}" for number in committed(record.folder)]
    if there == sorted(record.facts["shards"]):
        return True
    record.reopen()
    return False


def reuse(record: Record, output: Rows[Any], inputs: Sequence[Rows[Any]]) -> None:
    """Take a finished table as it is, if its inputs still hold what it was made from. Raises
    RunError when one was made anew with other rows: two results are never mixed."""
    for made_from, table in zip(record.facts.get("inputs", []), inputs, strict=True):
        if table.content() != made_from:
            raise RunError(
                f"{output.folder} was made from other rows than {table.folder} now holds. Delete "
                "it to have it made again, then resume."
            )
    output.finish()


def _unique_ids(folder: Path, numbers: Sequence[int]) -> None:
    """Raise ContractError when two shards hold rows of one id (8 bytes a row are held for this)."""
    hashes = np.empty(sum(read_stats(folder, n).kept for n in numbers), np.uint64)
    end = 0
    for number in numbers:
        ids = pl.read_parquet(shard_path(folder, number), columns=["id"])["id"]
        hashes[end : end + len(ids)] = ids.hash(seed=0).to_numpy()
        end += len(ids)
    hashes.sort()
    if repeated := int((hashes[1:] == hashes[:-1]).sum()):
        raise ContractError(
            f"{folder} has {repeated} rows whose id is not unique among its shards. A stage sees "
            "one shard at a time: make ids with work().row_id(parents, sample), not from positions."
        )


def finish(record: Record, output: Rows[Any], inputs: Sequence[Rows[Any]]) -> None:
    """Mark a table complete, with its counts in the record."""
    folder = output.folder
    numbers = committed(folder)
    _unique_ids(folder, numbers)
    shutil.rmtree(folder / ".journal", ignore_errors=True)
    stats = [read_stats(folder, number) for number in numbers]
    reasons: dict[str, int] = {}
    for each in stats:
        for reason, n in each.dropped.items():
            reasons[reason] = reasons.get(reason, 0) + n
    record.finish(
        {
            "rows_in": sum(s.rows_in for s in stats),
            "rows_out": sum(s.kept for s in stats),
            "dropped": reasons,
            "inputs": [table.content() for table in inputs],
            "tokens": sum(s.tokens for s in stats),
            "seconds": round(sum(s.seconds for s in stats), 3),
            "shards": {f"{number:05d}": shard_digest(folder, number) for number in numbers},
        }
    )
    output.finish()
