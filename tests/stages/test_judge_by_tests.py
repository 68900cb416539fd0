from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
from dialogues import given, talk, talks

from pipeline.errors import ContractError, InfrastructureError
from pipeline.journal import Journal
from pipeline.work import Work, doing
from sandbox import Limits, LocalSandbox, Result, Sandbox
from stages.judge_by_tests import by_tests, program_of

TESTS = "assert double(3) == 6\nassert double(0) == 0\n"
RIGHT = "Here:\n```python\ndef double(x):\n    return 2 * x\n```\n"
WRONG = "```\ndef double(x):\n    return x * x\n```"
judge: Any = by_tests


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with LocalSandbox(workers=1) as sandbox:
        yield sandbox


class Counting:
    """A sandbox that gives every job the same verdict."""

    def __init__(self, verdict: Any = "passed") -> None:
        self.verdict, self.jobs = verdict, []

    def run(self, jobs: Any) -> Iterator[Result]:
        for job in jobs:
            self.jobs.append(job.id)
            yield Result(job.id, self.verdict, "split")

    def close(self) -> None:
        pass


def tasks(*answers: tuple[str, ...]) -> pl.DataFrame:
    return talks(*(talk(*turns, tests=TESTS) for turns in answers), tests=pl.String)


def test_each_answer_is_run_against_the_tests_of_its_row(sandbox):
    endless = "```python\nwhile True:\n    pass\n```"
    frame = tasks((WRONG, "Verdict: wrong", RIGHT), ("no code",), (endless,))
    found = judge(frame, sandbox, limits=Limits(cpu_seconds=0.5))
    assert given(found, 0) == [(0, 0.0), (2, 1.0)]
    assert [v["said"] for v in found["verdicts"][0]] == ["failed", "passed"]
    assert given(found, 1) == given(found, 2) == [(0, 0.0)]
    assert [found["verdicts"][n][0]["said"] for n in (1, 2)] == ["no program", "timeout"]


def test_a_program_is_the_fenced_python_of_an_answer():
    assert program_of(RIGHT) == "def double(x):\n    return 2 * x\n"
    assert program_of("```\nx = 1\n```\nthen\n```python\ny = 2\n```") == "x = 1\n\ny = 2\n"
    assert program_of("```sh\nls\n```") is None


def test_what_was_run_is_not_run_again():
    box = Counting()
    frame = tasks((RIGHT, WRONG), (RIGHT,))
    with doing(Work(journal=Journal())):
        once = judge(frame, box)
        assert judge(frame, box).equals(once)
    assert box.jobs == ["0-0", "0-1", "1-0"]


def test_a_failure_of_the_sandbox_is_no_verdict():
    with pytest.raises(InfrastructureError, match="the sandbox failed on 0-0"):
        judge(tasks((RIGHT,)), Counting("internal"))


def test_other_limits_are_another_version_and_another_sandbox_is_not():
    frame = tasks((RIGHT,))
    for box, limits in ((Counting(), Limits()), (Counting(), Limits()), (Counting(), Limits(1.0))):
        frame = judge(frame, box, limits=limits)
    assert len(frame["verdicts"][0]) == 2


def test_dialogues_without_tests_are_refused():
    with pytest.raises(ContractError, match="tests: missing"):
        judge(talks(talk(RIGHT)), Counting())
