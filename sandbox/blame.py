"""Which line of the tests met an exception, and the exception's traceback with the sources."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sandbox.answers import Answers, Raised
from sandbox.checks import Check, exception_verdict, judge_checks
from sandbox.jobs import Job, Verdict
from sandbox.source import Text
from sandbox.tracebacks import Frame, Traceback, printable, with_sources

__all__ = ["Blame", "judge_plan", "traceback_of"]

QUESTIONS = (ast.Assert, ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Import)
QUESTIONS += (ast.ImportFrom,)
LINE = 200


@dataclass(frozen=True)
class Blame:
    """An exception that decided a verdict, and the check (its number and its text) that met it."""

    raised: Raised
    number: int = 0
    text: str = ""


def judge_plan(checks: Sequence[Check], answers: Answers) -> tuple[Verdict, str, Blame | None]:
    """As judge_checks, with the exception that decided."""
    met: list[Blame] = []
    if any(isinstance(outcome, Raised) for outcome in answers.outcomes):
        checks = [_watched(check, number, met) for number, check in enumerate(checks, 1)]
    verdict, detail = judge_checks(checks, answers)
    decisive = (blame for blame in met if exception_verdict(blame.raised) == verdict)
    return verdict, detail, next(decisive, None)


def _watched(check: Check, number: int, met: list[Blame]) -> Check:
    def holds(answers: Answers) -> object:
        try:
            return check.holds(answers)
        except Raised as problem:
            met.append(Blame(problem, number, check.text))
            raise

    return replace(check, holds=holds)


def traceback_of(blame: Blame, job: Job) -> Traceback:
    """The exception as Python would show it, had program and tests been two files."""
    found = blame.raised.traceback
    tests = _lines(job.tests) if isinstance(job.tests, str) else []
    if blame.text:
        found = replace(found, frames=tuple(_placed(found.frames, blame, job)))
    program = _lines(job.program)

    def source_of(file: str, line: int) -> str:
        lines = tests if file == "<tests>" else program if file == "<program>" else []
        return printable(lines[line - 1]) if 0 < line <= len(lines) else ""

    found = with_sources(found, source_of)
    asking = [frame.source for frame in found.frames if frame.file == "<tests>"]
    return replace(found, asked=printable(blame.text) or (asking[-1] if asking else ""))


def _lines(source: str) -> list[str]:
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _placed(frames: Sequence[Frame], blame: Blame, job: Job) -> list[Frame]:
    """A question is compiled by itself: its lines count from where it stands in the tests."""
    line, function, source = blame.number, "<module>", printable(blame.text)[:LINE]
    if isinstance(job.tests, str):
        (line, function), source = _place(job.tests, blame.text), ""
    return [
        replace(
            frame,
            line=line and line + frame.line - 1,
            source=source,
            function=function if frame.function == "<module>" else frame.function,
        )
        if frame.file == "<tests>"
        else frame
        for frame in frames
    ]


def _place(tests: str, text: str) -> tuple[int, str]:
    """The first place in the tests where a check of this text stands, and the function it is in."""
    source = "\n".join(_lines(tests))
    if source.count(text) == 1 and "def " not in source:
        return source.count("\n", 0, source.index(text)) + 1, "<module>"
    pieces, tree = Text(source), ast.parse(source)
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, QUESTIONS):
            part = node.test if isinstance(node, ast.Assert) else node
            piece = pieces.of(part)
            if text == piece or text.startswith(f"{piece} raises "):
                around = [
                    outer
                    for outer in nodes
                    if isinstance(outer, ast.FunctionDef)
                    and outer.lineno <= part.lineno <= (outer.end_lineno or 0)
                ]
                return part.lineno, around[-1].name if around else "<module>"
    return 0, "<module>"
