"""A consumer that stops in the middle, in whatever way, hangs nothing and leaves nothing."""

import linecache
import random
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

import pytest

from sandbox import Job, Limits, Result, Sandbox, pool
from tests.sandbox.cases.backends import open_sandbox
from tests.sandbox.machine import each_worker, running, soon


def job(number: int, before: str = "") -> Job:
    program = f"{before}\ndef f(n):\n    return n + {number}"
    return Job(str(number), program, f"assert f(1) == {number + 1}", Limits(cpu_seconds=30))


def works(box: Sandbox, number: int) -> bool:
    """Whether a sandbox still judges, and within a few seconds."""
    found: list[Result] = []
    thread = threading.Thread(target=lambda: found.extend(box.run([job(number)])), daemon=True)
    thread.start()
    thread.join(5)
    return [result.verdict for result in found] == ["passed"]


class Interruption(BaseException):
    """As KeyboardInterrupt, but the tests' own."""


def at_line(number: int, run: Callable[[], object]) -> bool:
    """Runs with an interruption at the pool's n-th line in this thread; whether it came so far.

    The end of a `with` block is traced as its first line again: nothing can interrupt there, since
    Python handles signals between certain instructions only.
    """
    left, last = number, dict[FrameType, int]()

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if frame.f_code.co_filename != pool.__file__:
            return None
        line = linecache.getline(pool.__file__, frame.f_lineno).strip()
        leaving = line.startswith("with ") and last.get(frame, 0) > frame.f_lineno
        last[frame] = frame.f_lineno
        if event == "line" and not leaving:
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
    with open_sandbox("local", 1) as box:
        assert works(box, 0)
        line = 0
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
        box = open_sandbox("local", 1)
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

    with open_sandbox("local", 1) as box:
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


def test_what_an_abandoned_run_had_not_begun_does_not_begin(backend: str) -> None:
    before = running(backend)
    with open_sandbox(backend, 1) as box:
        sent = []
        each_worker(box, lambda worker, _: watch(worker, sent))
        slow = "import time\ntime.sleep(0.05)"
        results = box.run(job(number, slow) for number in range(200))
        assert isinstance(results, Generator)
        next(results)
        with pytest.raises(ZeroDivisionError):
            results.throw(ZeroDivisionError)
        assert works(box, 500)
        assert len(sent) < 100
    assert soon(lambda: running(backend) <= before)


def watch(worker: Any, sent: list[object]) -> None:
    send = worker.send
    worker.send = lambda request: (sent.append(request), send(request))


def test_the_jobs_of_an_abandoned_run_can_be_run_again(backend: str) -> None:
    jobs = [job(number) for number in range(250)]
    with open_sandbox(backend, 2) as box:
        for size in (50, 120, 250):  # whatever had become of them by then
            results = box.run(jobs)
            for _ in range(size // 10):
                next(results)
            del results
            found: list[Result] = []
            again = threading.Thread(target=lambda: found.extend(box.run(jobs)), daemon=True)  # noqa: B023
            again.start()
            again.join(15)
            assert sorted(int(result.id) for result in found) == list(range(250))
            assert {result.verdict for result in found} == {"passed"}
            jobs = [job(number, f"# {size}") for number in range(250)]


def test_a_source_of_jobs_that_fails_is_the_consumers_failure_alone(backend: str) -> None:
    def jobs() -> Iterator[Job]:
        yield from map(job, range(30))
        raise ZeroDivisionError("no more jobs")

    with open_sandbox(backend, 1) as box:
        with pytest.raises(ZeroDivisionError, match="no more jobs"):
            list(box.run(jobs()))
        assert works(box, 100)


def test_leaving_the_block_by_an_exception_ends_everything_at_once(backend: str) -> None:
    before = running(backend)
    start = time.monotonic()

    def fail_while_others_run() -> None:
        with open_sandbox(backend, 2) as box:
            results = box.run(job(n, "while True: pass" if n % 20 == 9 else "") for n in range(99))
            threading.Thread(target=lambda: [*results], daemon=True).start()
            time.sleep(0.5)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_while_others_run()
    assert time.monotonic() - start < 10
    assert soon(lambda: running(backend) <= before)


def test_closing_while_others_run_ends_their_runs(backend: str) -> None:
    before, dice = running(backend), random.Random(1)

    def consume(box: Sandbox, found: list[str]) -> None:
        results = box.run(job(number) for number in range(100_000))
        with pytest.raises(RuntimeError, match="the sandbox is closed"):
            found.extend(result.verdict for result in results)

    for _ in range(12 if backend == "local" else 4):
        box = open_sandbox(backend, 2)
        with ThreadPoolExecutor(3) as threads:
            found: list[str] = []
            runs = [threads.submit(consume, box, found) for _ in range(3)]
            time.sleep(dice.uniform(0, 0.6))
            box.close()
            for run in runs:
                run.result(timeout=10)
            assert {*found} <= {"passed", "internal"}
    assert soon(lambda: running(backend) <= before)
