"""The next programs' processes, forked and confined while the present one runs (runs inside).

They have seen no program: each waits for a request's header, then reads its own request like any
other.
"""

import os
from collections import deque
from typing import NamedTuple

from sandbox.confine import clone
from sandbox.frames import RESPONSE
from sandbox.program import Files, serve_program

__all__ = ["Spares", "new_files"]

AHEAD = 4
"""Forked in one go: after a fork, this process copies each page that it writes to. Those from one
program to the next are more than a hundred, those from one fork to the next half as many."""


class Spare(NamedTuple):
    """A process that was forked ahead: it takes a request's header from the pipe `go`."""

    pid: int
    go: int
    report: int
    output: int


class Spares:
    """Those that wait. They and the program that runs have a user each, from the third of `users`
    on (0: none has its own), so that none can signal another."""

    def __init__(self, namespaces: int, users: int) -> None:
        self._namespaces, self._users = namespaces, users
        self._waiting: deque[Spare] = deque()
        self._forked = 0

    def fill(self) -> None:
        """Forks new ones once the last is taken."""
        while not self._waiting or self._forked % AHEAD:
            self._waiting.append(self._fork())
            self._forked += 1

    def _fork(self) -> Spare:
        report, output = new_files()
        reading, writing = os.pipe()
        user = self._users and self._users + 2 + self._forked % (AHEAD + 1)
        pid = clone(self._namespaces)
        if pid == 0:
            os.close(writing)
            serve_program(None, Files(report, output, output, output), user, go=reading)
        os.close(reading)
        return Spare(pid, writing, report, output)

    def wake(self, header: bytes) -> Spare | None:
        """The one that takes the request; None if there is none."""
        while self._waiting:
            spare = self._waiting.popleft()
            try:
                os.write(spare.go, header)
                return spare
            except BrokenPipeError:  # somebody killed it
                os.waitpid(spare.pid, 0)
                os.close(spare.report)
                os.close(spare.output)
            finally:
                os.close(spare.go)
        return None


def new_files() -> tuple[int, int]:
    report, output = os.memfd_create("report"), os.memfd_create("output")
    os.lseek(report, RESPONSE.size, os.SEEK_SET)  # the response's header goes before it: one write
    return report, output
