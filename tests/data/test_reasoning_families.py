import json
import tomllib
from itertools import pairwise
from typing import Any

import pytest
import reasoning_gym
from hypothesis import given
from hypothesis import strategies as st
from reasoning_questions import FILES, HERE, asked, questions

from data.gym import TRIES
from data.reasoning.families import FAMILIES, lines_of, solution, work_out


@pytest.mark.parametrize("file", FILES)
def test_every_family_of_the_questions_has_a_working(file):
    assert {r["family"] for r in questions(file)} <= set(FAMILIES)


@pytest.mark.parametrize("file", [*FILES, "further"])
def test_the_answer_of_a_working_is_that_of_reasoning_gym(file):
    for row in questions(file):
        answer = solution(row["instruction"])
        verifier: Any = reasoning_gym.get_score_answer_fn(row["family"])
        assert answer == row["gold"], row["instruction"]
        assert verifier(answer, json.loads(row["entry"])) == 1.0


@pytest.mark.parametrize("family", FAMILIES)
def test_every_line_of_a_working_is_a_step_and_the_last_is_the_answer(family):
    row = asked(family)[0]
    right = lines_of(work_out(row["instruction"]) or "")
    steps = []

    def step(left: str, value: str) -> str:
        steps.append(left)
        return value

    work_out(row["instruction"], step)
    assert [line.rpartition(" = ")[0] for line in right[:-1]] == steps
    assert right[-1] == f"Answer: {row['gold']}"


def test_the_files_draw_from_ranges_of_seeds_that_do_not_meet_and_leave_out_what_is_held_out():
    files = [tomllib.loads((HERE / f"{file}.toml").read_text()) for file in FILES]
    ranges = sorted((f["seed"], f["seed"] + f["size"] * TRIES) for f in files)
    assert all(end <= start for (_, end), (start, _) in pairwise(ranges))
    assert [f.get("leave_out") for f in files] == ["held_out.toml"] * 3 + [None]
    assert all(f["families"] == files[0]["families"] for f in files)


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
    every = [row["instruction"] for family in FAMILIES for row in asked(family)]
    question = next((q for q in every if q.startswith(beginning)), "Calculate 1 + 1.")
    said = work_out(question, lambda left, right: str(value))
    assert said is None or len(lines_of(said)) <= 40
