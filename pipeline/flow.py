"""`@flow`: a function of a run and its settings becomes something that can be started and resumed.

    @flow
    def my_loop(run: Run, model: str, iterations: int = 3) -> None:
        '''One sentence.'''

The folder of a run knows its settings, so resuming takes its name alone; a used folder with other
settings is refused.
"""

import contextlib
import gc
import importlib.metadata
import inspect
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from data.shards import full_disk
from pipeline.code import code_of
from pipeline.errors import Cancelled, RunError
from pipeline.identity import differences
from pipeline.progress import Progress
from pipeline.run import Run, set_current
from pipeline.settings import plain, resolve

__all__ = ["Flow", "flow"]

_VERSIONS = ("ratchet", "torch", "transformers", "trl", "peft", "polars", "pyarrow", "prefect")


class Flow:
    """A loop: its function, and how it is started."""

    def __init__(self, function: Callable[..., Any], name: str | None = None) -> None:
        self.function = function
        self.name = name or function.__name__.replace("_", "-")
        self.__doc__ = function.__doc__

    @property
    def summary(self) -> str:
        """The first line of its docstring, or of its module's."""
        module = inspect.getmodule(self.function)
        text = inspect.getdoc(self.function) or (module.__doc__ if module else None)
        return (text or "").strip().partition("\n")[0]

    def start(
        self,
        folder: Path,
        settings: Mapping[str, Any],
        *,
        reference: str | None = None,
        progress: Progress | None = None,
        prefect: bool = False,
    ) -> Run:
        """Run the flow in `folder`, going on where an earlier start with the same settings ended.

        Raises SettingError, RunError (another driver, other settings), and what stopped the run.
        """
        values = resolve(self.function, settings)
        run = Run(folder, int(values.get("seed", 0)), progress)
        run.lock()
        try:
            # a start that is refused leaves the run as it is
            was = run.read().get("state")
            self._note_start(run, values, reference or self.name)
        except BaseException:
            run.unlock()
            raise
        try:
            _drive(run, lambda: self.function(run, **values), self.name, plain(values), prefect)
        except BaseException as error:
            run.fail(error)
            cause = error if isinstance(error, SystemExit) else run.error or error
            stopped = isinstance(cause, KeyboardInterrupt | SystemExit)
            said = None if stopped else f"{type(cause).__name__}: {cause}"
            state = "stopped" if stopped else "failed"
            if was == "done" and isinstance(cause, RunError):
                state, said = was, None  # refused: nothing was done to it
            with contextlib.suppress(OSError):  # on a full disk the note may fail too
                run.note(state=state, ended=time.time(), error=said)
            if full_disk(cause):
                raise RunError(
                    f"The disk is full: {folder} could not be written to. Nothing that was "
                    f"committed is lost. Free some space, then: ratchet resume {folder.name}"
                ) from cause
            if cause is error:
                raise
            raise cause from None
        else:
            run.note(state="done", ended=time.time(), error=None)
            return run
        finally:
            run.settle()
            run.unlock()

    def _note_start(self, run: Run, values: dict[str, Any], reference: str) -> None:
        found, settings = run.read(), plain(values)
        if not any(run.folder.rglob(".stage.json")):
            found = {}  # an earlier start came to nothing: its settings bind nobody
        if found and (changes := differences(found["settings"], settings)):
            raise RunError(
                f"The run {run.folder.name} was started with other settings:\n  "
                + "\n  ".join(changes)
                + f"\nGo on with its own: ratchet resume {run.folder.name}\n"
                "Or give the new settings a run of their own: --name ANOTHER"
            )
        if found and found["flow"] != self.name:
            raise RunError(
                f"The folder {run.folder} holds a run of {found['flow']}, not of {self.name}. "
                "Use another --name."
            )
        starts = [*found.get("starts", []), time.time()]
        run.note(
            flow=self.name,
            reference=reference,
            settings=settings,
            versions=_versions(),
            commit=_commit(),
            code=code_of(self.function),
            cwd=os.getcwd(),
            command=[word.encode("utf-8", "backslashreplace").decode() for word in sys.argv],
            starts=starts,
            state="running",
            ended=None,
            error=None,
        )


def flow(function: Callable[..., Any]) -> Flow:
    """Declare a flow; its first parameter is its run, the others are its settings."""
    return Flow(function)


def _drive(
    run: Run, body: Callable[[], Any], name: str, settings: dict[str, Any], prefect: bool
) -> None:
    def whole() -> None:
        token = set_current(run)
        try:
            body()
            run.wait()
        except BaseException as error:
            run.fail(error)
            if isinstance(error, Cancelled) and run.error is not None:
                raise run.error from None
            raise
        finally:
            token.var.reset(token)

    # a plain exit on SIGTERM lets every `finally` run: no orphaned server, sandbox or trainer
    main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143)) if main else None
    # rows are many small objects without cycles: at the default, looking for cycles in them took a
    # fifth of the time of a stage that does little else
    thresholds = gc.get_threshold()
    gc.set_threshold(100_000, 50, 50)
    try:
        if prefect:
            from pipeline.coat import under_prefect

            under_prefect(run, name, settings, whole)
        else:
            whole()
    finally:
        gc.set_threshold(*thresholds)
        if main:
            signal.signal(signal.SIGTERM, before)


def _versions() -> dict[str, str]:
    found = {"python": sys.version.split()[0]}
    for package in _VERSIONS:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _commit() -> str | None:
    """The commit of the checkout that this code runs from, marked when it has changes."""
    here = Path(__file__).parent
    git = ["git", "-C", str(here)]
    try:
        head = subprocess.run(
            [*git, "rev-parse", "HEAD"], capture_output=True, text=True, timeout=5
        )
        dirty = subprocess.run(
            [*git, "status", "--porcelain"], capture_output=True, text=True, timeout=5
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if head.returncode:
        return None
    return head.stdout.strip() + ("+changes" if dirty.stdout.strip() else "")
