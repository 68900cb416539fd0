"""A thousand programs whose verdicts are known beforehand: the sandbox finds each of them, always.

A false verdict is a wrong label, whichever way it errs. So the programs cover every verdict in
every mode of testing, come in random order, and are judged again while the machine is busy.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import product

from sandbox import VERDICTS, Job, Limits, LocalSandbox
from tests.sandbox.cases.backends import open_sandbox
from tests.sandbox.known_programs import MODES, SHARES, Known, known_programs
from tests.sandbox.machine import below, soon, zygotes

PROGRAMS = {"local": 1000, "docker": 200}
CORES = len(os.sched_getaffinity(0))


@contextmanager
def load(processes: int) -> Iterator[None]:
    """Busy loops beside the sandbox, each in a session of its own: some kernels share out their
    time among sessions first."""
    line = [sys.executable, "-S", "-c", "while True: pass"]
    busy = [subprocess.Popen(line, start_new_session=True) for _ in range(processes)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
        for process in busy:
            process.wait()


def wrong(backend: str, programs: list[Known]) -> list[str]:
    """What differs from what is known, in a sandbox that has judged none of them before."""
    wanted = {known.job.id: known for known in programs}
    with open_sandbox(backend, CORES) as box:
        results = list(box.run(known.job for known in programs))
    assert sorted(wanted) == sorted(result.id for result in results)
    return [
        f"{known.mode}: {known.verdict} {known.trust}, but found {found} in:\n{known.job.program}"
        for found, known in ((result, wanted[result.id]) for result in results)
        if (found.verdict, found.trust) != (known.verdict, known.trust)
    ]


def test_known_verdicts_are_found_in_any_order_and_on_a_busy_machine(backend: str) -> None:
    programs = known_programs(seed=3, number=PROGRAMS[backend])
    found = []
    for turn in range(3):
        random.Random(turn).shuffle(programs)
        with load(CORES if turn == 2 else 0):
            found += wrong(backend, programs)
    assert not found, "\n".join(found[:5])


def test_the_known_programs_cover_every_verdict_in_every_mode() -> None:
    programs = known_programs(seed=3, number=1000)
    assert {*SHARES} == {*VERDICTS} - {"internal"}
    assert {(known.mode, known.verdict) for known in programs} == {*product(MODES, SHARES)}
    assert len({(known.job.program, repr(known.job.tests)) for known in programs}) == 1000


BURNING = "import time\nwhile time.process_time() < {seconds}: pass\ndef f(n):\n    return n + {n}"


def test_a_program_that_others_kept_from_running_is_run_again_alone(backend: str) -> None:
    limits = Limits(cpu_seconds=3.0, wall_seconds=3.0)
    job = Job("1", BURNING.format(seconds=0.8, n=7), "assert f(1) == 8", limits)
    with open_sandbox(backend, 1) as box, ExitStack() as crowd:
        list(box.run([Job("warm", "x = 1", "")]))
        crowd.enter_context(load(8 * CORES))
        ending = threading.Timer(limits.wall_seconds + 0.2, crowd.close)
        start = time.monotonic()
        ending.start()
        (result,) = box.run([job])
        taken = time.monotonic() - start
        ending.join()
    assert (result.verdict, result.detail) == ("passed", "")
    assert taken > limits.wall_seconds, "it was not kept waiting: nothing was tried"


def test_a_program_that_was_stopped_from_outside_is_judged_by_its_own_time() -> None:
    limits = Limits(cpu_seconds=1.5, wall_seconds=1.5)
    job = Job("1", BURNING.format(seconds=0.5, n=8), "assert f(1) == 9", limits)
    with LocalSandbox(1) as box:
        list(box.run([Job("warm", "x = 1", "")]))
        (zygote,) = zygotes("local")
        stopping = threading.Thread(target=stop, args=(zygote, 1.8))
        stopping.start()
        (result,) = box.run([job])
        stopping.join()
    assert (result.verdict, result.detail) == ("passed", "")


def stop(zygote: int, seconds: float) -> None:
    """As a paused machine or a frozen container does it: the worker and its program together."""
    assert soon(lambda: any(process.cpu > 0.1 for process in below(zygote)))
    processes = [zygote, *(process.pid for process in below(zygote))]
    for pid in processes:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    for pid in processes:
        with suppress(ProcessLookupError):  # the worker, going on, may have ended the program
            os.kill(pid, signal.SIGCONT)


def test_sleeping_is_no_excuse_on_a_busy_machine(backend: str) -> None:
    limits = Limits(cpu_seconds=1.0, wall_seconds=0.5)
    sleepers = [Job(str(n), f"import time; time.sleep(9)  # {n}", "", limits) for n in range(4)]
    with open_sandbox(backend, CORES) as box, load(CORES):
        assert {result.verdict for result in box.run(sleepers)} == {"timeout"}
