"""A table as a trainer reads it: Parquet shards in a folder, whoever wrote them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.errors import ContractError

__all__ = ["read_columns"]


def read_columns(folder: str | Path, wanted: dict[str, str]) -> Iterable[dict[str, Any]]:
    """The rows of all Parquet shards in `folder`, in order; `wanted` says of each column what it
    is. Raises ContractError for a shard that lacks one."""
    import pyarrow.parquet as pq

    described = ", ".join(f"{name} ({kind})" for name, kind in wanted.items())
    files = sorted(f for f in Path(folder).glob("*.parquet") if not f.name.startswith("."))
    if not files:
        raise ContractError(f"{folder} has no *.parquet files. Wanted: rows with {described}.")
    for file in files:
        have = pq.read_schema(file).names
        if missing := wanted.keys() - set(have):
            raise ContractError(
                f"{file} has the columns {', '.join(have)} but not {', '.join(sorted(missing))}. "
                f"Wanted: {described}."
            )
        yield from pq.read_table(file, columns=list(wanted)).to_pylist()
