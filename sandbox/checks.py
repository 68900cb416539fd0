"""What the host decides about a program's answers: one check per assert, and their sum."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.answers import Answers, Opaque, Raised
from sandbox.bounded import Unbounded
from sandbox.jobs import VERDICTS, Verdict

__all__ = ["Check", "describe", "exception_verdict", "judge_checks", "shorten"]

SHOWN = 200
JUDGING_SECONDS = 2.0


@dataclass(frozen=True)
class Check:
    """One assert (or, with `counted` false, a line that only must not raise)."""

    text: str
    holds: Callable[[Answers], Any]
    step: int = 0
    counted: bool = True


def judge_checks(checks: Sequence[Check], answers: Answers) -> tuple[Verdict, str]:
    """The worst verdict over all checks, and a line about the first that decided it."""
    verdict: Verdict = "passed"
    detail, passed = "", 0
    total = sum(check.counted for check in checks)
    started = time.thread_time()
    number = 0
    for check in checks:
        number += check.counted
        if time.thread_time() - started > JUDGING_SECONDS:
            return "error", f"the checks take more than {JUDGING_SECONDS:.0f} s on the host"
        found, remark = _judge(check, answers)
        passed += check.counted and found == "passed"
        if VERDICTS.index(found) < VERDICTS.index(verdict):
            verdict = found
            what = f"assert {number} of {total}" if check.counted else "test line"
            ended = {"failed": "failed", "error": "raised"}.get(found, found)
            detail = f"{what} {ended}: {shorten(check.text)}{remark}"
    if verdict != "passed":
        detail += f" ({passed} of {total} passed)"
    return verdict, detail


def _judge(check: Check, answers: Answers) -> tuple[Verdict, str]:
    try:
        if check.holds(answers):
            return "passed", ""
    except Raised as problem:
        return exception_verdict(problem), f": {describe(problem)}"
    except Unbounded:  # not for the host: the tests are run elsewhere
        raise
    except Opaque as problem:
        return "failed", f", got an object that is not plain data ({problem})"
    except Exception as problem:  # e.g. None + 1: the answer has the wrong type
        return "failed", f": {shorten(f'{type(problem).__name__}: {problem}')}"
    return "failed", _got(check, answers)


def _got(check: Check, answers: Answers) -> str:
    try:
        return f", got {shorten(repr(answers.value(check.step)))}" if check.step else ""
    except Exception:
        return ""


def exception_verdict(problem: Raised) -> Verdict:
    """What an exception that ended the program, or one question, makes of it."""
    return "memory" if "MemoryError" in problem.kinds else "error"


def describe(problem: Raised) -> str:
    early = "early exit: " if "SystemExit" in problem.kinds else ""
    line = f" (line {problem.line})" if problem.line else ""
    return early + shorten(str(problem), 2000) + line


def shorten(text: str, size: int = SHOWN) -> str:
    return text if len(text) <= size else text[: size - 1] + "…"
