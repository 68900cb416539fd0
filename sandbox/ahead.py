"""The next program's process, forked and confined while the present program runs (runs inside).

It has seen no program: it waits for a request's header, then reads its own request like any other.
"""

import os
from typing import NamedTuple

from sandbox.confine import clone
from sandbox.frames import RESPONSE
from sandbox.program import Files, serve_program

__all__ = ["Spare", "fork_ahead", "new_files", "wake"]


class Spare(NamedTuple):
    """A process that was forked ahead: it takes a request's header from the pipe `go`."""

    pid: int
    user: int
    go: int
    report: int
    output: int


def fork_ahead(namespaces: int, users: int, before: Spare | None) -> Spare:
    """Forks the process of the next program while the present one runs. Its user is another one."""
    report, output = new_files()
    reading, writing = os.pipe()
    user = users and users + (2 if before is None or before.user != users + 2 else 3)
    files = Files(report, output, output, output)
    pid = clone(namespaces)
    if pid == 0:
        os.close(writing)
        serve_program(None, files, user, go=reading)
    os.close(reading)
    return Spare(pid, user, writing, report, output)


def new_files() -> tuple[int, int]:
    report, output = os.memfd_create("report"), os.memfd_create("output")
    os.lseek(report, RESPONSE.size, os.SEEK_SET)  # the response's header goes before it: one write
    return report, output


def wake(spare: Spare | None, header: bytes) -> bool:
    """Whether the process that was forked ahead takes the request."""
    if spare is None:
        return False
    try:
        os.write(spare.go, header)
    except BrokenPipeError:  # somebody killed it
        os.waitpid(spare.pid, 0)
        os.close(spare.report)
        os.close(spare.output)
        return False
    finally:
        os.close(spare.go)
    return True
