import functools
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
import reasoning_gym
from hypothesis import given
from hypothesis import strategies as st

from data.gym import gym
from data.reasoning.families import FAMILIES, lines_of, solution, work_out

HERE = Path(__file__).parents[2] / "data" / "reasoning"
FILES = ("base", "train", "held_out")


@functools.cache
def questions(file: str) -> list[dict]:
    """A dozen questions of each family, with the settings and the seed of the file."""
    path = HERE / f"{file}.toml"
    small = re.sub(r"(?m)^(size|leave_out) = .*", "", path.read_text()).strip()
    copy = Path(tempfile.mkdtemp()) / path.name
    copy.write_text(f"size = 12\n{small}\n")
    return [r for r in gym(copy).read() if isinstance(r, dict)]


@pytest.mark.parametrize("file", FILES)
def test_every_family_of_the_questions_has_a_working(file):
    assert {r["family"] for r in questions(file)} == set(FAMILIES)


@pytest.mark.parametrize("file", FILES)
def test_the_answer_of_a_working_is_that_of_reasoning_gym(file):
    for row in questions(file):
        answer = solution(row["instruction"])
        verifier: Any = reasoning_gym.get_score_answer_fn(row["family"])
        assert answer == row["gold"], row["instruction"]
        assert verifier(answer, json.loads(row["entry"])) == 1.0


@pytest.mark.parametrize("family", FAMILIES)
def test_a_wrong_step_is_gone_on_from(family):
    """Hand the working one wrong value: the lines before it are as they should be."""
    (row, *_) = (r for r in questions("held_out") if r["family"] == family)
    right = lines_of(work_out(row["instruction"]) or "")
    asked = []

    def step(left: str, value: str) -> str:
        asked.append(left)
        return value

    work_out(row["instruction"], step)
    assert [line.rpartition(" = ")[0] for line in right[:-1]] == asked
    assert right[-1] == f"Answer: {row['gold']}"


def test_a_working_is_written_line_by_line():
    assert work_out("Calculate 4 - 6 + 1.") == "4 - 6 = -2\n-2 + 1 = -1\nAnswer: -1"
    assert work_out("Calculate 4 - 6 + 1.", lambda left, value: "5") == (
        "4 - 6 = 5\n5 + 1 = 5\nAnswer: 5"
    )


def test_a_question_of_no_family_has_no_working():
    assert work_out("What is the capital of France?") is None
    assert solution("") is None


@pytest.mark.parametrize(
    "question",
    [
        "Calculate nothing",
        "Find the Greatest Common Divisor (GCD) of these numbers: 8",
        "Find the Least Common Multiple (LCM) of these numbers: 0, 0",
        "Find the prime factorization of 10000000000000000000000000000000000000061.",
        "Find the prime factorization of " + "9" * 5000,
        "Solve for x: 3*x = " + "9" * 400,
        "Solve for x: 0*x = 4",
        "Simplify the fraction 0/0 to its lowest terms",
        "How many times does the letter e appear?",
        "Keep all numbers larger than many in this list",
    ],
)
def test_a_question_that_makes_no_sense_has_no_working_and_takes_no_time(question):
    assert "Answer" not in (work_out(question) or "")


BEGINNINGS = [b for begins, _ in FAMILIES.values() for b in begins.split("|")]


@given(st.sampled_from(BEGINNINGS), st.text("0123456789 '\"+-*/=:xy[],.larger", max_size=60))
def test_no_question_breaks_a_working(beginning, rest):
    said = work_out(beginning + rest)
    assert said is None or "Answer: " in said


@given(st.integers(), st.sampled_from(BEGINNINGS))
def test_no_wrong_step_makes_a_working_endless(value, beginning):
    (question,) = [
        r["instruction"] for r in questions("held_out") if r["instruction"].startswith(beginning)
    ][:1] or ["Calculate 1 + 1."]
    said = work_out(question, lambda left, right: str(value))
    assert said is None or len(lines_of(said)) <= 40
