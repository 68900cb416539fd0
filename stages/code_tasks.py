"""What SelfCodeAlign asks of a model, and the rows between its steps.

function with docstring -> concepts -> task -> response with its own tests -> verdict.
"""

import random
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from data.kinds import Attempt, Chat, Generated, HeldOut, Problem, Tested
from data.rows import Row, polars_schema
from data.table import Rows
from pipeline.stage import stage
from pipeline.work import work
from stages.generate import Prompt, Rejected
from stages.parse_response import (
    Reason,
    code_blocks,
    cut_main_guard,
    function_names,
    split_response,
)
from stages.seed_filters import static_reason
from stages.type_check import type_errors

__all__ = [
    "ANSWER",
    "Concepts",
    "Function",
    "Judged",
    "Response",
    "Task",
    "Topic",
    "clean",
    "conversations",
    "draw_topic",
    "extract_concepts",
    "judge_docstring",
    "self_contained",
    "type_checked",
    "without_held_out_names",
    "write_response",
    "write_task",
]

DATA = Path(__file__).parent.parent / "data"


class Function(Row):
    """A function with a docstring, in a file of the tree that was searched."""

    seed: str
    path: str
    name: str
    line: int


class Judged(Function, Generated):
    """What the model said of the docstring: "yes", "no", or "unclear"."""

    docstring: str


class Concepts(Function, Generated):
    concepts: list[str]


class Topic(Concepts):
    category: str
    difficulty: str


class Task(Topic, Problem):
    """A task that a model wrote."""


class Response(Task, Attempt):
    """A response to a task, its program, and the tests that the model wrote for it."""

    response: str


@cache
def _exemplars(name: str) -> tuple[dict[str, Any], ...]:
    return tuple(orjson.loads(line) for line in (DATA / name).read_bytes().splitlines())


def judge_docstring(shots: int) -> Prompt[Function, Judged]:
    """Would the docstring alone suffice to write the function again, and does it match the code?"""
    shown = [(e, e["answer"] + "\n") for e in _exemplars("judge_exemplars.jsonl")]
    return Prompt(
        "judge_docstring", Function, Judged, _yes_or_no, ("\n",), shown, shots, cut_off=True
    )


def extract_concepts(shots: int) -> Prompt[Function, Concepts]:
    """S->C: the programming concepts of a snippet."""
    shown = [(e, ", ".join(e["concepts"]) + "\n") for e in _exemplars("exemplars.jsonl")]
    return Prompt("extract_concepts", Function, Concepts, _concepts, ("\n### ",), shown, shots)


def write_task(shots: int) -> Prompt[Topic, Task]:
    """C->I: a task that needs the concepts."""
    shown = [(e, e["instruction"] + "\n") for e in _exemplars("exemplars.jsonl")]
    return Prompt("write_task", Topic, Task, _instruction, ("\n### ",), shown, shots)


def write_response(shots: int) -> Prompt[Task, Response]:
    """I->R: a response, and tests for it."""
    shown = [
        (e, f"{e['response']}\n\n<tests>\n{e['tests']}\n</tests>\n")
        for e in _exemplars("exemplars.jsonl")
    ]
    stop = ("</tests>", "\n### Instruction")
    return Prompt("write_response", Task, Response, _response, stop, shown, shots)


def _yes_or_no(answer: str) -> dict[str, Any]:
    words = re.findall(r"[a-z]+", answer.lower())
    yes, no = words.count("yes"), words.count("no")
    return {"docstring": "yes" if yes > no else "no" if no > yes else "unclear"}


def _concepts(answer: str) -> dict[str, Any]:
    concepts = [c.strip() for c in answer.split(",") if c.strip()]
    if not concepts:
        raise Rejected("no concepts")
    return {"concepts": concepts}


def _instruction(answer: str) -> dict[str, Any]:
    if not answer.strip():
        raise Rejected("no task")
    return {"instruction": answer.strip()}


def _response(answer: str) -> dict[str, Any]:
    found = split_response(answer)
    if isinstance(found, Reason):
        raise Rejected(found.text)
    program = cut_main_guard("\n".join(code_blocks(found.response)))
    tests = "\n".join(code_blocks(found.tests))
    return {"response": found.response, "program": program, "tests": tests}


def _program(answer: str) -> dict[str, Any]:
    blocks = code_blocks(answer)
    if not blocks:
        raise Rejected("no code")
    return {"program": cut_main_guard("\n".join(blocks))}


ANSWER: Prompt[Tested, Attempt] = Prompt(
    "answer", Tested, Attempt, _program, stop=("<tests>",), chat=True
)
"""A held-out task, as a user would put it. Its hidden tests are not shown."""


def clean(function: Mapping[str, Any]) -> str | None:
    """The rule of the static filters: a value is returned, nothing is unfinished, no blocked
    imports, at most 150 lines, arguments, a docstring."""
    return static_reason(function["seed"])


self_contained = pl.when(pl.col("docstring") != "yes").then(
    pl.format("docstring judged insufficient: {}", pl.col("docstring"))
)
"""The rule that keeps functions whose docstring the judge found sufficient."""


@stage(reads=Function, writes=Function)
def type_checked(functions: pl.DataFrame) -> pl.DataFrame:
    """Functions in which the type checker finds no error."""
    errors = type_errors(functions["seed"].to_list())
    reasons = [error and f"type error: {error}"[:300] for error in errors]
    return functions.with_columns(pl.Series("dropped", reasons, dtype=pl.String))


@stage(reads=Concepts, writes=Topic)
def draw_topic(concepts: pl.DataFrame) -> pl.DataFrame:
    """A category (functions twice as often as classes or programs) and a difficulty for each."""
    here = work()
    draws = [random.Random(here.seed_of(i)) for i in concepts["id"]]
    kinds, levels = ("function", "function", "class", "program"), ("easy", "medium", "hard")
    return concepts.with_columns(
        pl.Series("category", [d.choice(kinds) for d in draws], dtype=pl.String),
        pl.Series("difficulty", [d.choice(levels) for d in draws], dtype=pl.String),
    )


@stage(reads=Response, writes=Response)
def without_held_out_names(responses: pl.DataFrame, held_out: Rows[HeldOut]) -> pl.DataFrame:
    """Responses that define no function of a held-out problem's name: the loop may have come upon
    the same task in other words."""
    problems = held_out.frame().drop_nulls("entry_point")
    taken = {
        name: i
        for i, entry in zip(problems["id"], problems["entry_point"], strict=True)
        for name in function_names(f"def {entry}(): pass")
    }
    reasons = []
    for program in responses["program"]:
        same = sorted(taken[name] for name in function_names(program) if name in taken)
        reasons.append(f"contaminated: defines the function of {same[0]}" if same else None)
    return responses.with_columns(pl.Series("dropped", reasons, dtype=pl.String))


@stage(reads=Response, writes=Chat)
def conversations(responses: pl.DataFrame, with_tests: bool) -> pl.DataFrame:
    """Training rows: the instruction is the user's, the response the assistant's, and only the
    response is trained on. `with_tests` leaves the tests in, for a model that is to write the next
    iteration's."""
    here = work()
    return pl.DataFrame(
        [
            {
                "id": here.row_id([row["id"]]),
                "parents": [row["id"]],
                "messages": _messages(row, with_tests),
                "weight": 1.0,
            }
            for row in responses.iter_rows(named=True)
        ],
        schema=polars_schema(Chat),
    )


def _messages(row: Mapping[str, Any], with_tests: bool) -> list[dict[str, Any]]:
    answer = row["response"]
    if with_tests:
        answer = f"{answer}\n\n<tests>\n```python\n{row['tests'].strip()}\n```\n</tests>"
    return [
        {"role": "user", "content": row["instruction"], "train": False},
        {"role": "assistant", "content": answer, "train": True},
    ]
