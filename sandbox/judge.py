"""The verdict on one job, as a coroutine of executions: whoever drives it supplies the workers."""

import re
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from sandbox.answers import Answers
from sandbox.apart import plan_calls, taken_apart
from sandbox.blame import Blame, judge_plan, traceback_of
from sandbox.bounded import Unbounded
from sandbox.checks import describe, exception_verdict
from sandbox.driving import driver_names, driver_source, program_names
from sandbox.execution import Execution, Reading, innocent, prepare, read, slept
from sandbox.frames import Ended, Response
from sandbox.jobs import Job, Result, Stdout, Trust, Verdict
from sandbox.plan import Plan
from sandbox.poison import poisoned
from sandbox.scope import Unsplittable
from sandbox.stubs import stubs
from sandbox.tracebacks import printable

__all__ = ["UNPARSEABLE", "Judging", "Lost", "judge"]

SOURCE_BYTES = 256 << 10
OWN_IMPORT = re.compile(r"^from solution import [\w, ]+$", re.MULTILINE)
"""Tests may import what they test under this name; here it is simply there."""
SHOWN_HALF = 16 << 10
UNPARSEABLE = (SyntaxError, ValueError, MemoryError, RecursionError)


@dataclass(frozen=True)
class Lost:
    """No response: the job ended its worker twice (security), or no worker could be had."""

    verdict: Verdict
    detail: str


Judging = Generator[Execution, Response | Lost, Result]
Outcome = tuple[Verdict, str, Reading | None, Response | None]


def judge(job: Job) -> Judging:
    """Runs the job as split as it can be, then whatever a claimed pass must survive."""
    if isinstance(job.tests, Stdout):
        verdict, detail, reading, response = yield from _stdout(job, job.tests)
        return _result(job, verdict, "split", (), detail, reading, response)
    if not isinstance(job.tests, str):
        plan = plan_calls(job.tests)  # raises ValueError for what is no data
        names = {call.function for call in job.tests}
        return (yield from _split(job, plan, names))[0]
    try:
        if len(job.tests) > SOURCE_BYTES:
            raise ValueError("longer than 256 KiB")
        source = job.tests.replace("\r\n", "\n").replace("\r", "\n")
        source = OWN_IMPORT.sub("", source)
        tests = taken_apart(source)
    except UNPARSEABLE as problem:
        detail = f"the tests do not parse: {type(problem).__name__}: {problem}"
        return _result(job, "error", "split", (), detail, None, None)
    names = program_names(tests.survey, job.program)
    try:
        plan = tests.plan(job.program)
        result, opaque = yield from _split(job, plan, names)
    except (Unsplittable, Unbounded, RecursionError):
        result, opaque = None, False
    if result and not (opaque and result.verdict == "failed"):
        return result
    source = driver_source(tests.tree, source)
    functions = driver_names(tests.survey, job.program)
    # arrays are compared where numpy is
    if functions and (result is None or job.profile.imports == "numpy"):
        driven = yield from _driven(job, source, functions)
        if driven:
            return driven
    # objects of the program's own classes cannot leave its process
    if result is None or any(name[0].isupper() for name in names):
        return (yield from _beside(job, source, names))
    return result


def _execute(job: Job, **what: Any) -> Generator[Execution, Response | Lost, Outcome]:
    """One execution; a timeout by wall time of a program that was kept waiting is tried alone."""
    execution = prepare(job, **what)
    response = yield execution
    if isinstance(response, Response) and (_starved(response) or innocent(job, response)):
        execution = prepare(job, **what, alone=True)
        response = yield execution
    if isinstance(response, Lost):
        return response.verdict, response.detail, None, None
    reading = read(job, execution, response)
    return reading.verdict or "passed", reading.detail, reading, response


def _starved(response: Response) -> bool:
    return response.header.ended == Ended.WALL and not slept(response)


def _stdout(job: Job, wanted: Stdout) -> Generator[Execution, Response | Lost, Outcome]:
    verdict, detail, reading, response = yield from _execute(job)
    if verdict == "passed" and response and response.output != wanted.expected:
        verdict, detail = "failed", "the output differs from what was expected"
    return verdict, detail, reading, response


def _split(
    job: Job, plan: Plan, names: set[str]
) -> Generator[Execution, Response | Lost, tuple[Result, bool]]:
    """The result, and whether some answer was no plain data."""
    verdict, detail, reading, response = yield from _planned(job, plan, job.program)
    flags = [] if names else ["no_call"]
    if verdict == "passed" and job.weak_check:
        tried = names if plan.checks else set[str]()
        flags += yield from _weak(job, tried, lambda stub: _planned(job, plan, stub))
    opaque = bool(reading) and any(map(reading.answers.opaque, range(len(reading.answers))))
    return _result(job, verdict, "split", flags, detail, reading, response), opaque


def _planned(job: Job, plan: Plan, program: str) -> Generator[Execution, Response | Lost, Outcome]:
    verdict, detail, reading, response = yield from _execute(job, program=program, steps=plan.steps)
    if verdict == "passed" and reading:
        verdict, detail, blame = judge_plan(plan.checks, reading.answers)
        reading = reading._replace(blame=blame)
    return verdict, detail, reading, response


def _driven(
    job: Job, tests: str, names: list[str]
) -> Generator[Execution, Response | Lost, Result | None]:
    """Tests in a process of their own; None if they hand the program more than data."""
    verdict, detail, reading, response = yield from _shared(job, tests, job.program, names)
    if reading and len(reading.answers) > 1 and reading.answers.opaque(1):
        return None
    flags = []
    if verdict == "passed" and job.weak_check:
        flags = yield from _weak(job, set(names), lambda stub: _shared(job, tests, stub, names))
    if reading and job.trace:  # the process that reports is not the program's
        _, _, traced, _ = yield from _execute(job)
        reading = reading._replace(states=traced and traced.states)
    return _result(job, verdict, "split", flags, detail, reading, response)


def _beside(job: Job, tests: str, names: set[str]) -> Judging:
    """Tests in the program's process: a pass counts only if changed expectations do not pass."""
    verdict, detail, reading, response = yield from _shared(job, tests, job.program)
    flags, trust = [] if names else ["no_call"], "inproc"
    if verdict == "passed":
        trust = "poisoned"
        suspicion = yield from _poison(job, tests, names)
        if suspicion == "security":
            verdict, detail = "security", "passed tests whose expectations were changed"
        elif suspicion:
            flags.append(suspicion)
        elif job.weak_check:
            flags += yield from _weak(job, names, lambda stub: _shared(job, tests, stub))
    return _result(job, verdict, trust, flags, detail, reading, response)


def _poison(job: Job, tests: str, names: set[str]) -> Generator[Execution, Response | Lost, str]:
    """ "" if the program fails changed tests, as it should; else what its passing them means."""
    ways = poisoned(tests, names)
    for wrong in ways:
        found, *_ = yield from _shared(job, wrong, job.program)
        if found == "passed":
            # tests that a program passes which does nothing, as they are and changed, say nothing
            stub = stubs(names, "")[0]
            for either in (wrong, tests):
                found, *_ = yield from _shared(job, either, stub)
                if found != "passed" and names:
                    return "security"
            return "weak_tests"
    return "" if ways else "weak_tests"


def _shared(
    job: Job, tests: str, program: str, names: list[str] | None = None
) -> Generator[Execution, Response | Lost, Outcome]:
    verdict, detail, reading, response = yield from _execute(
        job, program=program, tests=tests, names=names
    )
    if verdict == "passed" and reading:
        verdict, detail = _judge_shared(reading.answers)
        raised = reading.answers.raised(1)
        reading = reading._replace(blame=raised and Blame(raised))
    return verdict, detail, reading, response


def _judge_shared(answers: Answers) -> tuple[Verdict, str]:
    raised = answers.raised(1)
    if not raised:
        return "passed", ""
    if raised.name == "ProtocolViolation":
        return "security", f"between program and tests: {describe(raised)}"
    if "AssertionError" in raised.kinds:
        return "failed", f"the tests failed: {describe(raised)}"
    return exception_verdict(raised), f"in the tests: {describe(raised)}"


def _weak(job: Job, names: set[str], run: Any) -> Generator[Execution, Response | Lost, list[str]]:
    """Whether stubs of what the tests call pass as well."""
    if not names:
        return ["weak_tests"]
    for stub in stubs(names, job.program):
        verdict, *_ = yield from run(stub)
        if verdict == "passed":
            return ["weak_tests"]
    return []


def _result(
    job: Job,
    verdict: Verdict,
    trust: Trust,
    flags: Any,
    detail: str,
    reading: Reading | None,
    response: Response | None,
) -> Result:
    flags = tuple(map(printable, (*flags, *(reading.blocked if reading else ()))))
    detail = printable(detail)
    if response is None or reading is None:
        return Result(job.id, verdict, trust, flags, detail)
    header, blame = response.header, reading.blame if verdict != "security" else None
    return Result(
        job.id,
        verdict,
        trust,
        flags,
        detail,
        cpu_seconds=header.cpu_us / 1e6,
        wall_seconds=header.wall_us / 1e6,
        memory_mb=header.memory_kb / 1024,
        stdout=_shown(response.output, header.output),
        exception=traceback_of(blame, job) if blame else None,
        states=reading.states,
    )


def _shown(output: bytes, printed: int) -> str:
    text = output.decode("utf-8", "backslashreplace")
    if printed <= 2 * SHOWN_HALF:
        return text
    head = output[:SHOWN_HALF].decode("utf-8", "backslashreplace")
    tail = output[-SHOWN_HALF:].decode("utf-8", "backslashreplace")
    return f"{head}\n… {printed - 2 * SHOWN_HALF} bytes left out …\n{tail}"
