"""Shards: the files of a table, and how one is committed.

    FOLDER/00000.parquet             a committed shard: its existence is the commit
    FOLDER/.dropped/00000.parquet    the rows that this shard lost, each with its reason
    FOLDER/.shards/00000.json        the shard's checksum and counts, written before the commit
    FOLDER/.tmp-*                    garbage of a killed writer

A shard is written aside, flushed to disk and put in place by link(2), which fails when another
writer was first (rename would overwrite). The folder is flushed with the record that ends a stage.
So a reader sees a shard wholly or not at all. Names with a dot are skipped by
`datasets.load_dataset` and `pyarrow.dataset`, which open the folder as it is, also while it grows;
polars and DuckDB take `FOLDER/*.parquet`.
"""

import errno
import io
import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import UserError
from data.identity import digest

__all__ = [
    "ShardStats",
    "commit_shard",
    "committed",
    "full_disk",
    "read_dropped",
    "read_shard",
    "read_stats",
    "replace_file",
    "shard_digest",
    "shard_path",
    "sweep",
]


@dataclass(frozen=True)
class ShardStats:
    """What a shard's writer counted; kept beside the file, whose bytes depend on its rows alone."""

    rows_in: int
    kept: int
    dropped: dict[str, int] = field(default_factory=dict)
    failed: int = 0
    tokens: int = 0
    seconds: float = 0.0
    input: str | None = None


def shard_path(folder: Path, number: int) -> Path:
    return folder / f"{number:05d}.parquet"


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _write_aside(folder: Path, data: bytes) -> Path:
    fd, name = tempfile.mkstemp(prefix=".tmp-", dir=folder)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)
    except OSError:
        os.unlink(name)  # a full disk must not be filled further with what failed
        raise
    return Path(name)


def replace_file(path: Path, data: bytes) -> None:
    """Put a small file in place, whole or not at all, over an older one."""
    aside = _write_aside(path.parent, data)
    os.replace(aside, path)
    _sync(path.parent)


def _parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    # most text does not repeat: a small dictionary is given up soon, and costs little until then
    settings = {"compression": "zstd", "dictionary_pagesize_limit": 1 << 16}
    with pq.ParquetWriter(buffer, table.schema, **settings) as writer:
        if table.num_rows:  # `datasets` does not open a file with an empty row group
            writer.write_table(table)
    return buffer.getvalue()


def commit_shard(
    folder: Path, number: int, kept: pa.Table, dropped: pa.Table | None, stats: ShardStats
) -> None:
    """Commit one shard and what it dropped. If the shard is there already, the earlier one stays:
    both were made from the same inputs by the same identity."""
    lost = shard_path(folder / ".dropped", number)
    if dropped is not None and dropped.num_rows:
        (folder / ".dropped").mkdir(exist_ok=True)
        replace_file(lost, _parquet(dropped))
    else:
        lost.unlink(missing_ok=True)  # of a try that was killed before its commit
    path, data = shard_path(folder, number), _parquet(kept)
    (folder / ".shards").mkdir(exist_ok=True)
    written = _write_aside(folder, data)
    try:
        if not path.exists():
            note = {"digest": digest(data), "stats": asdict(stats)}
            # not flushed: a shard that a power cut left without its note is made again (sweep)
            _note_path(folder, number).write_text(json.dumps(note))
            os.link(written, path)
    except FileExistsError:
        pass
    finally:
        written.unlink()


def committed(folder: Path) -> list[int]:
    """The numbers of the committed shards, in order."""
    return sorted(int(p.stem) for p in folder.glob("[0-9]*.parquet") if p.stem.isdecimal())


def shard_digest(folder: Path, number: int) -> str:
    """The checksum noted when the shard was committed."""
    return _note(folder, number)["digest"]


def read_shard(folder: Path, number: int) -> pl.DataFrame:
    """A committed shard, after its checksum was compared. Raises UserError when it differs."""
    path = shard_path(folder, number)
    data = path.read_bytes()
    if digest(data) != shard_digest(folder, number):
        raise UserError(
            f"{path} is not the file that was committed: its checksum differs, so it was changed "
            "or damaged later. Delete it and run `ratchet resume` to have it made again."
        )
    return pl.from_arrow(pq.read_table(pa.BufferReader(data)))  # type: ignore[return-value]


def read_stats(folder: Path, number: int) -> ShardStats:
    """What the writer of a committed shard counted."""
    return ShardStats(**_note(folder, number)["stats"])


def _note_path(folder: Path, number: int) -> Path:
    return folder / ".shards" / f"{number:05d}.json"


def _note(folder: Path, number: int) -> dict[str, Any]:
    path = _note_path(folder, number)
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise UserError(
            f"{path}, which says what {shard_path(folder, number)} must hold, is gone or damaged. "
            "Delete that shard and run `ratchet resume` to have it made again."
        ) from error


def read_dropped(folder: Path) -> pl.DataFrame:
    """All dropped rows of a table; their reason is in the column `dropped`."""
    # a killed writer may have left the dropped rows of a shard that was never committed
    files = [p for n in committed(folder) if (p := shard_path(folder / ".dropped", n)).exists()]
    return pl.concat([pl.read_parquet(p) for p in files]) if files else pl.DataFrame()


def sweep(folder: Path) -> None:
    """Remove what killed writers left, and shards that a power cut left without their note."""
    for place in (folder, folder / ".dropped", folder / ".shards"):
        for garbage in place.glob(".tmp-*"):
            garbage.unlink()
    for number in committed(folder):
        try:
            _note(folder, number)
        except UserError:
            shard_path(folder, number).unlink()


def full_disk(error: BaseException) -> bool:
    """Whether this says that there is no space left."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
