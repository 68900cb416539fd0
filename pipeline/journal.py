"""The journal of an unfinished shard: what was answered so far, so that a kill loses only what was
in flight.

A stage body gets its journal from `pipeline.work` and notes each finished piece of work under a key
that depends on the request alone. The file is append-only, one record per line behind a checksum;
a torn last record is expected and dropped. When its shard is committed, the journal goes.
"""

import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

__all__ = ["Journal"]


class Journal:
    """Finished pieces of work by key; values are what JSON can say. Without a path: in memory."""

    def __init__(self, path: Path | None = None) -> None:
        self.done: dict[str, Any] = {}
        self._path = path
        self._fd = -1
        if path is not None and path.exists():
            self._replay(path)

    def _replay(self, path: Path) -> None:
        good = 0
        with path.open("rb") as file:
            for line in file:
                body = line[9:-1]
                if not line.endswith(b"\n") or line[:8] != b"%08x" % zlib.crc32(body):
                    break
                self.done.update(orjson.loads(body))
                good += len(line)
        os.truncate(path, good)

    def add(self, pieces: Mapping[str, Any]) -> None:
        """Note finished pieces in one record: all of them survive a kill, or none."""
        self.done.update(pieces)
        if self._path is None or not pieces:
            return
        if self._fd < 0:
            self._path.parent.mkdir(exist_ok=True)
            self._fd = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644)
        body = orjson.dumps(pieces)
        record = b"%08x %s\n" % (zlib.crc32(body), body)
        while record:
            record = record[os.write(self._fd, record) :]

    def close(self, *, remove: bool = False) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        if remove and self._path is not None:
            self._path.unlink(missing_ok=True)
