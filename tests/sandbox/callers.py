"""A process of its own that uses a sandbox, to see what it leaves however it ends."""

import ctypes
import os
import subprocess
import sys
import tempfile

from tests.sandbox.cases.backends import open_sandbox
from tests.sandbox.machine import Process, below, zygotes

__all__ = ["Caller"]

SET_CHILD_SUBREAPER = 36
SCRIPT = """
import signal
import sys
from itertools import count
from sandbox import Job, Limits, LocalSandbox
from sandbox.docker import DockerSandbox

# where tests run in the background of a shell, it is ignored
signal.signal(signal.SIGINT, signal.default_int_handler)
limits = Limits(cpu_seconds=30.0, wall_seconds=30.0)
def jobs():
    for number in count():
        slow = "while True: pass" if number % 500 == 300 else ""
        program = f"# {number}\\n{slow}\\ndef f(n): return n"
        yield Job(str(number), program, "assert f(1) == 1", limits)
box = LocalSandbox(2) if sys.argv[1] == "local" else DockerSandbox(2)
list(box.run([Job("first", "x = 1", "")]))
print("ready", flush=True)
results = box.run(jobs())
next(results)
if sys.argv[2] == "go on":
    for result in results:
        pass
"""


class Caller:
    """A process in a group of its own; what it leaves becomes a child of this one.

    It runs programs, some of which do not end for half a minute; then it is done ("leave"), or goes
    on ("go on").
    """

    def __init__(self, backend: str, then: str) -> None:
        open_sandbox(backend).close()  # or else it is skipped
        self._backend, self._then = backend, then
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed with the caller

    def __enter__(self) -> "Caller":
        _adopt(True)
        self._before = {process.pid for process in below(os.getpid())}
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, self._backend, self._then],
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        self.pid = self.process.pid
        assert self.process.stdout
        assert self.process.stdout.readline() == b"ready\n", self.errors()
        return self

    def __exit__(self, *exception: object) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()
        self._errors.close()
        _adopt(False)

    def errors(self) -> bytes:
        self._errors.seek(0)
        return self._errors.read()

    def left(self) -> list[Process] | list[int]:
        """Processes that came with it and are there without it."""
        if self._backend == "docker":
            return zygotes("docker", self.pid)
        found = [process for process in below(os.getpid()) if process.pid not in self._before]
        return [process for process in found if process.pid != self.pid]


def _adopt(orphans: bool) -> None:
    """Whether what a child leaves becomes this process's child."""
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, int(orphans), 0, 0, 0)
