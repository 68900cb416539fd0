"""`load`: a source becomes a table. What is no row goes to the dropped rows with its reason."""

import contextlib
import time
from typing import Any, TypeVar

import numpy as np
import polars as pl
import pyarrow as pa

from data.identity import row_id
from data.python_tree import Problem
from data.rows import Row, arrow_schema, conform, misfits, nullable_columns, polars_schema
from data.shards import ShardStats, commit_shard, committed, read_stats, sweep
from data.sources import Source, blocks
from data.table import Rows
from pipeline.code import code_of
from pipeline.errors import ContractError, UserError
from pipeline.record import Record
from pipeline.run import current_run
from pipeline.stage import Outcome
from pipeline.writing import dropped_table, finish, intact, launch, rows_per_shard

__all__ = ["load", "to_rows"]

R = TypeVar("R", bound=Row)


def load(source: Source, row: type[R], name: str = "load") -> Rows[R]:
    """The table of a source's records as rows of type `row`; returns at once, as stages do.

    Ids are the source's own column `id`, or derived from the content; a record whose id was seen
    before is dropped, so that content is loaded once. Columns that the row does not declare are
    left out. Raises ContractError when a declared column is in no record.
    """
    if (run := current_run()) is None:
        raise UserError("load makes a table of a run: call it in a flow.")
    folder = run.place(name)
    label = f"{run.phase}/{folder.name}"
    identity = {"source": source.fingerprint, "row": str(polars_schema(row))}
    record = Record.open(folder, name, identity, code_of(to_rows))
    output: Rows[R] = Rows(folder, row, record.fingerprint)
    if intact(record):
        output.finish()
        run.tables.append(output)
        return output

    def work() -> None:
        sweep(folder)
        there = set(committed(folder))
        seen = np.empty(0, np.uint64)
        total = malformed = 0
        first_reason = ""
        bar = run.progress.stage(label)
        if source.size is not None:
            bar.total(source.size)
        done = False
        try:
            size = 1024 if source.size is None else rows_per_shard(source.size)
            for number, block in enumerate(blocks(source, size)):
                run.check()
                began = time.monotonic()
                outcome = to_rows(block, row, source.name, number * size)
                total += len(block)
                malformed += outcome.dropped.height
                if outcome.dropped.height and not first_reason:
                    first_reason = outcome.dropped["dropped"][0]
                outcome, seen = _unseen(outcome, seen)
                if number not in there:
                    stats = ShardStats(
                        rows_in=len(block),
                        kept=outcome.kept.height,
                        dropped=outcome.reasons,
                        seconds=round(time.monotonic() - began, 3),
                    )
                    lost = dropped_table(outcome.dropped, row)
                    commit_shard(folder, number, conform(outcome.kept, row), lost, stats)
                    output.add(number)
                stats = read_stats(folder, number)
                bar.shard(stats.rows_in, stats.kept, sum(stats.dropped.values()))
            if 2 * malformed > total:
                raise UserError(
                    f"{malformed} of {total} records of {source.name} are no {row.__name__}. The "
                    f"first: {first_reason}"
                )
            if not committed(folder):
                empty = pl.DataFrame(schema=polars_schema(row))
                commit_shard(folder, 0, conform(empty, row), None, ShardStats(0, 0))
                output.add(0)
            finish(record, output, [])
            done = True
        finally:
            bar.close(done)

    launch(run, output, label, work)
    return output


def to_rows(
    block: list[dict[str, Any] | Problem], row: type[Row], source: str, first: int = 0
) -> Outcome:
    """Records as rows; those that do not fit are dropped with the reason."""
    schema = arrow_schema(row)
    good = [r for r in block if not isinstance(r, Problem)]
    if first == 0:
        _columns_present(good, row, source)
    frame, bad = _frame(good, schema), []
    if frame is None or misfits(frame, row, exact=False):
        good, bad = _sorted_out(good, row, schema)
        frame = _frame(good, schema)
        assert frame is not None
    lost = [
        {"id": row_id([source, str(first)], "load", i), "parents": [], "dropped": reason}
        for i, reason in enumerate(
            [f"malformed record: {p.path}: {p.reason}" for p in block if isinstance(p, Problem)]
            + bad
        )
    ]
    dropped = pl.DataFrame(
        lost, schema={"id": pl.String, "parents": pl.List(pl.String), "dropped": pl.String}
    )
    return Outcome(frame, dropped)


def _columns_present(good: list[dict[str, Any]], row: type[Row], source: str) -> None:
    needed = [c for c in polars_schema(row) if c not in {"id", "parents"} | nullable_columns(row)]
    missing = [c for c in needed if good and not any(c in record for record in good)]
    if missing:
        import difflib

        have = list(dict.fromkeys(k for record in good[:100] for k in record))
        remedy = " Add what is missing, or rename columns: source(...).rename(old=new)."
        near = {c: difflib.get_close_matches(c, have, 1) for c in missing}
        hints = "".join(
            f" To read {n[0]!r} as {c!r}: .rename({_keyword(n[0], c)})."
            for c, n in near.items()
            if n
        )
        raise ContractError(
            f"{source} has the columns {', '.join(have)}; {row.__name__} needs "
            f"{', '.join(missing)}.{hints or remedy}"
        )


def _keyword(name: str, value: str) -> str:
    """An argument as Python reads it."""
    return f"{name}={value!r}" if name.isidentifier() else f"**{ {name: value}!r}"


def _frame(good: list[dict[str, Any]], schema: pa.Schema) -> pl.DataFrame | None:
    content = [field for field in schema if field.name not in ("id", "parents")]
    names = [field.name for field in content]
    # Arrow is strict where polars turns 5 into "5"
    with contextlib.suppress(pa.ArrowException, TypeError, OverflowError, ValueError):
        columns = pa.Table.from_pylist(good, schema=pa.schema(content))
        ids = [
            str(r["id"])
            if r.get("id") not in (None, "")
            else row_id([repr([r.get(name) for name in names])], "load")
            for r in good
        ]
        parents = pa.array([r.get("parents") or [] for r in good], pa.list_(pa.string()))
        frame = pl.DataFrame({"id": pl.Series(ids, dtype=pl.String), "parents": parents})
        return frame.hstack(pl.DataFrame(columns).get_columns()).select(schema.names)
    return None


def _sorted_out(
    good: list[dict[str, Any]], row: type[Row], schema: pa.Schema
) -> tuple[list[dict[str, Any]], list[str]]:
    fitting, bad = [], []
    for record in good:
        frame = _frame([record], schema)
        if frame is None:
            wrong = [
                f"{field.name} is {record.get(field.name)!r:.60}, declared {field.type}"
                for field in [*schema][2:]
                if _frame([record], pa.schema([*[*schema][:2], field])) is None
            ]
        else:
            wrong = misfits(frame, row, exact=False)
        if wrong:
            bad.append(f"malformed record: {'; '.join(wrong)}")
        else:
            fitting.append(record)
    return fitting, bad


def _unseen(outcome: Outcome, seen: np.ndarray) -> tuple[Outcome, np.ndarray]:
    """Drop rows whose id came before; `seen` holds hashes of ids, sorted (8 bytes a row)."""
    kept = outcome.kept
    first = kept["id"].is_first_distinct()
    hashes = kept["id"].hash(seed=0).to_numpy()
    if seen.size:
        at = np.minimum(np.searchsorted(seen, hashes), seen.size - 1)
        first = first & pl.Series(seen[at] != hashes)
    again = kept.filter(~first).with_columns(dropped=pl.lit("duplicate: an earlier row has its id"))
    seen = np.concatenate([seen, hashes[first.to_numpy()]])
    seen.sort(kind="stable")
    lost = pl.concat([outcome.dropped, again], how="diagonal_relaxed")
    return Outcome(kept.filter(first), lost), seen
