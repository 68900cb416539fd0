"""The runs folder: which runs there are, and the state of each.

A run whose driver was killed still says that it is running; only a held lock proves it.
"""

import fcntl
import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from data.errors import UserError
from flows.cli.mistakes import nearest

__all__ = [
    "Summary",
    "check_name",
    "find_run",
    "next_name",
    "phases",
    "run_names",
    "runs_folder",
    "typed",
]


def runs_folder(option: Path | None) -> Path:
    """Where the runs are: the option, RATCHET_RUNS, or ./runs."""
    return (option or Path(os.environ.get("RATCHET_RUNS") or "runs")).expanduser()


def typed(folder: Path) -> str:
    """A run as a command names it: with --runs where that is needed to find it."""
    if folder.parent.absolute() == runs_folder(None).absolute():
        return folder.name
    return f"{folder.name} --runs {shlex.quote(str(folder.parent))}"


def run_names(runs: Path) -> list[str]:
    """The runs in a folder, oldest first."""
    dated = [(_first_start(record), record.parent.name) for record in runs.glob("*/run.json")]
    return [name for _, name in sorted(dated)]


def _first_start(record: Path) -> float:
    try:
        return _facts(record.parent)["starts"][0]
    except (UserError, KeyError, IndexError):
        return record.stat().st_ctime


def check_name(name: str) -> str:
    """The name, if it can be the name of a run's folder."""
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", name):
        raise UserError(
            f"{name!r} cannot be the name of a run: a name is letters, digits, '.', '_' and '-', "
            "at most 100, and begins with a letter, a digit or '_'."
        )
    return name


def next_name(runs: Path, flow: str) -> str:
    """The flow's name with the next free number."""
    taken = [re.fullmatch(rf"{re.escape(flow)}-(\d+)", p.name) for p in runs.glob(f"{flow}-*")]
    return f"{flow}-{max((int(t[1]) for t in taken if t), default=0) + 1}"


def find_run(runs: Path, name: str) -> Path:
    """The folder of a run that exists."""
    folder = runs / check_name(name)
    if not (folder / "run.json").is_file():
        raise UserError(
            f"There is no run {name!r} in {runs}. {nearest(name, run_names(runs), 'run there')}"
        )
    return folder


def phases(folder: Path) -> list[Path]:
    """The phases of a run in the order in which a flow goes through them."""

    def order(phase: Path) -> tuple[int, int, str]:
        number = re.fullmatch(r"iteration-(\d+)", phase.name)
        place = {"prepare": 0, "finish": 3}.get(phase.name, 1 if number else 2)
        return place, int(number[1]) if number else 0, phase.name

    stages = folder.glob("*/*/.stage.json")
    return sorted({path.parent.parent for path in stages}, key=order)


def _facts(folder: Path) -> dict[str, Any]:
    try:
        facts = orjson.loads((folder / "run.json").read_bytes())
        if not isinstance(facts, dict):
            raise ValueError("it is not an object")
        return facts
    except (OSError, ValueError) as error:
        raise UserError(
            f"{folder}/run.json cannot be read ({error}). If it is damaged, the tables beside it "
            "are not: they open with any Parquet reader."
        ) from None


@dataclass(frozen=True)
class Summary:
    """A run as its folder tells it. `state` is running, done, failed, or stopped: it neither ended
    nor has it a driver."""

    name: str
    flow: str
    state: str
    iterations: int
    starts: list[float]
    ended: float | None
    error: str | None
    facts: dict[str, Any]

    @classmethod
    def of(cls, folder: Path) -> "Summary":
        facts = _facts(folder)
        state, error = facts.get("state", "stopped"), facts.get("error")
        alive = _driven(folder)
        if alive:
            state = "running"
        elif state == "running" or str(error).startswith(("KeyboardInterrupt", "SystemExit")):
            state, error = "stopped", None
        return cls(
            name=folder.name,
            flow=facts.get("flow", "?"),
            state=state,
            iterations=sum(p.name.startswith("iteration-") for p in phases(folder)),
            starts=facts.get("starts", []),
            ended=None if alive else facts.get("ended") or _last_change(folder),
            error=None if alive else error,
            facts=facts,
        )

    @property
    def seconds(self) -> float | None:
        """How long the last start took, or is taking."""
        import time

        return max((self.ended or time.time()) - self.starts[-1], 0.0) if self.starts else None


def _driven(folder: Path) -> bool:
    try:
        fd = os.open(folder / ".lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        # a shared lock is had at once unless a driver holds the folder; it is let go again at once
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(fd)
    return False


def _last_change(folder: Path) -> float | None:
    """When a killed run last committed anything."""
    return max((p.stat().st_mtime for p in folder.glob("*/*")), default=None)
