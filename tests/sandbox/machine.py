"""The processes, containers and workers of sandboxes, as the machine sees them.

Processes are found from outside, by what the kernel says of them: nothing that a worker or a
program tells about itself would show what it left behind.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from docker import APIClient
from docker.errors import APIError, DockerException

from sandbox import Sandbox
from sandbox.container import LABEL
from sandbox.flavour import Flavour
from sandbox.sandboxing import PooledSandbox
from sandbox.worker import Worker

__all__ = [
    "Process",
    "alive",
    "below",
    "containers",
    "each_worker",
    "kill_container",
    "remove_containers",
    "running",
    "soon",
    "volumes",
    "zygotes",
]


TICKS = os.sysconf("SC_CLK_TCK")


class Process(NamedTuple):
    """`cpu` is the processor time that it has used, in seconds."""

    pid: int
    parent: int
    name: str
    cpu: float


def soon(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether it holds within that time."""
    end = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < end:
        time.sleep(0.02)
    return held


def alive() -> dict[int, Process]:
    """All processes of the machine that have not ended."""
    found = {}
    for folder in os.listdir("/proc"):
        if folder.isdigit():
            with contextlib.suppress(OSError):
                before, _, after = Path(f"/proc/{folder}/stat").read_text().rpartition(")")
                fields, pid = after.split(), int(folder)
                if fields[0] not in "ZX":
                    name, ticks = before.partition("(")[2], int(fields[11]) + int(fields[12])
                    found[pid] = Process(pid, int(fields[1]), name, ticks / TICKS)
    return found


def below(*ancestors: int) -> list[Process]:
    """The descendants of these processes, parents first."""
    assert all(pid > 1 for pid in ancestors)
    children: dict[int, list[Process]] = {}
    for process in alive().values():
        children.setdefault(process.parent, []).append(process)
    found, left = [], [*ancestors]
    while left:
        near = children.get(left.pop(), [])
        found += near
        left += [process.pid for process in near]
    return found


def zygotes(backend: str, caller: int | None = None) -> list[int]:
    """The warm interpreters of a process's sandboxes, by their numbers on this machine."""
    caller = caller or os.getpid()
    if backend == "local":
        found = below(caller)
        isolating = {process.pid for process in found if process.name == "bwrap"}
        python = [process for process in found if process.name.startswith("python")]
        return sorted(process.pid for process in python if process.parent in isolating)
    with _engine() as engine:
        states = []
        for name in containers(caller):
            with contextlib.suppress(Exception):  # it may have gone meanwhile
                states.append(engine.inspect_container(name)["State"])
        # 0 is no process but, to whoever kills it, all that are near
        return sorted(state["Pid"] for state in states if state["Running"] and state["Pid"] > 1)


def running(backend: str) -> set[int]:
    """What runs below this process, and in its containers."""
    return {*zygotes(backend), *(process.pid for process in below(os.getpid()))}


def containers(caller: int) -> list[str]:
    """The Docker containers that were made for a process."""
    with contextlib.suppress(DockerException), _engine() as engine:
        wanted = {"label": f"{LABEL}={caller}"}
        return [found["Id"] for found in engine.containers(all=True, filters=wanted)]
    return []  # without Docker


def volumes(backend: str) -> int:
    """How many Docker keeps."""
    if backend != "docker":
        return 0
    with _engine() as engine:
        return len(engine.volumes()["Volumes"] or ())


def kill_container(name: str) -> None:
    """As `docker kill` does it."""
    with _engine() as engine, contextlib.suppress(APIError):
        engine.kill(name)


def remove_containers(names: list[str]) -> None:
    with _engine() as engine:
        for name in names:
            with contextlib.suppress(APIError):
                engine.remove_container(name, force=True)


def each_worker(box: Sandbox, do: Callable[[Worker, Flavour], object]) -> None:
    """Shows every worker that the sandbox starts from now on, before it is used."""
    assert isinstance(box, PooledSandbox)
    schedule = box._pool._schedule
    start = schedule._start

    def started(flavour: Flavour, slot: int) -> Worker:
        worker = start(flavour, slot)
        do(worker, flavour)
        return worker

    schedule._start = started


@contextlib.contextmanager
def _engine() -> Iterator[APIClient]:
    with contextlib.closing(APIClient(version="auto")) as engine:
        yield engine
