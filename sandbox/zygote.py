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
import resource
import select
import sys
import time

from sandbox.confine import clone, confine_worker
from sandbox.encode import encode
from sandbox.frames import FRAME_BYTES, REQUEST, Ended, RequestHeader, ResponseHeader
from sandbox.program import Files, _attempt, _execute, serve_driver, serve_program

__all__ = ["main"]

Usage = resource.struct_rusage
PRELOADED = "pytest bisect collections functools heapq itertools math operator re string typing"


def main() -> None:
    """Greets the host, then serves requests until the stream ends."""
    _warm()
    sys.path[:] = [entry for entry in sys.path if "python" in entry]
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
    report, output = os.memfd_create("report"), os.memfd_create("output")
    stdin = os.memfd_create("stdin") if header.stdin else null
    files = Files(report, output, stdin, null)
    start = time.monotonic()
    if header.driver:
        ended, status, usages = _pair(header, files, namespaces)
    else:
        pid = clone(namespaces)
        if pid == 0:
            serve_program(header, files)
        ended = _wait([pid], header)
        _, status, usage = os.wait4(pid, 0)
        usages = [usage]
    wall = time.monotonic() - start
    reported, printed = os.fstat(report).st_size, os.fstat(output).st_size
    kept = min(printed, header.keep)
    response = ResponseHeader(
        ended,
        status,
        int(sum(usage.ru_utime + usage.ru_stime for usage in usages) * 1e6),
        int(wall * 1e6),
        max(usage.ru_maxrss for usage in usages),
        sum(usage.ru_nivcsw for usage in usages),
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


def _pair(header: RequestHeader, files: Files, namespaces: bool) -> tuple[int, int, list[Usage]]:
    """A program and the driver of its tests; the driver alone has the report's descriptor."""
    calls, outcomes = _high_pipe(), _high_pipe()
    aside = os.memfd_create("aside")
    program = clone(namespaces)
    if program == 0:
        serve_program(header, files._replace(report=files.null), (calls[0], outcomes[1]))
    os.close(outcomes[1])
    os.read(outcomes[0], 1)  # it has read its own request; or it is dead, and the driver will see
    driver = clone(namespaces)
    if driver == 0:
        serve_driver(header, files._replace(output=aside), (calls[1], outcomes[0]))
    for descriptor in (*calls, outcomes[0], aside):
        os.close(descriptor)
    ended = _wait([driver, program], header)
    _, driver_status, driver_usage = os.wait4(driver, 0)
    early, status, usage = os.wait4(program, os.WNOHANG)
    if not early:
        os.kill(program, 9)
        _, _, usage = os.wait4(program, 0)
    return ended, (status if early and status else driver_status), [driver_usage, usage]


def _high_pipe() -> tuple[int, int]:
    """A pipe out of the way of the descriptors that a child arranges."""
    reading, writing = os.pipe()
    high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, 32) for descriptor in (reading, writing)]
    os.close(reading)
    os.close(writing)
    return high[0], high[1]


def _wait(pids: list[int], header: RequestHeader) -> int:
    """Waits for the first child's end, or ends it when processor or wall time is used up."""
    pid, cpu_limit, wall_limit = pids[0], header.cpu_ms / 1000, header.wall_ms / 1000
    descriptor = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    clocks = [(~pid << 3) | 2 for pid in pids]  # the kernel's names of processes' processor time
    start, pause, ended = time.monotonic(), min(cpu_limit, wall_limit), Ended.ITSELF
    while not poll.poll(pause * 1000 + 1):
        used, passed = sum(map(time.clock_gettime, clocks)), time.monotonic() - start
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
