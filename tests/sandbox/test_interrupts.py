"""A consumer that stops in the middle, in whatever way, hangs nothing and leaves nothing."""

import os
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

import pytest

from sandbox import Job, Limits, Result, pool
from sandbox.sandboxing import PooledSandbox
from tests.sandbox.machine import KINDS, below, each_worker, open_box, soon, zygotes


def job(number: int, before: str = "") -> Job:
    program = f"{before}\ndef f(n):\n    return n + {number}"
    return Job(str(number), program, f"assert f(1) == {number + 1}", Limits(cpu_seconds=30))


def works(box: PooledSandbox, number: int) -> bool:
    """Whether a sandbox still judges, and within a few seconds."""
    found: list[Result] = []
    thread = threading.Thread(target=lambda: found.extend(box.run([job(number)])), daemon=True)
    thread.start()
    thread.join(5)
    return [result.verdict for result in found] == ["passed"]


def running(kind: str) -> set[int]:
    """What runs for the sandboxes of this process."""
    return {*zygotes(kind), *(process.pid for process in below(os.getpid()))}


class Interruption(BaseException):
    """As KeyboardInterrupt, but the tests' own."""


def at_line(number: int, run: Callable[[], object]) -> bool:
    """Runs with an interruption at the pool's n-th line in this thread; whether it came so far."""
    left = number

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if frame.f_code.co_filename != pool.__file__:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                raise Interruption
        return trace

    sys.settrace(trace)
    try:
        run()
    except Interruption:
        return True
    finally:
        sys.settrace(None)
    return False


def test_an_interrupt_at_any_line_leaves_the_sandbox_usable() -> None:
    with open_box("local", 1) as box:
        assert works(box, 0)
        for line in range(1, 100):
            time.sleep(0.01)  # the pool sleeps again
            jobs = [job(1000 + 2 * line), job(1001 + 2 * line)]
            reached = at_line(line, lambda: list(box.run(jobs)))  # noqa: B023
            assert works(box, line), f"after an interrupt at line {line}"
            if not reached:
                break
    assert 10 < line < 99


def test_an_interrupted_close_can_be_repeated() -> None:
    before = running("local")
    for line in range(1, 20):
        box = open_box("local", 1)
        assert works(box, line)
        reached = at_line(line, box.close)
        closing = threading.Thread(target=box.close, daemon=True)
        closing.start()
        closing.join(5)
        assert not closing.is_alive()
        assert soon(lambda: running("local") <= before), f"after an interrupt at line {line}"
        if not reached:
            break


def test_threads_that_begin_at_the_same_time_all_get_their_results() -> None:
    interval, begin = sys.getswitchinterval(), threading.Barrier(4)

    def consume() -> None:
        begin.wait()
        list(box.run([job(0)]))  # whose verdict is known: only asking and answering are tried

    with open_box("local", 1) as box:
        assert works(box, 0)
        sys.setswitchinterval(1e-6)
        try:
            for _ in range(1500):
                threads = [threading.Thread(target=consume, daemon=True) for _ in range(4)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join(5)
                assert not any(thread.is_alive() for thread in threads)
        finally:
            sys.setswitchinterval(interval)


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_abandoned_run_had_not_begun_does_not_begin(kind: str) -> None:
    before = running(kind)
    with open_box(kind, 1) as box:
        sent = []
        each_worker(box, lambda worker, _: watch(worker, sent))
        slow = "import time\ntime.sleep(0.05)"
        results = box.run(job(number, slow) for number in range(200))
        next(results)
        with pytest.raises(ZeroDivisionError):
            results.throw(ZeroDivisionError)
        assert works(box, 500)
        assert len(sent) < 100
    assert soon(lambda: running(kind) <= before)


def watch(worker: Any, sent: list[object]) -> None:
    send = worker.send
    worker.send = lambda request: (sent.append(request), send(request))


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_of_jobs_that_fails_is_the_consumers_failure_alone(kind: str) -> None:
    def jobs() -> Iterator[Job]:
        yield from map(job, range(30))
        raise ZeroDivisionError("no more jobs")

    with open_box(kind, 1) as box:
        with pytest.raises(ZeroDivisionError, match="no more jobs"):
            list(box.run(jobs()))
        assert works(box, 100)


@pytest.mark.parametrize("kind", KINDS)
def test_leaving_the_block_by_an_exception_ends_everything_at_once(kind: str) -> None:
    before = running(kind)
    start = time.monotonic()

    def fail_while_others_run() -> None:
        with open_box(kind) as box:
            results = box.run(job(n, "while True: pass" if n % 20 == 9 else "") for n in range(99))
            threading.Thread(target=lambda: [*results], daemon=True).start()
            time.sleep(0.5)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_while_others_run()
    assert time.monotonic() - start < 10
    assert soon(lambda: running(kind) <= before)


@pytest.mark.parametrize("kind", KINDS)
def test_closing_while_others_run_ends_their_runs(kind: str) -> None:
    before, dice = running(kind), random.Random(1)

    def consume(box: PooledSandbox, found: list[str]) -> None:
        results = box.run(job(number) for number in range(100_000))
        with pytest.raises(RuntimeError, match="the sandbox is closed"):
            found.extend(result.verdict for result in results)

    for _ in range(12 if kind == "local" else 4):
        box = open_box(kind)
        with ThreadPoolExecutor(3) as threads:
            found: list[str] = []
            runs = [threads.submit(consume, box, found) for _ in range(3)]
            time.sleep(dice.uniform(0, 0.6))
            box.close()
            for run in runs:
                run.result(timeout=10)
            assert {*found} <= {"passed", "internal"}
    assert soon(lambda: running(kind) <= before)
