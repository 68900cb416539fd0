"""Run the SelfCodeAlign flow and die by SIGKILL in the middle of one stage.

    python -m tests.flows.killed RUN SETTINGS.json [PHASE/N-stage]

In the middle is: with part of a shard in the journal, before a shard is committed, or, in training,
after its first checkpoint.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pipeline.load
import pipeline.shardwise
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


def main() -> None:
    folder, settings = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    if len(sys.argv) > 3:
        set_trap(sys.argv[3])
    selfcodealign.start(folder, settings)


if __name__ == "__main__":
    main()
