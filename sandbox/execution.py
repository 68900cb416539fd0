"""One execution: the request for a program, and the plain reading of how it ended."""

import marshal
import secrets
from dataclasses import dataclass
from typing import Any, NamedTuple

from sandbox.answers import Answers, read_report
from sandbox.blame import Blame
from sandbox.checks import describe, exception_verdict
from sandbox.decode import Malformed
from sandbox.frames import FRAME_BYTES, Ended, Request, RequestHeader, Response
from sandbox.jobs import Job, Stdout, Verdict
from sandbox.states import States, read_states

__all__ = ["Execution", "Reading", "prepare", "read"]

HEAD_AND_TAIL = 32 << 10
SLACK = 4096
SYSTEM_CALL, KILLED = 31, 9
FULL = 0.75
"""The part of the memory limit above which a program may not even find room to report."""
PREEMPTED = 50
"""A program that was set aside less often than this did not lack processor time: it slept."""


@dataclass(frozen=True)
class Execution:
    """A request to a worker; `alone` when nothing else should compete with it."""

    request: Request
    nonce: str
    wanted: int
    alone: bool = False
    traced: bool = False


class Reading(NamedTuple):
    """A verdict where the ending alone decides it, else the answers to judge."""

    verdict: Verdict | None
    detail: str
    answers: Answers
    blocked: tuple[str, ...] = ()
    states: States | None = None
    blame: Blame | None = None


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
    traced = job.trace and names is None and program == job.program
    body = marshal.dumps((nonce, program, steps or [], beside, job.stdin, traced))
    stdin = len(job.stdin or b"")
    header = RequestHeader(
        body=len(body),
        cpu_ms=int(limits.cpu_seconds * 1000),
        wall_ms=int(limits.wall_seconds * 1000),
        memory_mb=limits.memory_mb,
        file_bytes=max(limits.output_bytes, FRAME_BYTES, stdin, job.profile.scratch_mb << 20)
        + SLACK,
        threads=limits.threads,
        keep=limits.output_bytes if script else HEAD_AND_TAIL,
        script=int(script),
        stdin=int(stdin > 0),
        driver=len(driver),
    )
    wanted = 1 + (1 if tests is not None else len(steps or []))
    return Execution(Request(header, body + driver), nonce, wanted, alone, traced)


def innocent(job: Job, response: Response) -> bool:
    """Whether a program was killed that had not used its memory: by somebody else, most likely."""
    return killed(response) and response.header.memory_kb < job.limits.memory_mb * 1024 / 2


def killed(response: Response) -> bool:
    """Not by the worker."""
    return response.header.status & 0x7F == KILLED and not response.header.ended


def slept(response: Response) -> bool:
    return response.header.preempted < PREEMPTED


def read(job: Job, execution: Execution, response: Response) -> Reading:
    """What the ending says, in the order of precedence of verdicts."""
    header = response.header
    signal = header.status & 0x7F
    found = Reading(None, "", Answers([]))
    if signal == SYSTEM_CALL:
        return found._replace(verdict="security", detail="a system call that only an attack makes")
    if 0 < header.frame <= FRAME_BYTES:
        try:
            found = _report(execution, response, bool(header.ended or signal))
        except Malformed as problem:
            if not (header.ended or (signal and header.frame < len(execution.nonce))):
                detail = f"on the report channel: {problem}"
                return found._replace(verdict="security", detail=detail)
    verdict, detail = _ending(job, response, found.answers)
    loaded = found.answers.raised(0) if verdict is None else None
    if loaded and loaded.name == "ProtocolViolation" and execution.request.header.driver:
        detail = f"between program and tests: {describe(loaded)}"
        return found._replace(verdict="security", detail=detail)
    if loaded and not (isinstance(job.tests, Stdout) and loaded.name == "SystemExit"):
        verdict, detail = exception_verdict(loaded), f"on loading: {describe(loaded)}"
        found = found._replace(blame=Blame(loaded))
    return found._replace(verdict=verdict, detail=detail)


def _report(execution: Execution, response: Response, ended: bool) -> Reading:
    found, frame, nonce = Reading(None, "", Answers([])), response.frame, execution.nonce
    if execution.traced:
        states, frame = read_states(frame, nonce)
        found = found._replace(states=states)
        if not frame or (ended and not frame.startswith(nonce.encode())):
            return found  # it came no further
    answers, names = read_report(frame, nonce, execution.wanted)
    return found._replace(answers=answers, blocked=tuple(f"blocked:{name}" for name in names))


def _ending(job: Job, response: Response, answers: Answers) -> tuple[Verdict | None, str]:
    header = response.header
    signal, cpu = header.status & 0x7F, header.cpu_us / 1e6
    if header.output > job.limits.output_bytes:
        return "output_limit", f"more than {job.limits.output_bytes} bytes"
    if header.frame > FRAME_BYTES:
        return "error", "answers of more than 1 MiB"
    if header.ended or cpu >= job.limits.cpu_seconds:
        which = "wall" if header.ended == Ended.WALL else "processor"
        return "timeout", f"{which} time: {cpu:.2f} s of processor time used"
    if signal == KILLED and not innocent(job, response):
        return "memory", "killed, most likely for memory"
    if signal:
        return "crashed", f"ended by signal {signal}"
    if not len(answers) and header.memory_kb > FULL * job.limits.memory_mb * 1024:
        return "memory", "ended without a report, with its memory full"
    if not len(answers):
        return "error", f"early exit: no report (exit status {header.status >> 8})"
    return None, ""
