"""Where rows come from: Hub data sets by pinned revision, JSONL, Parquet, CSV, trees of Python
files, records in memory.

A source gives blocks of records and names what it could not read; which rows those records are is
the business of `pipeline.load`. Its fingerprint is that of its content, so a changed file is
noticed and an untouched one is not read again.
"""

import csv
import hashlib
import itertools
import re
import sysconfig
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import UserError
from data.identity import digest_file, fingerprint
from data.python_tree import Function, Problem
from data.python_tree import functions as python_tree_functions

__all__ = [
    "Problem",
    "Source",
    "csv_file",
    "existing",
    "hub",
    "jsonl",
    "parquet",
    "python_tree",
    "records",
    "source",
]


@dataclass(frozen=True)
class Source:
    """Records with a name and a fingerprint. `read` starts from the first record each time."""

    name: str
    fingerprint: str
    read: Callable[[], Iterator[dict[str, Any] | Problem]]
    size: int | None = None

    def rename(self, **columns: str) -> "Source":
        """The same records with columns renamed: `.rename(question="instruction")`."""

        def read() -> Iterator[dict[str, Any] | Problem]:
            for record in self.read():
                yield record if isinstance(record, Problem) else _rename(record, columns)

        key = fingerprint([self.fingerprint, columns])
        return Source(self.name, key, read, self.size)


def _rename(record: dict[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    return {columns.get(name, name): value for name, value in record.items()}


def existing(path: str | Path) -> Path:
    """The path of a file that is there. Raises UserError."""
    path = Path(path)
    if not path.is_file():
        beside = sorted(p.name for p in path.parent.glob("*") if p.is_file())[:8]
        hint = f" In that folder: {', '.join(beside)}." if beside else ""
        raise UserError(f"There is no file {path}.{hint} Check the spelling of the path.")
    return path


def jsonl(path: str | Path) -> Source:
    """One JSON object per line; blank lines are skipped."""
    path = existing(path)

    def read() -> Iterator[dict[str, Any] | Problem]:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                if not line.strip():
                    continue
                try:
                    record = orjson.loads(line)
                except orjson.JSONDecodeError as error:
                    yield Problem(f"line {number}", f"not JSON: {error}")
                    continue
                if isinstance(record, dict):
                    yield record
                else:
                    yield Problem(f"line {number}", f"a JSON {type(record).__name__}, no object")

    with path.open("rb") as file:
        size = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    return Source(path.name, digest_file(path), read, size)


_UNDECODED = re.compile("[\udc80-\udcff]")


def csv_file(path: str | Path) -> Source:
    """A CSV file in UTF-8 with a header; every value is text."""
    path = existing(path)

    def read() -> Iterator[dict[str, Any] | Problem]:
        csv.field_size_limit(1 << 27)  # its default ends the reading at 128 KiB
        with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
            lines = csv.DictReader(file)
            _check_header(path, lines.fieldnames or ())
            for record in lines:
                if None in record or None in record.values():
                    yield Problem("a CSV row", "more or fewer values than the header names")
                elif any(map(_UNDECODED.search, record.values())):
                    yield Problem(f"line {lines.line_num}", "not UTF-8: save the file as UTF-8")
                else:
                    yield dict(record)

    return Source(path.name, digest_file(path), read)


def _check_header(path: Path, names: Sequence[str]) -> None:
    if any(map(_UNDECODED.search, names)):
        raise UserError(f"{path} is not UTF-8. Save it as UTF-8.")
    if twice := [name for name in names if name and names.count(name) > 1]:
        raise UserError(f"{path} names the column {twice[0]!r} twice. Rename or remove one.")


def parquet(path: str | Path) -> Source:
    """A Parquet file, or a folder of them (the tables of other runs too)."""
    path = Path(path)
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [existing(path)]
    if not files:
        raise UserError(f"{path} holds no .parquet file; name a folder that does.")

    def read() -> Iterator[dict[str, Any]]:
        for file in files:
            for batch in pq.ParquetFile(file).iter_batches(1024):
                yield from batch.to_pylist()

    try:
        size = sum(pq.read_metadata(file).num_rows for file in files)
    except pa.ArrowException as error:
        raise UserError(f"{path} does not read as Parquet: {error}.") from error
    return Source(path.name, fingerprint([digest_file(file) for file in files]), read, size)


def records(rows: Iterable[Mapping[str, Any]], name: str = "records") -> Source:
    """Records that are in memory already."""
    held = [dict(row) for row in rows]
    return Source(name, fingerprint(held), lambda: iter(held), len(held))


def hub(name: str, revision: str, split: str = "train", config: str | None = None) -> Source:
    """A data set of the Hub at a pinned revision (a commit hash: a branch moves under a run)."""
    if len(revision) != 40 or any(c not in "0123456789abcdef" for c in revision):
        raise UserError(
            f"The revision {revision!r} of {name} is not a commit hash of 40 hex digits. Branches "
            "and tags move; copy the hash from the data set's page, under 'Files and versions'."
        )

    def read() -> Iterator[dict[str, Any]]:
        import datasets

        try:
            data = datasets.load_dataset(name, config, split=split, revision=revision)
        except Exception as error:
            raise UserError(f"The data set {name}@{revision[:8]} did not load: {error}") from error
        for batch in data.iter(1024):  # type: ignore[union-attr]
            columns = list(batch)
            for values in zip(*(batch[c] for c in columns), strict=True):
                yield dict(zip(columns, values, strict=True))

    return Source(name, fingerprint([name, config, split, revision]), read)


def blocks(source: Source, size: int) -> Iterator[list[dict[str, Any] | Problem]]:
    """The records in lists of `size`."""
    records = source.read()
    while block := list(itertools.islice(records, size)):
        yield block


def python_tree(root: str | Path, leave_out: Collection[str] = ()) -> Source:
    """The functions with docstrings of a tree of Python files (data.python_tree): records of
    `seed` (the source), `path`, `name`, `line`. Folders named in `leave_out` are not entered. The
    word `stdlib` is the standard library of the Python that runs this."""
    root = Path(sysconfig.get_path("stdlib") if root == "stdlib" else root)

    def read() -> Iterator[dict[str, Any] | Problem]:
        for found in python_tree_functions(root, leave_out):
            if isinstance(found, Function):
                yield {
                    "seed": found.source,
                    "path": found.path,
                    "name": found.name,
                    "line": found.line,
                }
            else:
                yield Problem(found.path, found.reason)

    # the functions are the content: a file that only changed elsewhere gives the same table
    state = hashlib.blake2b(digest_size=16)
    size = 0
    for record in read():
        state.update(repr(record).encode("utf-8", "surrogatepass"))
        size += 1
    return Source(root.name or str(root), state.hexdigest(), read, size)


def source(name: str) -> Source:
    """A source by one word, for settings: a .jsonl, .csv or .parquet file, a folder of Parquet
    files, a .toml file of reasoning-gym's families (data.gym), or `hub:NAME@REVISION[:SPLIT]`."""
    if name.startswith("hub:"):
        data, _, revision = name[4:].partition("@")
        revision, _, split = revision.partition(":")
        return hub(data, revision, split or "train")
    from data.gym import gym

    readers = {".jsonl": jsonl, ".csv": csv_file, ".parquet": parquet, ".toml": gym}
    path = Path(name)
    if path.is_dir():
        return parquet(path)
    if path.suffix not in readers:
        raise UserError(
            f"{name} is no source: wanted a .jsonl, .csv or .parquet file, a folder of Parquet "
            "files, a .toml file of reasoning-gym's families, or hub:NAME@REVISION."
        )
    return readers[path.suffix](path)
