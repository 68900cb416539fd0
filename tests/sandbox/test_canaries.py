"""A worker that no longer tells the truth is found out, and nothing that it said counts."""

import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox import (
    Job,
    Limits,
    LocalSandbox,
    Result,
    Sandbox,
    bubblewrap,
    canary,
    lane,
    worker,
)
from sandbox.frames import Response
from tests.sandbox.cases.backends import open_sandbox
from tests.sandbox.lying import LIES, Lie, Question, Tampered, tampered
from tests.sandbox.numbered import job, mixed

SECONDS = 30
MARKED = "MARKED = 1\n"


def run(box: Sandbox, jobs: Iterable[Job]) -> list[Result]:
    """All results; a failure where they do not come."""
    with ThreadPoolExecutor() as threads:
        running = threads.submit(lambda: list(box.run(jobs)))
        try:
            return running.result(SECONDS)
        finally:
            if not running.done():
                box.close()


def verdicts(results: list[Result]) -> dict[str, str]:
    assert len({result.id for result in results}) == len(results)
    return {result.id: result.verdict for result in results}


def from_some_moment(lie: Lie, moment: int) -> Lie:
    """The worker that is the first to have given so many answers lies from then on: on a busy
    machine one of two may do nearly all the work."""
    liar: list[int] = []

    def told(worker: Tampered, question: Question, response: Response) -> Response | None:
        if not liar and len(worker.answered) > moment:
            liar.append(worker.number)
        return lie(worker, question, response) if worker.number in liar else response

    return told


@pytest.mark.parametrize("moment", [0, 70])
@pytest.mark.parametrize("name", LIES)
def test_a_worker_that_begins_to_lie_changes_no_result(name: str, moment: int) -> None:
    jobs, wanted = mixed(300)
    with open_sandbox("local", 2) as box:
        workers = tampered(box, from_some_moment(LIES[name], moment))
        assert verdicts(run(box, jobs)) == wanted
    assert any(worker.lied for worker in workers), "nothing was tried"
    assert len(workers) == 3, "the liar was not replaced, or another was"


@pytest.mark.parametrize("name", ["wrong values", "no timeouts"])
def test_a_container_that_begins_to_lie_changes_no_result(name: str) -> None:
    jobs, wanted = mixed(200)
    with open_sandbox("docker", 2) as box:
        workers = tampered(box, from_some_moment(LIES[name], 10))
        assert verdicts(run(box, jobs)) == wanted
    assert any(worker.lied for worker in workers)
    assert len(workers) == 3


def test_what_was_answered_since_the_last_good_check_runs_again_elsewhere_and_no_more(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "BATCH", 20)
    jobs = [job(number) for number in range(200)]
    with open_sandbox(backend, 1) as box:
        workers = tampered(box, from_some_moment(LIES["wrong values"], 90))
        assert {*verdicts(run(box, jobs)).values()} == {"passed"}
    liar, *others = workers
    first_lie = liar.answered.index(liar.lied[0])
    good = last_check(liar.answered[:first_lie])
    believed = {question.job for question in liar.answered[:good] if question.job}
    doubtful = {question.job for question in liar.asked if question.job} - believed
    again = [question.job for other in others for question in other.asked if question.job]
    assert believed.isdisjoint(again)
    assert doubtful <= {*again}
    assert len(again) == len({*again})


def last_check(answered: list[Question]) -> int:
    """Where the last three canaries in a row begin."""
    ends = [at for at in range(3, len(answered)) if all(q.canary for q in answered[at - 3 : at])]
    return ends[-1] - 3


def test_a_worker_is_checked_at_once_after_a_program_that_crashed() -> None:
    crash = job(0, "import ctypes; ctypes.string_at(0)\n")
    with open_sandbox("local", 1) as box:
        workers = tampered(box, lambda _, question, response: response)
        run(box, [crash, *(job(number) for number in range(1, 60))])
    after = workers[0].answered[1:]
    assert [question.canary for question in after].index(True) <= lane.AHEAD


LYING_ALWAYS = {
    "lies from then on": lambda worker, question, response: LIES["wrong values"](
        worker, question, response
    ),
    "lies when it is checked": lambda worker, question, response: (
        LIES["wrong values"](worker, question, response) if question.canary else response
    ),
}


@pytest.mark.parametrize("how", LYING_ALWAYS)
def test_a_job_after_which_every_worker_lies_is_to_blame_and_no_other_is(
    backend: str, how: str
) -> None:
    jobs, wanted = mixed(120)
    jobs[60] = job(60, MARKED)
    with open_sandbox(backend, 2) as box:
        workers = tampered(box, once_marked(LYING_ALWAYS[how]))
        results = run(box, jobs)
    assert verdicts(results) == {**wanted, "60": "security"}
    (blamed,) = (result for result in results if result.id == "60")
    assert "no longer told right programs from wrong ones" in blamed.detail
    asked = [[question.job for question in worker.asked] for worker in workers]
    around = [["", *jobs][(at := jobs.index("60")) : at + 5] for jobs in asked if "60" in jobs]
    assert len(around) == 2, "once with others, once by itself"
    assert ["", "60", "", "", ""] in around


def once_marked(lie: Lie) -> Lie:
    """Every worker that has run the marked program lies."""

    def told(worker: Tampered, question: Question, response: Response) -> Response | None:
        marked = any(MARKED in answered.program for answered in worker.answered)
        return lie(worker, question, response) if marked else response

    return told


@pytest.mark.parametrize("how", ["dies", "falls silent"])
def test_a_job_after_which_every_worker_ends_when_it_is_checked_is_to_blame(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "GRACE", 0.5)
    quick = Limits(cpu_seconds=1.0, wall_seconds=1.0)
    monkeypatch.setattr(canary, "QUICK", quick)
    monkeypatch.setattr(canary, "ENDLESS", Limits(cpu_seconds=0.005, wall_seconds=1.0))

    def end(worker: Tampered, question: Question, response: Response) -> Response | None:
        if not question.canary:
            return response
        if how == "dies":
            worker.worker.stream.kill()
        return None

    jobs, wanted = mixed(40)
    jobs[12] = job(12, MARKED)
    with open_sandbox("local", 2) as box:
        tampered(box, once_marked(end))
        assert verdicts(run(box, jobs)) == {**wanted, "12": "security"}


def test_where_every_worker_lies_no_program_is_blamed_for_it() -> None:
    with open_sandbox("local", 2) as box:
        tampered(box, LIES["wrong values"])
        results = run(box, [job(number) for number in range(40)])
    assert {result.verdict for result in results} == {"internal"}


@pytest.mark.parametrize("garbage", [b"\0" * 200, b"rtc1", b"rtc1" + b"\xff" * 49, b"x" * 10**6])
def test_a_worker_whose_words_make_no_sense_is_replaced(
    garbage: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "GRACE", 0.5)
    limits = Limits(wall_seconds=1.0)
    with open_sandbox("local", 2) as box:
        workers = tampered(box, lambda worker, question, response: response)
        unwrap, said = Tampered.unwrap, []

        def babble(worker: Tampered, chunk: bytes) -> bytes:
            told = unwrap(worker, chunk)
            if len(worker.answered) > 30 and not said:
                said.append(garbage)
                return garbage
            return told

        monkeypatch.setattr(Tampered, "unwrap", babble)
        found = verdicts(run(box, [job(number, limits=limits) for number in range(200)]))
    assert found == {str(number): "passed" for number in range(200)}
    assert said
    assert len(workers) == 3


def test_an_interpreter_that_is_damaged_in_itself_changes_no_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "sandbox"
    shutil.copytree(bubblewrap.HERE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    source = (copy / "zygote.py").read_text()
    assert source.count("    while header := _read_header():\n") == 1
    damage = "    import sandbox.program as program\n    truth, served = program.encode, []\n"
    damage += "    while header := _read_header():\n        served.append(1)\n"
    damage += "        if len(served) > 50:\n            program.encode = lambda value: '7'\n"
    source = source.replace("    while header := _read_header():\n", damage)
    (copy / "zygote.py").write_text(source)
    jobs, wanted = mixed(300)
    with LocalSandbox(2) as box:

        def repair(worker: Tampered, question: Question, response: Response) -> Response:
            monkeypatch.setattr(bubblewrap, "HERE", whole)  # those that start later are as usual
            return response

        whole = bubblewrap.HERE
        monkeypatch.setattr(bubblewrap, "HERE", copy)
        workers = tampered(box, repair)
        assert verdicts(run(box, jobs)) == wanted
    assert 3 <= len(workers) <= 4


def test_no_two_canaries_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "BATCH", 4)
    with open_sandbox("local", 2) as box:
        workers = tampered(box, lambda _, question, response: response)
        run(box, [job(number) for number in range(200)])
    checks = [question for worker in workers for question in worker.asked if question.canary]
    assert len(checks) >= 3 * 200 / (4 + lane.AHEAD)
    assert len({question.nonce for question in checks}) == len(checks)
    programs = [q.program for q in checks if q.program != "while True: pass"]
    assert len({*programs}) == len(programs) / 2, "a right and a wrong test share a program"
    names = {program.split("(")[0] for program in programs}
    assert len(names) == len({*programs})
