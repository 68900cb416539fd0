"""One execution: the request for a program, and the plain reading of how it ended."""

import marshal
import secrets
from dataclasses import dataclass
from typing import Any

from sandbox.answers import Answers, read_report
from sandbox.checks import describe, exception_verdict
from sandbox.decode import Malformed
from sandbox.frames import FRAME_BYTES, Ended, Request, RequestHeader, Response
from sandbox.jobs import Job, Stdout, Verdict

__all__ = ["Execution", "Reading", "prepare", "read"]

HEAD_AND_TAIL = 32 << 10
SLACK = 4096
SYSTEM_CALL, KILLED = 31, 9
PREEMPTED = 50
"""A program that was set aside less often than this did not lack processor time: it slept."""


@dataclass(frozen=True)
class Execution:
    """A request to a worker; `alone` when nothing else should compete with it."""

    request: Request
    nonce: str
    wanted: int
    alone: bool = False


@dataclass(frozen=True)
class Reading:
    """A verdict where the ending alone decides it, else the answers to judge."""

    verdict: Verdict | None
    detail: str
    answers: Answers
    blocked: tuple[str, ...] = ()


def prepare(
    job: Job,
    program: str | None = None,
    steps: list[tuple[str, int, Any]] | None = None,
    tests: str | None = None,
    names: list[str] | None = None,
    alone: bool = False,
) -> Execution:
    """The execution of a job's program (or of another in its place) with a plan or with tests.

    With `names`, the tests drive the program's functions of these names from a second process.
    """
    limits, script = job.limits, isinstance(job.tests, Stdout)
    nonce = secrets.token_hex(16)
    program = program if program is not None else job.program
    driver = b"" if names is None else marshal.dumps((nonce, tests, names))
    beside = tests if names is None else None
    body = marshal.dumps((nonce, program, steps or [], beside, job.stdin))
    stdin = len(job.stdin or b"")
    header = RequestHeader(
        body=len(body),
        cpu_ms=int(limits.cpu_seconds * 1000),
        wall_ms=int(limits.wall_seconds * 1000),
        memory_mb=limits.memory_mb,
        file_bytes=max(limits.output_bytes, FRAME_BYTES, stdin) + SLACK,
        threads=limits.threads,
        keep=limits.output_bytes if script else HEAD_AND_TAIL,
        script=int(script),
        stdin=int(stdin > 0),
        driver=len(driver),
    )
    wanted = 1 + (1 if tests is not None else len(steps or []))
    return Execution(Request(header, body + driver), nonce, wanted, alone)


def slept(response: Response) -> bool:
    return response.header.preempted < PREEMPTED


def read(job: Job, execution: Execution, response: Response) -> Reading:
    """What the ending says, in the order of precedence of verdicts."""
    header = response.header
    signal, nothing = header.status & 0x7F, Answers([])
    if signal == SYSTEM_CALL:
        return Reading("security", "a system call that only an attack makes", nothing)
    answers, blocked, problem = nothing, (), None
    if header.frame > FRAME_BYTES:
        problem = Reading("error", "answers of more than 1 MiB", nothing)
    elif header.frame:
        try:
            answers, names = read_report(response.frame, execution.nonce, execution.wanted)
            blocked = tuple(f"blocked:{name}" for name in names)
        except Malformed as found:
            if not (header.ended or (signal and header.frame < len(execution.nonce))):
                return Reading("security", f"on the report channel: {found}", nothing)
    if header.output > job.limits.output_bytes:
        return Reading(
            "output_limit", f"more than {job.limits.output_bytes} bytes", answers, blocked
        )
    if problem:
        return problem
    cpu = header.cpu_us / 1e6
    if header.ended or cpu >= job.limits.cpu_seconds:
        which = "wall" if header.ended == Ended.WALL else "processor"
        return Reading(
            "timeout", f"{which} time: {cpu:.2f} s of processor time used", answers, blocked
        )
    if signal == KILLED:
        return Reading("memory", "killed, most likely for memory", answers, blocked)
    if signal:
        return Reading("crashed", f"ended by signal {signal}", answers, blocked)
    if not len(answers):
        status = header.status >> 8
        return Reading("error", f"early exit: no report (exit status {status})", answers)
    loaded = answers.raised(0)
    if loaded and not (isinstance(job.tests, Stdout) and loaded.name == "SystemExit"):
        return Reading(
            exception_verdict(loaded), f"on loading: {describe(loaded)}", answers, blocked
        )
    return Reading(None, "", answers, blocked)
