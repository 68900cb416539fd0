"""Runs of the SelfCodeAlign flow that die by SIGKILL in the middle of one stage.

    python -m tests.flows.killed SETTINGS.json

For each line `RUN TAB [PHASE/N-stage]` on its stdin, a process of its own drives the run; the
answer is its exit code. What every run imports is imported once, before they fork: that is most of
the time of a run whose stages are done.

In the middle is: with part of a shard in the journal, before a shard is committed, or, in training,
after its first checkpoint.
"""

import importlib
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

import pipeline.load
import pipeline.shardwise
import pipeline.transformers_engine
import pipeline.writing
import stages.trained
from flows.selfcodealign import selfcodealign
from pipeline.journal import Journal


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def set_trap(target: str) -> None:
    def here(folder: Path) -> bool:
        return f"{folder.parent.name}/{folder.name}" == target

    def before_commit(original: Any) -> Any:
        def commit(folder: Path, number: int, *rest: Any) -> None:
            if here(folder):
                die()
            original(folder, number, *rest)

        return commit

    noted = Journal.add

    def add(self: Journal, pieces: Any) -> None:
        noted(self, pieces)
        if self._path is not None and here(self._path.parent.parent) and pieces:
            die()

    events = stages.trained._events

    def watched(child: Any) -> Any:
        for event in events(child):
            if target.endswith("-train") and event.get("step", 0) >= 3:
                die()
            yield event

    for module in (pipeline.load, pipeline.shardwise, pipeline.writing):
        module.commit_shard = before_commit(module.commit_shard)  # type: ignore[attr-defined]
    Journal.add = add  # type: ignore[method-assign]
    stages.trained._events = watched


def drive(folder: Path, settings: dict[str, Any], target: str) -> int:
    """The exit code of a run, negative for a signal."""
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        if target:
            set_trap(target)
        selfcodealign.start(folder, settings)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    importlib.import_module("transformers.models.llama.modeling_llama")  # the runs' model
    settings = json.loads(Path(sys.argv[1]).read_text())
    for line in sys.stdin:
        folder, _, target = line.rstrip("\n").partition("\t")
        print(drive(Path(folder), settings, target), flush=True)


if __name__ == "__main__":
    main()
