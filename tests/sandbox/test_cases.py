"""The table of attacks: each ends as it must, and the next program is none the worse."""

from collections.abc import Iterator
from itertools import count

import pytest

from sandbox import Job, Limits, Result, Sandbox
from tests.sandbox.cases import ANSWERING, CASES, MODES, Case, Mode
from tests.sandbox.cases.aside import Aside
from tests.sandbox.cases.backends import open_sandbox

Run = tuple[Case, Mode]
ALL: list[Run] = [(case, mode) for case in CASES for mode in MODES if mode in case.right]
HERE: list[Run] = [(case, mode) for case, mode in ALL if case not in ANSWERING]
THERE: list[Run] = [(case, mode) for case, mode in ALL if case in ANSWERING]
BATCH = 12
HOST_SECONDS = 1.5
numbers = count(1)


class Batches:
    """Runs a few cases at a time, each followed by an innocent program on the same worker."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.found: dict[str, Result] = {}

    def result(self, case: Case, mode: Mode) -> tuple[Result, Result]:
        """What became of the case, and of the innocent program."""
        name, at = f"{case.title}-{mode}", HERE.index((case, mode))
        if name not in self.found:
            batch = HERE[at - at % BATCH :][:BATCH]
            jobs = [job for case, mode in batch for job in case.jobs(mode, next(numbers))]
            self.found |= {result.id: result for result in self.sandbox.run(jobs)}
        return self.found[name], self.found[f"{name} innocent"]


def names(runs: list[Run]) -> list[str]:
    return [f"{case.title}-{mode}" for case, mode in runs]


@pytest.fixture(scope="module")
def batches(sandbox: Sandbox) -> Batches:
    return Batches(sandbox)


@pytest.mark.parametrize(("case", "mode"), HERE, ids=names(HERE))
def test_it_ends_as_it_must(batches: Batches, case: Case, mode: Mode) -> None:
    if case.unrunnable:
        pytest.skip(case.unrunnable)
    result, after = batches.result(case, mode)
    assert result.verdict in case.right[mode], (result.flags, result.detail)
    if mode == "beside":
        assert result.trust in ("poisoned", "inproc")
    elif mode not in case.tests:
        assert result.trust == "split"
    assert "worker" not in result.detail
    assert case.flags <= set(result.flags)
    assert len(result.detail) < 3000
    assert len(result.stdout) < 100_000
    "".join((result.detail, result.stdout, *result.flags)).encode()  # can be written to a table
    assert after.verdict == "passed", after.detail


@pytest.fixture(scope="module")
def aside(backend: str) -> Iterator[Aside]:
    open_sandbox(backend).close()  # skips where there is none
    aside = Aside(backend)
    yield aside
    aside.close()


@pytest.mark.parametrize(("case", "mode"), THERE, ids=names(THERE))
def test_the_host_is_not_kept_busy(aside: Aside, case: Case, mode: Mode) -> None:
    found = aside.run(case.title, mode)
    assert found, "the process that asked had to be ended"
    assert found["verdict"] in case.right[mode], found
    assert found["innocent"] == "passed"
    assert float(str(found["cpu"])) < HOST_SECONDS


def test_every_number_of_the_threat_model_is_there() -> None:
    special = {68, 72}  # the two tests below
    assert set(range(1, 76)) <= {case.number for case in CASES} | special
    titles = [f"{case.title}-{mode}" for case, mode in ALL]
    assert len(set(titles)) == len(titles)


def test_68_many_programs_near_their_memory_limit_are_judged_each_alone(sandbox: Sandbox) -> None:
    limits = Limits(cpu_seconds=1.0, wall_seconds=9.0, memory_mb=128)
    program = "x = bytearray({} << 20)\ndef f(n): return {}"
    jobs = [
        Job(f"{size}-{n}", program.format(size, n), f"assert f(1) == {n}", limits)
        for n in range(32)
        for size in (60, 200)
    ]
    verdicts = {result.id: result.verdict for result in sandbox.run(jobs)}
    assert verdicts == {job.id: "passed" if job.id.startswith("60") else "memory" for job in jobs}


def test_72_programs_that_raise_the_load_do_not_make_others_time_out(backend: str) -> None:
    burn = """
import threading
def g():
    while True: pass
for _ in range(3): threading.Thread(target=g).start()
g()
"""
    work = "x = sum(range(3 * 10 ** 6))\ndef f(n): return n"
    limits = Limits(cpu_seconds=0.5, wall_seconds=1.0)
    jobs = [Job(f"burn-{n}", f"{burn}# {n}", "f(1)", limits) for n in range(6)]
    jobs += [Job(f"work-{n}", f"# {n}\n{work}", "assert f(2) == 2", limits) for n in range(12)]
    with open_sandbox(backend, workers=2) as sandbox:
        verdicts = {result.id: result.verdict for result in sandbox.run(jobs)}
    assert {verdicts[f"burn-{n}"] for n in range(6)} == {"timeout"}
    assert {verdicts[f"work-{n}"] for n in range(12)} == {"passed"}
