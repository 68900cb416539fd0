"""Rows[R]: the handle of a table. Flows hold handles; the data stays in its shards.

A handle may name a table that is still being written: `shards()` then yields each shard as it is
committed and waits for the next, while `frame()` and `dropped()` wait for the whole.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar, cast

import polars as pl

from data.errors import UserError
from data.identity import digest, fingerprint
from data.rows import Row, polars_schema
from data.shards import committed, read_dropped, read_shard, read_stats, shard_digest

__all__ = ["Rows"]

R_co = TypeVar("R_co", bound=Row, covariant=True)
S = TypeVar("S", bound=Row)


class Rows(Generic[R_co]):
    """A table of rows of type `row` in `folder`; `fingerprint` is what it was made from."""

    def __init__(self, folder: Path, row: type[R_co], fingerprint: str) -> None:
        self.folder = folder
        self.row = row
        self.fingerprint = fingerprint
        self._shards = committed(folder) if folder.exists() else []
        self._complete = False
        self._error: BaseException | None = None
        self._changed = threading.Condition()
        self._held: pl.DataFrame | None = None

    @staticmethod
    def held(frame: pl.DataFrame, row: type[S]) -> "Rows[S]":
        """A table in memory, for a stage that is called outside a run."""
        mark = digest(frame.serialize(format="json").encode())
        table: Rows[S] = Rows(Path("memory") / mark, row, mark)
        table._held, table._complete = frame, True
        return table

    def of(self, row: type[S]) -> "Rows[S]":
        """The same table as rows of a type with more of its columns: a stage that only adds columns
        keeps the others, and this names them again. Raises UserError when it lacks any."""
        if missing := sorted(set(polars_schema(row)) - set(polars_schema(self.row))):
            raise UserError(
                f"The table {self.folder.name} has no columns {', '.join(missing)}, so its rows "
                f"are no {row.__name__}."
            )
        return cast("Rows[S]", self)

    @property
    def complete(self) -> bool:
        """Whether every shard is there."""
        return self._complete

    @property
    def in_memory(self) -> bool:
        """Whether it was made by `held`, and has no folder."""
        return self._held is not None

    # the writer's side

    def add(self, number: int) -> None:
        """A shard was committed."""
        with self._changed:
            if number not in self._shards:
                self._shards.append(number)
            self._changed.notify_all()

    def finish(self) -> None:
        """The last shard was committed."""
        with self._changed:
            self._complete = True
            self._changed.notify_all()

    def fail(self, error: BaseException) -> None:
        """The writer stopped: every reader gets the error."""
        with self._changed:
            if self._error is None and not self._complete:
                self._error = error
            self._changed.notify_all()

    # the reader's side

    def numbers(self) -> Iterator[int]:
        """The numbers of the shards as they are committed, each once; waits for the writer."""
        seen = 0
        while True:
            with self._changed:
                while seen == len(self._shards) and not self._complete and self._error is None:
                    self._changed.wait()
                if self._error is not None:
                    raise self._error
                if seen == len(self._shards):
                    return
                number = self._shards[seen]
            seen += 1
            yield number

    def shards(self) -> Iterator[pl.DataFrame]:
        """The shards as frames, as they are committed."""
        if self._held is not None:
            yield self._held
        for number in self.numbers():
            yield read_shard(self.folder, number)

    def wait(self) -> None:
        """Return when the table is complete; raise what stopped its writer."""
        for _ in self.numbers():
            pass

    def frame(self) -> pl.DataFrame:
        """The whole table in memory, in the order of its shards."""
        if self._held is not None:
            return self._held
        self.wait()
        frames = [read_shard(self.folder, number) for number in committed(self.folder)]
        return pl.concat(frames) if frames else pl.DataFrame(schema=polars_schema(self.row))

    def scan(self) -> pl.LazyFrame:
        """The whole table for a query that should not load it all."""
        self.wait()
        return pl.scan_parquet(self.folder / "*.parquet")

    def dropped(self) -> pl.DataFrame:
        """The rows that did not make it, with their reason in the column `dropped`."""
        self.wait()
        return read_dropped(self.folder)

    def content(self) -> str:
        """The digest of what the complete table holds, from the checksums of its shards."""
        if self._held is not None:
            return self.fingerprint
        self.wait()
        return fingerprint([shard_digest(self.folder, n) for n in committed(self.folder)])

    def __len__(self) -> int:
        if self._held is not None:
            return self._held.height
        self.wait()
        return sum(read_stats(self.folder, number).kept for number in committed(self.folder))

    def __repr__(self) -> str:
        return f"Rows[{self.row.__name__}]({str(self.folder)!r})"
