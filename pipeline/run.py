"""A run: one execution of a flow in its own folder, which alone decides what is done.

    runs/NAME/run.json                    flow, settings, versions, commit, start, end, state
    runs/NAME/prepare/1-load/             stages before the first iteration
    runs/NAME/iteration-0/1-write-task/   .stage.json 00000.parquet ... .dropped/ .journal/
    runs/NAME/scores.parquet              every evaluation of every model

Stages are numbered in the order in which the flow calls them, so a flow that runs again finds its
tables. One driver owns a folder, by a lock that its death releases.
"""

import contextvars
import fcntl
import json
import os
import platform
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

from data.shards import replace_file
from data.table import Rows
from pipeline.errors import Cancelled, InfrastructureError, RunError
from pipeline.progress import Progress

__all__ = ["RETRIES", "Run", "current_run"]

RETRIES = 3


class Run:
    """The folder of a run and what is going on in it."""

    def __init__(self, folder: Path, seed: int = 0, progress: Progress | None = None) -> None:
        self.folder = folder
        self.seed = seed
        self.progress = progress or Progress()
        self.phase = "prepare"
        self.tables: list[Rows[Any]] = []
        self.error: BaseException | None = None
        self.launch: Callable[[str, Callable[[int], None]], None] = self._beside
        self._number = 0
        self._stopping = False
        self._threads: list[threading.Thread] = []
        self._failing = threading.Lock()
        self._lock_fd = -1

    # what a flow uses

    def iterations(self, count: int) -> Iterator[int]:
        """0, 1, ... count - 1, unless `stop` is called; the stages called meanwhile belong to that
        iteration, those after the loop, also one that is broken off, to the run's finish."""
        self._stopping = False
        try:
            for iteration in range(count):
                self.enter(f"iteration-{iteration}")
                yield iteration
                if self._stopping:
                    return
        finally:
            self.enter("finish")

    def stop(self) -> None:
        """Let the present iteration be the last."""
        self._stopping = True

    def enter(self, phase: str) -> None:
        """The stages called from now on belong to `phase`."""
        self.phase, self._number = phase, 0

    # what stages use

    def place(self, stage: str) -> Path:
        """The folder of the next stage."""
        self.check()
        self._number += 1
        folder = self.folder / self.phase / f"{self._number}-{stage.replace('_', '-')}"
        if any(table.folder == folder for table in self.tables):
            raise RunError(f"{folder} is being written already: a flow goes round its loop once.")
        others = [p for p in folder.parent.glob(f"{self._number}-*") if p != folder]
        if others:
            raise RunError(
                f"{others[0]} was made where the flow now calls {stage}: the flow was changed "
                "since this run began. Undo the change, or give the changed flow a run of its own "
                f"(--name ANOTHER), or delete {others[0].name} and all with higher numbers."
            )
        return folder

    def check(self) -> None:
        """Raise Cancelled when some part of the run has failed."""
        if self.error is not None:
            raise Cancelled("another stage of this run failed") from self.error

    def fail(self, error: BaseException) -> None:
        """Some part failed; the first one is what the run reports."""
        with self._failing:
            if self.error is None and not isinstance(error, Cancelled):
                self.error = error

    def wait(self) -> None:
        """Until every table is complete; raises what failed first."""
        for table in self.tables:
            try:
                table.wait()
            except BaseException as error:
                self.fail(error)
                raise (self.error or error) from None

    def settle(self, patience: float = 30.0) -> None:
        """Wait for the stages that are still at work to notice that the run has ended: the folder
        is not given up while one may still write."""
        deadline = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _beside(self, name: str, attempt: Callable[[int], None]) -> None:
        def persist() -> None:
            for number in range(1, RETRIES + 1):
                try:
                    return attempt(number)
                except InfrastructureError:
                    time.sleep(2 ** (number - 1))
                except BaseException:
                    return  # the table's readers and the run have it

        self._threads.append(threading.Thread(target=persist, name=name, daemon=True))
        self._threads[-1].start()

    # the folder

    def lock(self) -> None:
        """Become the driver of the folder. Raises RunError while another one is alive, or where
        there can be no such folder."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            fd = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise RunError(
                f"The folder {self.folder} cannot be written to: {error.strerror}."
            ) from error
        try:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                time.sleep(0.1)  # `ratchet runs` may have looked at it in this instant
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.read(fd, 4096).decode(errors="replace")
            os.close(fd)
            raise RunError(
                f"The run {self.folder.name} is being driven by another process ({owner}). "
                "Wait for it or stop it; `ratchet show` reads the run meanwhile."
            ) from error
        owner = {
            "pid": os.getpid(),
            "host": platform.node(),
            "since": time.strftime("%Y-%m-%d %H:%M:%S"),
        }
        os.ftruncate(fd, 0)
        os.pwrite(fd, json.dumps(owner).encode(), 0)
        self._lock_fd = fd

    def unlock(self) -> None:
        if self._lock_fd >= 0:
            os.close(self._lock_fd)
            self._lock_fd = -1

    def read(self) -> dict[str, Any]:
        """run.json; empty before the run's first start."""
        path = self.folder / "run.json"
        if not path.exists():
            return {}
        try:
            return orjson.loads(path.read_bytes())
        except orjson.JSONDecodeError as error:
            raise RunError(
                f"{path} is damaged ({error}), so the run's settings are not known. Start it with "
                "its settings under another --name."
            ) from error

    def note(self, **facts: Any) -> None:
        """Change facts in run.json."""
        body = orjson.dumps(self.read() | facts, option=orjson.OPT_INDENT_2)
        replace_file(self.folder / "run.json", body)


_CURRENT: contextvars.ContextVar[Run | None] = contextvars.ContextVar("run", default=None)


def current_run() -> Run | None:
    """The run whose flow is calling; None outside a flow."""
    return _CURRENT.get()


def set_current(run: Run | None) -> contextvars.Token[Run | None]:
    return _CURRENT.set(run)
