"""Tests taken apart: source once for all programs that it tests, since a task has many samples."""

import ast
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sandbox.checks import Check
from sandbox.driving import Survey, redefined_builtins
from sandbox.jobs import Call
from sandbox.plan import Plan, plan_source

__all__ = ["Apart", "plan_calls", "taken_apart"]

KEPT = 64
SMALL = 8 << 10
"""How many tests are kept, and up to which length: taken apart they take 160 times their text, so
80 MB at most."""


def plan_calls(calls: Sequence[Call]) -> Plan:
    """Explicit calls need no compiling."""
    steps: list[tuple[str, int, Any]] = []
    checks = []
    for call in calls:
        if not call.function.isidentifier():
            raise ValueError(f"{call.function!r} is not a function's name")
        steps.append(("set", 1, {"_arguments": list(call.args), "_named": call.kwargs}))
        steps.append(("ask", 1, f"{call.function}(*_arguments, **_named)"))
        shown = ", ".join([*map(repr, call.args), *(f"{k}={v!r}" for k, v in call.kwargs.items())])
        checks.append(_equal(f"{call.function}({shown}) == {call.expected!r}", len(steps), call))
    return Plan(steps, checks, bool(calls))


def _equal(text: str, step: int, call: Call) -> Check:
    return Check(text, lambda answers: answers.value(step) == call.expected, step)


class Apart:
    """The tree and the names of tests, and how programs are asked; SyntaxError (or another of
    `UNPARSEABLE`) if they do not parse."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tree = ast.parse(source)
        self.survey = Survey(self.tree)
        self._plan: tuple[frozenset[str], Plan] | None = None

    def plan(self, program: str) -> Plan:
        """Unsplittable if the tests need more than data to cross."""
        redefined = redefined_builtins(self.survey, program)
        if self._plan is None or self._plan[0] != redefined:
            self._plan = redefined, plan_source(self.tree, self.source, redefined, self.survey)
        return self._plan[1]


_kept = lru_cache(KEPT)(Apart)


def taken_apart(source: str) -> Apart:
    """From memory, where these tests were taken apart a little before."""
    return _kept(source) if len(source) <= SMALL else Apart(source)
