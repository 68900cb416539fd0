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
import select
import sys
import time

from sandbox.confine import clone, confine_worker
from sandbox.encode import encode
from sandbox.frames import FRAME_BYTES, REQUEST, Ended, RequestHeader, ResponseHeader
from sandbox.program import _attempt, _execute, serve_program

__all__ = ["main"]

PRELOADED = "bisect collections functools heapq itertools math operator re string typing"


def main() -> None:
    """Greets the host, then serves requests until the stream ends."""
    sys.path[:] = [entry for entry in sys.path if "python" in entry]
    _warm()
    namespaces = _namespaces_work()
    confine_worker()
    greeting = json.dumps({"python": sys.version.split()[0], "namespaces": namespaces}).encode()
    os.write(1, len(greeting).to_bytes(4, "little") + greeting)
    null = fcntl.fcntl(os.open("/dev/null", os.O_RDONLY), fcntl.F_DUPFD, 20)
    os.close(3)  # a program's report gets this descriptor
    gc.collect()
    gc.freeze()
    gc.disable()
    while header := _read_header():
        _serve(RequestHeader.unpack(header), namespaces, null)


def _warm() -> None:
    """Runs everything once that a child will run: its pages are then shared instead of copied."""
    for name in PRELOADED.split():
        __import__(name)
    random.seed(0)
    scope: dict[str, object] = {"__name__": "solution"}
    for source in ("def f(n):\n    return [n * n]", "assert f(2) == 5", "x = f(2)", "f(1)["):
        _attempt(_execute, source, "<program>", scope)
    encode([1, 2.0, "x", (None, True), {"a": {1}}])


def _namespaces_work() -> bool:
    try:
        pid = clone(namespaces=True)
    except OSError:
        return False
    if pid == 0:
        os._exit(0 if os.getpid() == 1 else 1)
    return os.waitpid(pid, 0)[1] == 0


def _read_header() -> bytes:
    data = b""
    while len(data) < REQUEST.size:
        chunk = os.read(0, REQUEST.size - len(data))
        if not chunk:
            return b""
        data += chunk
    return data


def _serve(header: RequestHeader, namespaces: bool, null: int) -> None:
    report = os.memfd_create("report")
    output = os.memfd_create("output")
    stdin = os.memfd_create("stdin") if header.stdin else null
    pid = clone(namespaces)
    if pid == 0:
        serve_program(header, report, output, stdin, null)
    start = time.monotonic()
    ended = _wait(pid, header.cpu_ms / 1000, header.wall_ms / 1000)
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic() - start
    reported, printed = os.fstat(report).st_size, os.fstat(output).st_size
    kept = min(printed, header.keep)
    response = ResponseHeader(
        ended,
        status,
        int((usage.ru_utime + usage.ru_stime) * 1e6),
        int(wall * 1e6),
        usage.ru_maxrss,
        usage.ru_nivcsw,
        reported,
        printed,
        kept,
    )
    os.write(1, response.pack())
    if reported <= FRAME_BYTES:
        _send(report, 0, reported)
    _send(output, 0, kept - kept // 2)
    _send(output, printed - kept // 2, kept // 2)
    for descriptor in (report, output, *((stdin,) if header.stdin else ())):
        os.close(descriptor)


def _wait(pid: int, cpu_limit: float, wall_limit: float) -> int:
    """Waits for the child's end, or ends it when its processor time or the wall time is used up."""
    descriptor = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    clock = (~pid << 3) | 2  # the kernel's name for a process's processor time
    start, pause, ended = time.monotonic(), min(cpu_limit, wall_limit), Ended.ITSELF
    while not poll.poll(pause * 1000 + 1):
        used, passed = time.clock_gettime(clock), time.monotonic() - start
        if used >= cpu_limit:
            ended = Ended.CPU
        elif passed >= wall_limit:
            ended = Ended.WALL
        if ended:
            os.kill(pid, 9)
            break
        pause = min(max(cpu_limit - used, 0.005), wall_limit - passed)
    os.close(descriptor)
    return ended


def _send(descriptor: int, offset: int, size: int) -> None:
    while size:
        sent = os.sendfile(1, descriptor, offset, size)
        if not sent:  # the file shrank, which only its own program can have done before it died
            os.write(1, b"\0" * size)
            return
        offset, size = offset + sent, size - sent


if __name__ == "__main__":
    main()
