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

from sandbox import Job, Limits, Sandbox, Verdict, worker
from sandbox.frames import Request
from sandbox.worker import Worker
from tests.sandbox.callers import Caller
from tests.sandbox.cases.backends import open_sandbox
from tests.sandbox.machine import (
    Process,
    alive,
    below,
    containers,
    each_worker,
    kill_container,
    remove_containers,
    soon,
    zygotes,
)
from tests.sandbox.numbered import job, number_in

SECONDS = {"local": (0.2, 0.5), "docker": (0.6, 1.2)}
"""Between two kills: a new container takes half a second."""
SLOW = {"local": 0.1, "docker": 0.2}
PATIENT = Limits(cpu_seconds=9.0, wall_seconds=60.0)
BURNING = "import time\nwhile time.process_time() < {seconds}: pass\n"
ME = os.getpid()


def batch(backend: str, size: int = 300) -> tuple[list[Job], dict[str, Verdict]]:
    """Every third is wrong, every twentieth slow; and what must come of them."""
    slow = BURNING.format(seconds=SLOW[backend])
    numbers = range(size)
    jobs = [job(n, slow if n % 20 == 7 else "", n % 3 == 0, PATIENT) for n in numbers]
    return jobs, {str(n): "passed" if n % 3 else "failed" for n in numbers}


def isolation(backend: str) -> list[int | str]:
    """What is around the zygotes: bubblewrap's processes, or containers."""
    if backend == "docker":
        return [*containers(ME)]
    return [process.pid for process in below(ME) if process.name == "bwrap"]


def programs(backend: str) -> list[Process]:
    return below(*zygotes(backend))


def kill(victim: int | str) -> None:
    if isinstance(victim, str):
        kill_container(victim)
    else:
        assert victim > 1
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)


@contextmanager
def killing(
    backend: str, seed: int, victims: Callable[[], Sequence[int | str]]
) -> Iterator[list[int | str]]:
    """One of the victims now and then, until the block ends; lists the killed."""
    dice, over = random.Random(seed), threading.Event()
    killed: list[int | str] = []

    def go_on() -> None:
        while not over.wait(dice.uniform(*SECONDS[backend])):
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


def deaths_around(box: Sandbox) -> Counter[str]:
    """Counts for each job the deaths of its worker: while it ran, or while it was being checked."""
    found = Counter[str]()

    def watch(worker: Worker, _: object) -> None:
        sent, unproved = deque[str](), deque[str]()
        send, take, close = worker.send, worker.take, worker.close

        def watched_take() -> object:
            if response := take():
                unproved.append(sent.popleft())
                if [*unproved][-3:] == ["", "", ""]:
                    unproved.clear()
            return response

        def watched_close() -> None:
            if sent:
                found.update({sent[0]} if sent[0] else {*unproved})
            close()

        def watched_send(request: Request) -> None:
            sent.append(number_in(request.body.decode(errors="replace")))
            send(request)

        worker.send, worker.take, worker.close = watched_send, watched_take, watched_close  # type: ignore

    each_worker(box, watch)
    return found


@pytest.mark.parametrize("what", ["zygote", "isolation"])
def test_killed_workers_lose_nothing_double_nothing_and_blame_no_program_for_one_death(
    backend: str, what: str
) -> None:
    jobs, wanted = batch(backend)
    with open_sandbox(backend, 2) as box:
        deaths = deaths_around(box)
        victims = zygotes if what == "zygote" else isolation
        with killing(backend, 4, lambda: victims(backend)) as killed:
            results = list(box.run(jobs))
    assert Counter(result.id for result in results) == Counter([*wanted])
    assert killed
    twice = {result.id for result in results if deaths[result.id] > 1}
    wrong = {result.id for result in results if result.verdict != wanted[result.id]}
    assert wrong <= twice, [result for result in results if result.id in wrong - twice]
    assert {result.verdict for result in results if result.id in wrong} <= {"security"}
    assert soon(lambda: not zygotes(backend) and not isolation(backend))


def test_killed_programs_are_never_a_reason_to_blame_them_for_an_attack(backend: str) -> None:
    jobs, wanted = batch(backend, 200)
    victims = lambda: [process.pid for process in programs(backend)]  # noqa: E731
    with open_sandbox(backend, 2) as box, killing(backend, 5, victims) as killed:
        results = list(box.run(jobs))
    assert Counter(result.id for result in results) == Counter([*wanted])
    wrong = [result for result in results if result.verdict != wanted[result.id]]
    assert 2 * len(wrong) <= len(killed), "each may be run once more"
    assert {result.verdict for result in wrong} <= {"memory", "crashed"}


def test_a_small_program_that_is_killed_from_outside_gets_its_right_verdict(backend: str) -> None:
    quick = [job(number) for number in range(100)]
    slow = job(1000, BURNING.format(seconds=1.5), limits=PATIENT)
    with open_sandbox(backend, 2) as box, ThreadPoolExecutor() as threads:
        running = threads.submit(lambda: list(box.run([slow, *quick])))
        assert soon(lambda: bool(burning(backend, 0.5)))
        kill(burning(backend, 0.5)[0].pid)
        verdicts = {result.id: result.verdict for result in running.result(30)}
    assert verdicts == {one.id: "passed" for one in [slow, *quick]}


def burning(backend: str, seconds: float) -> list[Process]:
    """Programs that have used so much processor time."""
    return [process for process in programs(backend) if process.cpu >= seconds]


def test_a_worker_that_is_stopped_is_given_up_and_its_jobs_run_elsewhere(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "GRACE", 0.5)
    limits = Limits(cpu_seconds=2.0, wall_seconds=2.0)
    slow = [job(n, BURNING.format(seconds=0.4), limits=limits) for n in range(6)]
    with open_sandbox(backend, 2) as box, ThreadPoolExecutor() as threads:
        running = threads.submit(lambda: list(box.run(slow)))
        assert soon(lambda: bool(burning(backend, 0.1)))
        stopped = burning(backend, 0.1)[0].parent
        os.kill(stopped, signal.SIGSTOP)
        verdicts = {result.id: result.verdict for result in running.result(30)}
        assert verdicts == {str(number): "passed" for number in range(6)}
        assert soon(lambda: stopped not in alive())


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.3, 1.5])
def test_a_killed_caller_leaves_nothing_running(backend: str, moment: float) -> None:
    with Caller(backend, "go on") as caller:
        time.sleep(moment)
        workers = zygotes(backend, caller.pid)
        inside = below(*workers) if backend == "docker" else below(caller.pid)
        os.kill(caller.pid, signal.SIGKILL)
        assert soon(lambda: not caller.left())
        assert soon(lambda: not {process.pid for process in inside} & {*alive()})
        assert soon(lambda: not {*workers} & {*alive()})
        never_started = containers(caller.pid) if backend == "docker" else []
    remove_containers(never_started)  # the next sandbox would do that, but only after minutes


def test_a_caller_that_ends_without_closing_leaves_nothing_running(backend: str) -> None:
    with Caller(backend, "leave") as caller:
        assert caller.process.wait(10) == 0
        assert soon(lambda: not caller.left())


def test_ctrl_c_ends_a_caller_at_once_and_leaves_nothing_running(backend: str) -> None:
    with Caller(backend, "go on") as caller:
        time.sleep(0.5)
        os.killpg(caller.pid, signal.SIGINT)
        assert caller.process.wait(10) == -signal.SIGINT
        assert b"KeyboardInterrupt" in caller.errors()
        assert soon(lambda: not caller.left())
