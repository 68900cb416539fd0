"""Tables by the name that `ratchet rows` takes, and a query over one.

The query runs in DuckDB without access to files, over the Arrow data that is handed to it: a
condition can read this table and nothing else, and write nothing at all. (Letting DuckDB open the
shards itself was rejected: what may be read there may also be overwritten.)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset

from data.errors import UserError
from data.shards import committed, shard_path
from flows.cli.folders import find_run, phases
from flows.cli.mistakes import nearest

__all__ = ["Chosen", "Query", "choose", "files_of", "find_table", "tables_of"]

LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
}


@dataclass(frozen=True)
class Query:
    """Which rows of a table, and how they are to be shown."""

    where: str | None = None
    columns: list[str] | None = None
    limit: int | None = None
    dropped: bool = False
    count: bool = False
    json: bool = False


@dataclass(frozen=True)
class Chosen:
    """What a query found: its columns, and its rows as they are read."""

    columns: list[str]
    rows: Iterator[dict[str, Any]]


def tables_of(run: Path, phase: str | None = None) -> list[Path]:
    """The tables of a run, in the order of its stages."""
    found = [
        record.parent
        for each in phases(run)
        if phase in (None, each.name)
        for record in sorted(each.glob("*/.stage.json"), key=lambda p: _number(p.parent))
    ]
    return found


def _number(table: Path) -> int:
    number = table.name.partition("-")[0]
    return int(number) if number.isdecimal() else 0


def find_table(runs: Path, word: str) -> tuple[Path, Path | str | None]:
    """The run of NAME[/PHASE[/TABLE]], and its table, or its phase, or nothing more."""
    # a path from the shell's completion is taken too
    relative = Path(word.rstrip("/"))
    for base in (runs, runs.absolute()):
        if relative.is_relative_to(base):
            relative = relative.relative_to(base)
    name, *rest = relative.parts or ("",)
    run = find_run(runs, name)
    if rest in (["scores"], ["scores.parquet"]):
        if not (run / "scores.parquet").exists():
            raise UserError(f"{name} has no scores yet: no evaluation has ended.")
        return run, run / "scores.parquet"
    if not rest:
        return run, None
    known = [phase.name for phase in phases(run)]
    if rest[0] not in known:
        raise UserError(f"{name} has no phase {rest[0]!r}. {nearest(rest[0], known, 'phase')}")
    if len(rest) == 1:
        return run, rest[0]
    tables = tables_of(run, rest[0])
    wanted = rest[1].replace("_", "-")
    for table in tables:
        if len(rest) == 2 and wanted in (table.name, table.name.partition("-")[2]):
            return run, table
    there = nearest("/".join(rest[1:]), [t.name for t in tables], "table there")
    raise UserError(f"{name}/{rest[0]} has no table {'/'.join(rest[1:])!r}. {there}")


def files_of(table: Path, dropped: bool = False) -> list[Path]:
    """The files of a table's committed shards, or of the rows that these dropped."""
    if table.is_file():
        return [] if dropped else [table]
    folder = table / ".dropped" if dropped else table
    return [p for n in committed(table) if (p := shard_path(folder, n)).exists()]


def choose(files: list[Path], query: Query, limit: int | None) -> Chosen | int:
    """The rows that a query chooses, or their number. Raises UserError with what DuckDB says."""
    dataset = pyarrow.dataset.dataset([str(file) for file in files], format="parquet")
    names = dataset.schema.names
    for column in query.columns or ():
        if column not in names:
            raise UserError(f"There is no column {column!r}. {nearest(column, names, 'column')}")
    database = duckdb.connect(config=LOCKED)
    database.execute("SET lock_configuration = true")
    relation = database.from_arrow(dataset).set_alias("rows")
    typed = [f"{name}: {kind}" for name, kind in zip(names, relation.types, strict=True)]
    try:
        if query.where:
            relation = relation.filter(query.where)
        if query.count:
            (counted,) = relation.aggregate("count(*)").fetchall()
            return int(counted[0])
        # the reason comes first: it is why one looks at dropped rows
        first = ["dropped"] if query.dropped and "dropped" in names else []
        columns = query.columns or [*first, *(c for c in names if c not in first)]
        relation = relation.project(", ".join('"' + c.replace('"', '""') + '"' for c in columns))
        if limit is not None:
            relation = relation.limit(limit)
        return Chosen(columns, _rows(relation, typed))
    except duckdb.Error as error:
        raise _plainly(error, typed) from None


def _rows(relation: duckdb.DuckDBPyRelation, typed: list[str]) -> Iterator[dict[str, Any]]:
    try:
        for batch in relation.to_arrow_reader(1000):
            yield from batch.to_pylist()
    except (duckdb.Error, pa.ArrowException) as error:
        raise _plainly(error, typed) from None


def _plainly(error: Exception, typed: list[str]) -> UserError:
    columns = "\n  ".join(typed)
    return UserError(f"{str(error).strip()}\nThe columns are:\n  {columns}")
