"""The warmed interpreter that forks one confined process per program (runs inside the sandbox).

It is single-threaded, and never reads a program, a test or a report: a child is a copy of this
process, so whatever is here could be read by every later program. The child reads its own request
from the shared stream; reports and output stay in memory files and are spliced to the host.
"""

import fcntl
import gc
import json
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from sandbox import scratch
from sandbox.ahead import Spare, fork_ahead, new_files, wake
from sandbox.confine import (
    NEW_PROCESS_NUMBERS,
    NEW_USER,
    clone,
    confine_worker,
    keep_capabilities,
)
from sandbox.encode import encode
from sandbox.flavour import PRELOADED
from sandbox.frames import FRAME_BYTES, REQUEST, RESPONSE, RequestHeader, ResponseHeader
from sandbox.identity import digest
from sandbox.program import Files, _attempt, _execute, serve_driver, serve_program
from sandbox.waiting import CHILD_ENDED, STALLED, Usage, wait

__all__ = ["main"]

KILL, SET_GROUP, SET_USER, SYSTEM = 5, 6, 7, 21
OVERRIDE, OWNER = 1, 3
NO_USER = 2


class Ways(NamedTuple):
    """How this worker isolates its programs: kinds of namespaces, a user for each program (0: the
    worker's own), and what an untouched /tmp has free (None: it is not theirs)."""

    namespaces: int
    user: int
    empty: tuple[int, int] | None


def main(config: dict[str, Any]) -> None:
    """Greets the host, then serves requests until the stream ends."""
    if config["core"] is not None:
        with suppress(OSError):  # it was taken away meanwhile: then any other will do
            os.sched_setaffinity(0, {config["core"]})
    _warm(PRELOADED[config["flavour"]])
    sys.path[:] = [entry for entry in sys.path if "python" in entry]
    here = Path(__file__).parent
    code = digest(here, here.parent / "pytest.py")
    os.closerange(3, 64)
    if config["root"]:
        os.chroot(config["root"])
        os.chdir(scratch.FOLDER)
    elif config["scratch_mb"]:
        scratch.mount(config["scratch_mb"])
        os.chdir(scratch.FOLDER)
    user = config["uid"]
    more = (OVERRIDE, OWNER) if config["scratch_mb"] else ()
    if user:
        os.setgroups([])
    keep_capabilities(*((KILL, SET_GROUP, SET_USER, SYSTEM, *more) if user else ()))
    namespaces = _namespaces(user)
    opening = config["flavour"] != "bare"
    if not opening:
        sys.path.clear()
    confine_worker(opening)
    about = {"python": sys.version.split()[0], "code": code, "namespaces": bool(namespaces)}
    greeting = json.dumps(about).encode()
    os.write(1, len(greeting).to_bytes(4, "little") + greeting)
    ways = Ways(namespaces, user, scratch.free() if config["scratch_mb"] else None)
    signal.pthread_sigmask(signal.SIG_BLOCK, CHILD_ENDED)
    gc.collect()
    gc.freeze()
    gc.disable()
    spare = None
    while header := _read_header():
        spare = _serve(header, ways, spare)


def _warm(modules: Sequence[str]) -> None:
    """Runs everything once that a child will run: its pages are then shared instead of copied."""
    for name in modules:
        __import__(name)
    random.seed(0)
    scope: dict[str, object] = {"__name__": "solution"}
    for source in ("def f(n):\n    return [n * n]", "assert f(2) == 5", "x = f(2)", "f(1)["):
        _attempt(_execute, source, "<program>", scope)
    encode([1, 2.0, "x", (None, True), {"a": {1}}])


def _namespaces(user: int) -> int:
    """The most that this worker may give a program of its own; ends where it cannot even be given
    its user, as root of a user namespace that knows no other."""
    for kinds in (NEW_PROCESS_NUMBERS | (0 if user else NEW_USER), 0):
        try:
            pid = clone(kinds)
        except OSError:
            continue
        if pid == 0:
            os._exit(_try(user, kinds))
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code == NO_USER:
            sys.exit("programs cannot be given a user of their own here")
        if code == 0:
            return kinds
    return 0


def _try(user: int, kinds: int) -> int:
    try:
        if user:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
    except OSError:
        return NO_USER
    return 0 if not kinds or os.getpid() == 1 else 1


def _read_header() -> bytes:
    data = b""
    while len(data) < REQUEST.size:
        chunk = os.read(0, REQUEST.size - len(data))
        if not chunk:
            return b""
        data += chunk
    return data


def _serve(packed: bytes, ways: Ways, spare: Spare | None) -> Spare | None:
    """One request; gives what was forked ahead for the next."""
    header, start = RequestHeader.unpack(packed), time.monotonic()
    plain = not (header.driver or header.stdin or header.script)
    if plain and wake(spare, packed):
        assert spare
        pid, report, output = spare.pid, spare.report, spare.output
        stdin = errors = output
        spare = fork_ahead(ways.namespaces, ways.user, spare)
        ended, stalled, status, usage = wait([pid], header)
        usages = [usage]
    else:
        report, output = new_files()
        # with nothing given, a program reads where it writes: always at the end
        stdin = os.memfd_create("stdin") if header.stdin else output
        errors = os.memfd_create("errors") if header.script else output
        files = Files(report, output, errors, stdin)
        if header.driver:
            ended, stalled, status, usages = _pair(header, files, ways)
        else:
            pid = clone(ways.namespaces)
            if pid == 0:
                serve_program(header, files, ways.user)
            spare = fork_ahead(ways.namespaces, ways.user, spare) if plain else spare
            ended, stalled, status, usage = wait([pid], header)
            usages = [usage]
    wall = time.monotonic() - start
    if ways.empty:
        _clean(ways.empty)
    cpu, memory, preempted = 0.0, 0, STALLED if stalled else 0
    for usage in usages:
        cpu += usage.ru_utime + usage.ru_stime
        memory = max(memory, usage.ru_maxrss)
        preempted += usage.ru_nivcsw
    reported = max(0, os.lseek(report, 0, os.SEEK_END) - RESPONSE.size)
    printed = os.lseek(output, 0, os.SEEK_END)
    kept = min(printed, header.keep)
    response = ResponseHeader(
        ended,
        status,
        int(cpu * 1e6),
        int(wall * 1e6),
        memory,
        preempted,
        reported,
        printed,
        kept,
    )
    os.pwrite(report, response.pack(), 0)
    _send(report, 0, RESPONSE.size + (reported if reported <= FRAME_BYTES else 0))
    _send(output, 0, kept - kept // 2)
    _send(output, printed - kept // 2, kept // 2)
    for descriptor in {report, output, errors, stdin}:
        os.close(descriptor)
    return spare


def _clean(empty: tuple[int, int]) -> None:
    """The names that a program gave its files must not come into this process either."""
    os.chmod(scratch.FOLDER, 0o1777)
    if scratch.free() != empty and not (scratch.empty() and scratch.free() == empty):
        os._exit(1)  # the next program would find it: better a new worker


def _pair(header: RequestHeader, files: Files, ways: Ways) -> tuple[int, bool, int, list[Usage]]:
    """A program and the driver of its tests; the driver alone has the report's descriptor."""
    calls, outcomes = _high_pipe(), _high_pipe()
    aside, given = os.memfd_create("aside"), os.memfd_create("given")
    program = clone(ways.namespaces)
    if program == 0:
        without = files._replace(report=-1)
        serve_program(header, without, ways.user, (calls[0], outcomes[1]))
    os.close(outcomes[1])
    os.read(outcomes[0], 1)  # it has read its own request; or it is dead, and the driver will see
    driver = clone(ways.namespaces)
    if driver == 0:
        other = ways.user and ways.user + 1
        own = Files(files.report, aside, aside, given)
        serve_driver(header, own, other, (calls[1], outcomes[0]))
    for descriptor in (*calls, outcomes[0], aside, given):
        os.close(descriptor)
    ended, stalled, driver_status, driver_usage = wait([driver, program], header)
    os.kill(program, 9)  # without effect on one that has ended, or is ending by itself
    _, status, usage = os.wait4(program, 0)
    itself = status not in (0, 9)
    return ended, stalled, (status if itself else driver_status), [driver_usage, usage]


def _high_pipe() -> tuple[int, int]:
    """A pipe out of the way of the descriptors that a child arranges."""
    reading, writing = os.pipe()
    high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, 32) for descriptor in (reading, writing)]
    os.close(reading)
    os.close(writing)
    return high[0], high[1]


def _send(descriptor: int, offset: int, size: int) -> None:
    while size:
        sent = os.sendfile(1, descriptor, offset, size)
        if not sent:  # the file shrank, which only its own program can have done before it died
            os.write(1, b"\0" * size)
            return
        offset, size = offset + sent, size - sent


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
