"""Waiting for a program's end, within its limits (runs inside the sandbox)."""

import os
import resource
import select
import signal
import time
from typing import NamedTuple

from sandbox.frames import Ended, RequestHeader

__all__ = ["CHILD_ENDED", "STALLED", "End", "Usage", "wait"]

Usage = resource.struct_rusage
CHILD_ENDED = {signal.SIGCHLD}
LATE_SECONDS, LOOK_SECONDS = 0.1, 1.0
STALLED = 1 << 20
"""As if set aside so often: what the host takes for a lack of processor time."""


class End(NamedTuple):
    """How a process ended: why the worker no longer waited, whether the worker itself was kept from
    running (then the process was, too), the exit status, and what was used."""

    ended: int
    stalled: bool
    status: int
    usage: Usage


def wait(pids: list[int], header: RequestHeader) -> End:
    """Waits for the first child's end, or ends it when processor or wall time is used up."""
    pid, cpu_limit, wall_limit = pids[0], header.cpu_ms / 1000, header.wall_ms / 1000
    start, pause, ended = time.monotonic(), min(cpu_limit, wall_limit), Ended.ITSELF
    passed, stalled = 0.0, False
    while True:
        pause = min(pause, LOOK_SECONDS)
        # not a pidfd: gVisor has none
        signal.sigtimedwait(CHILD_ENDED, pause + 0.001)
        found, status, usage = os.wait4(pid, os.WNOHANG)
        if found:
            return End(ended, stalled, status, usage)
        used, due = sum(map(_processor_time, pids)), passed + pause
        passed = time.monotonic() - start
        if _caller_has_gone():
            os.kill(pid, 9)
            os._exit(1)
        stalled |= passed - due > LATE_SECONDS
        if used >= cpu_limit:
            ended = Ended.CPU
        elif passed >= wall_limit:
            ended = Ended.WALL
        if ended:
            os.kill(pid, 9)
            _, status, usage = os.wait4(pid, 0)
            return End(ended, stalled, status, usage)
        pause = min(max(cpu_limit - used, 0.005), wall_limit - passed)


def _processor_time(pid: int) -> float:
    return time.clock_gettime((~pid << 3) | 2)  # the kernel's name of that process's clock


def _caller_has_gone() -> bool:
    caller = select.poll()
    caller.register(0, 0)
    return bool(caller.poll(0))
