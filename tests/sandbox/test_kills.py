"""Whatever is killed, and whenever: each job ends once and rightly, and nothing goes on running."""

import os
import random
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from sandbox import Job, Limits, Verdict, worker
from sandbox.sandboxing import PooledSandbox
from tests.sandbox.callers import Caller
from tests.sandbox.machine import (
    KINDS,
    Process,
    alive,
    below,
    containers,
    each_worker,
    kill_container,
    open_box,
    remove_containers,
    soon,
    zygotes,
)

SECONDS = {"local": (0.2, 0.5), "docker": (0.7, 1.3)}
"""Between two kills: a new container takes half a second."""
SLOW = {"local": 0.1, "docker": 0.3}
PATIENT = Limits(cpu_seconds=9.0, wall_seconds=60.0)
BURNING = "import time\nwhile time.process_time() < {seconds}: pass\n"
ME = os.getpid()


def job(number: int, before: str = "", wrong: bool = False, limits: Limits = PATIENT) -> Job:
    program = f"# job {number};\n{before}def f(n):\n    return n * n + {number + wrong}\n"
    return Job(str(number), program, f"assert f(2) == {4 + number}", limits)


def batch(kind: str, size: int = 400) -> tuple[list[Job], dict[str, Verdict]]:
    """Every third is wrong, every twentieth slow; and what must come of them."""
    slow = BURNING.format(seconds=SLOW[kind])
    numbers = range(size)
    jobs = [job(n, slow if n % 20 == 7 else "", wrong=n % 3 == 0) for n in numbers]
    return jobs, {str(n): "passed" if n % 3 else "failed" for n in numbers}


def isolation(kind: str) -> list[int | str]:
    """What is around the zygotes: bubblewrap's processes, or containers."""
    if kind == "docker":
        return [*containers(ME)]
    return [process.pid for process in below(ME) if process.name == "bwrap"]


def programs(kind: str) -> list[Process]:
    return below(*zygotes(kind))


def kill(victim: int | str) -> None:
    if isinstance(victim, str):
        kill_container(victim)
    else:
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)


@contextmanager
def killing(
    kind: str, seed: int, victims: Callable[[], Sequence[int | str]]
) -> Iterator[list[int | str]]:
    """One of the victims now and then, until the block ends; lists the killed."""
    dice, over = random.Random(seed), threading.Event()
    killed: list[int | str] = []

    def go_on() -> None:
        while not over.wait(dice.uniform(*SECONDS[kind])):
            while not (found := victims()) and not over.wait(0.001):
                pass
            if found:
                killed.append(dice.choice(found))
                kill(killed[-1])

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def interrupted(box: PooledSandbox) -> Counter[bytes]:
    """Counts the jobs (b"job 7;") that are running when their worker ends."""
    found = Counter[bytes]()

    def watch(worker: worker.Worker, _: object) -> None:
        sent = deque[bytes]()
        send, take, close = worker.send, worker.take, worker.close

        def watched_take() -> object:
            if response := take():
                sent.popleft()
            return response

        def watched_close() -> None:
            if sent:
                found[sent[0].partition(b"# ")[2].partition(b"\n")[0]] += 1
            close()

        worker.send = lambda request: (sent.append(request.body), send(request))  # type: ignore
        worker.take, worker.close = watched_take, watched_close  # type: ignore

    each_worker(box, watch)
    return found


@pytest.mark.parametrize("what", ["zygote", "isolation"])
@pytest.mark.parametrize("kind", KINDS)
def test_killed_workers_lose_nothing_double_nothing_and_blame_no_program_for_one_death(
    kind: str, what: str
) -> None:
    jobs, wanted = batch(kind)
    with open_box(kind) as box:
        deaths = interrupted(box)
        victims = zygotes if what == "zygote" else isolation
        with killing(kind, 4, lambda: victims(kind)) as killed:
            results = list(box.run(jobs))
    assert Counter(result.id for result in results) == Counter([*wanted])
    assert killed
    twice = {result.id for result in results if deaths[b"job %s;" % result.id.encode()] > 1}
    wrong = {result.id for result in results if result.verdict != wanted[result.id]}
    assert wrong <= twice, [result for result in results if result.id in wrong - twice]
    assert {result.verdict for result in results if result.id in wrong} <= {"security"}
    assert soon(lambda: not zygotes(kind) and not isolation(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_killed_programs_are_never_a_reason_to_blame_them_for_an_attack(kind: str) -> None:
    jobs, wanted = batch(kind)
    victims = lambda: [process.pid for process in programs(kind)]  # noqa: E731
    with open_box(kind) as box, killing(kind, 5, victims) as killed:
        results = list(box.run(jobs))
    assert Counter(result.id for result in results) == Counter([*wanted])
    wrong = [result for result in results if result.verdict != wanted[result.id]]
    assert len(wrong) <= len(killed)
    assert {result.verdict for result in wrong} <= {"memory"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_small_program_that_is_killed_from_outside_gets_its_right_verdict(kind: str) -> None:
    jobs, wanted = batch(kind, 100)
    slow = job(1000, BURNING.format(seconds=1.5))
    with open_box(kind) as box, ThreadPoolExecutor() as threads:
        running = threads.submit(lambda: list(box.run([slow, *jobs])))
        assert soon(lambda: bool(lasting(kind, 0.5)))
        (found,) = lasting(kind, 0.5)
        kill(found)
        verdicts = {result.id: result.verdict for result in running.result(30)}
    assert verdicts == {**wanted, "1000": "passed"}


def lasting(kind: str, seconds: float) -> list[int]:
    """Programs that have been running for so long."""
    found = {process.pid: process.began for process in programs(kind)}
    time.sleep(seconds)
    return [process.pid for process in programs(kind) if found.get(process.pid) == process.began]


@pytest.mark.parametrize("kind", KINDS)
def test_a_worker_that_is_stopped_is_given_up_and_its_jobs_run_elsewhere(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "GRACE", 0.5)
    limits = Limits(cpu_seconds=0.9, wall_seconds=1.0)
    slow = [job(n, BURNING.format(seconds=0.2), limits=limits) for n in range(6)]
    with open_box(kind) as box, ThreadPoolExecutor() as threads:
        running = threads.submit(lambda: list(box.run(slow)))
        assert soon(lambda: len(programs(kind)) == 2)
        stopped = zygotes(kind)[0]
        os.kill(stopped, signal.SIGSTOP)
        verdicts = {result.id: result.verdict for result in running.result(30)}
        assert verdicts == {str(number): "passed" for number in range(6)}
        assert soon(lambda: stopped not in alive())


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.2, 0.7, 1.5])
@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_caller_leaves_nothing_running(kind: str, moment: float) -> None:
    with Caller(kind, "go on") as caller:
        time.sleep(moment)
        workers = zygotes(kind, caller.pid)
        inside = below(*workers) if kind == "docker" else below(caller.pid)
        os.kill(caller.pid, signal.SIGKILL)
        assert soon(lambda: not caller.left())
        assert soon(lambda: not {process.pid for process in inside} & {*alive()})
        assert soon(lambda: not {*workers} & {*alive()})
        never_started = containers(caller.pid) if kind == "docker" else []
    remove_containers(never_started)  # the next sandbox would do that, but only after minutes


@pytest.mark.parametrize("kind", KINDS)
def test_a_caller_that_ends_without_closing_leaves_nothing_running(kind: str) -> None:
    with Caller(kind, "leave") as caller:
        assert caller.process.wait(10) == 0
        assert soon(lambda: not caller.left())


@pytest.mark.parametrize("kind", KINDS)
def test_ctrl_c_ends_a_caller_at_once_and_leaves_nothing_running(kind: str) -> None:
    with Caller(kind, "go on") as caller:
        time.sleep(0.5)
        os.killpg(caller.pid, signal.SIGINT)
        assert caller.process.wait(10) == -signal.SIGINT
        assert b"KeyboardInterrupt" in caller.errors()
        assert soon(lambda: not caller.left())
