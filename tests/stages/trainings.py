"""Trainers as processes of their own: started, killed at a step, waited for."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["ROOT", "finished", "kill_at", "start"]

ROOT = Path(__file__).parents[2]


def start(trainer: str, out: Path, **spec: Any) -> "subprocess.Popen[str]":
    """`trainer` is a module that reads its SPEC from a file, such as stages.sft."""
    out.mkdir(exist_ok=True)
    (out / ".spec.json").write_text(json.dumps({**spec, "out": str(out)}))
    with (out / ".log.txt").open("a") as log:
        return subprocess.Popen(
            [sys.executable, "-m", trainer, str(out / ".spec.json")],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=ROOT,
            start_new_session=True,
        )


def finished(child: "subprocess.Popen[str]") -> tuple[int, list[dict[str, Any]]]:
    """Its exit code, and the events that it told."""
    said, _ = child.communicate(timeout=300)
    return child.returncode, [json.loads(line) for line in said.splitlines()]


def kill_at(child: "subprocess.Popen[str]", step: int) -> None:
    """Reads its events up to that step, then kills it."""
    assert child.stdout is not None
    for line in child.stdout:
        if json.loads(line).get("step") == step:
            os.killpg(child.pid, signal.SIGKILL)
            break
    child.communicate()
