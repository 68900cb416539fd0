"""by_tests: a judge that runs the program in each answer against the tests of its row."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import polars as pl

from data.table import Rows
from data.turns import Dialogue
from pipeline.errors import InfrastructureError
from pipeline.stage import Stage
from pipeline.work import work
from sandbox import Job, Limits, Profile, Sandbox
from stages.execute import LIMITS, PROFILE
from stages.parse_response import code_blocks, cut_main_guard
from stages.verdicts import Found, Which, judged_turns, version, with_verdicts

__all__ = ["TestedDialogue", "by_tests", "program_of"]


class TestedDialogue(Dialogue):
    """A dialogue about a task with tests as Python source."""

    __test__ = False  # pytest takes the name for one of its own

    tests: str


D = TypeVar("D", bound=TestedDialogue)


def program_of(text: str) -> str | None:
    """The fenced Python blocks of an answer as one program; None without one."""
    return cut_main_guard("\n".join(blocks)) if (blocks := code_blocks(text)) else None


def by_tests(
    dialogues: Rows[D],
    sandbox: Sandbox,
    limits: Limits = LIMITS,
    profile: Profile = PROFILE,
    turns: Which = "all",
    name: str = "tests",
    program: Callable[[str], str | None] = program_of,
) -> Rows[D]:
    """Each answer by whether its program passes the tests of the row; `said` is the sandbox's
    verdict. An answer without a program is wrong. A program that the sandbox itself failed on is
    tried again and gets no verdict from that."""
    called = Stage(_by_tests, TestedDialogue, TestedDialogue, f"judge_{name}")
    settings = (sandbox, limits, profile, turns, name, program)
    return cast("Rows[D]", called(cast("Any", dialogues), *settings))


def _by_tests(
    dialogues: pl.DataFrame,
    sandbox: Sandbox,
    limits: Limits,
    profile: Profile,
    turns: Which,
    name: str,
    program: Callable[[str], str | None],
) -> pl.DataFrame:
    here = work()
    done = here.journal.done
    found, jobs = [], []
    for row, tests, said in dialogues.select("id", "tests", "turns").iter_rows():
        found.append([])
        for number in judged_turns(said, turns):
            code = program(said[number]["text"])
            key = f"{row}-{number}"
            found[-1].append((number, key if code is not None else None))
            if code is not None and key not in done:
                jobs.append(Job(key, code, tests, limits, profile=profile))
    try:
        for result in sandbox.run(jobs):
            if result.verdict == "internal":
                raise InfrastructureError(f"the sandbox failed on {result.id}: {result.detail}")
            here.journal.add({result.id: result.verdict})
    except RuntimeError as error:
        raise InfrastructureError(f"the sandbox failed: {error}") from error
    here.advance(dialogues.height)
    verdicts = [[_found(n, key and done[key]) for n, key in each] for each in found]
    return with_verdicts(dialogues, version(name, limits, profile, program), verdicts)


def _found(number: int, verdict: str | None) -> Found:
    return Found(number, float(verdict == "passed"), verdict or "no program")
