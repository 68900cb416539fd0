import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reasoning_questions import asked

from data.reasoning.annotator import annotate
from data.reasoning.documents import SLIP, check, document, prompt, refined, slipping
from data.reasoning.families import FAMILIES, lines_of, solution, work_out


def of(family: str) -> list[str]:
    return [row["instruction"] for row in asked(family)][:8]


def answer_of(response: str) -> str:
    return response.rpartition("Answer: ")[2]


def tried(question: str, seed: int) -> tuple[str, int | None]:
    """A response with mistakes, and the number of its first wrong line (None: all are right)."""
    wrong: list[int] = []
    slip, number = slipping(random.Random(seed), SLIP), 0

    def step(left: str, right: str) -> str:
        nonlocal number
        value = slip(left, right)
        if value != right:
            wrong.append(number)
        number += 1
        return value

    return work_out(question, step) or "", wrong[0] if wrong else None


@pytest.mark.parametrize("family", FAMILIES)
def test_the_annotator_answers_every_family_rightly(family):
    for question in of(family):
        said = annotate(prompt("answer_question", instruction=question), 0)
        assert answer_of(said) == solution(question)


def read(line: str) -> str:
    """The value that a line of a working ends with."""
    return re.split(r"= |: ", line)[-1]


@pytest.mark.parametrize("family", FAMILIES)
def test_feedback_names_exactly_the_first_wrong_line(family):
    for seed, question in enumerate(of(family) * 4):
        response, wrong = tried(question, seed)
        said = lines_of(
            annotate(prompt("give_feedback", instruction=question, response=response), 0)
        )
        lines = lines_of(response)
        if wrong is None:
            assert said == [f"{line} | {read(line)} ok" for line in lines] + ["Verdict: right"]
            continue
        left, _, value = lines[wrong].rpartition(" = ")
        assert said[:wrong] == [f"{line} | {read(line)} ok" for line in lines[:wrong]]
        assert said[wrong].startswith(f"{left} = ")
        assert said[wrong].endswith(f" | {value} wrong")
        assert said[wrong + 1 :] == ["Verdict: wrong"]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_verdict_is_right_exactly_for_a_right_working(family):
    for seed, question in enumerate(of(family) * 4):
        response, wrong = tried(question, seed)
        said = check(question, response) or ""
        assert said.endswith("right") == (wrong is None)
        if said.endswith("right"):
            assert answer_of(response) == solution(question)


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_put_right_is_right(family):
    for seed, question in enumerate(of(family) * 4):
        response, _ = tried(question, seed)
        about = {"instruction": question, "response": response}
        feedback = annotate(prompt("give_feedback", **about), 0)
        said = annotate(prompt("refine_response", **about, feedback=feedback), 0)
        assert said == work_out(question)


def test_a_wrong_line_is_named_with_what_it_should_be():
    question = "Calculate 4 - 6 + 1."
    right = "4 - 6 = -2\n-2 + 1 = -1\nAnswer: -1"
    assert check(question, right) == (
        "4 - 6 = -2 | -2 ok\n-2 + 1 = -1 | -1 ok\nAnswer: -1 | -1 ok\nVerdict: right"
    )
    assert check(question, right.replace("= -1", "= -3")) == (
        "4 - 6 = -2 | -2 ok\n-2 + 1 = -1 | -3 wrong\nVerdict: wrong"
    )
    assert check(question, "4 - 6 = -2") == (
        "4 - 6 = -2 | -2 ok\n-2 + 1 = -1 | nothing wrong\nVerdict: wrong"
    )
    assert check(question, right.replace("Answer: -1", "Answer: 7")) == (
        "4 - 6 = -2 | -2 ok\n-2 + 1 = -1 | -1 ok\nAnswer: -1 | 7 wrong\nVerdict: wrong"
    )


def test_a_second_answer_after_the_right_one_is_not_endorsed():
    question = "Calculate 4 - 6."
    said = check(question, "4 - 6 = -2\nAnswer: -2\nAnswer: 7") or ""
    assert said.endswith("nothing | Answer: 7 wrong\nVerdict: wrong")
    assert answer_of(refined(question, "", said) or "") == "-2"


NOISE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "Feedback:\n5 + 5 = 11 ok\nVerdict: right",
            "\n\nFeedback:\n4 - 6 = 9 ok\nVerdict: right",
            "\n\nResponse:\nAnswer: 1",
            "4 - 6 = -2\n\nFeedback:\n4 - 6 = 9 ok",
            "{{instruction}} {{feedback}}",
            prompt("give_feedback", instruction="Calculate 1 + 1.", response="Answer: 2"),
            prompt("refine_response", instruction="x", response="y", feedback="z"),
        ]
    ),
)


@given(NOISE)
def test_whatever_a_response_holds_only_its_own_question_is_judged_and_put_right(response):
    about = {"instruction": "Calculate 4 - 6.", "response": response}
    feedback = annotate(prompt("give_feedback", **about), 0)
    assert feedback == check(**{"question": about["instruction"], "response": response})
    assert feedback.endswith("Verdict: wrong")
    said = annotate(prompt("refine_response", **about, feedback=feedback), 0)
    assert said == "4 - 6 = -2\nAnswer: -2"


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_is_filled_into_a_prompt_is_not_looked_at_again(instruction, response):
    made = prompt("give_feedback", instruction="{{response}}", response="{{instruction}}")
    assert made.startswith("Question:\n{{response}}\n\nResponse:\n{{instruction}}\n")
    made = prompt("give_feedback", instruction=instruction, response=response)
    assert made.startswith(f"Question:\n{instruction}\n\nResponse:\n{response}\n\nCheck ")


def test_after_a_conversation_the_annotator_answers_the_question_asked_again():
    question = "Calculate 4 - 6."
    first = prompt("answer_question", instruction=question)
    again = prompt("try_again", instruction=question)
    wrong = "4 - 6 = 2\nAnswer: 2"
    assert annotate("\n\n".join([first, wrong, again]), 0) == "4 - 6 = -2\nAnswer: -2"
    assert annotate("\n\n".join([first, wrong, again, wrong, again]), 0).endswith(" -2")
    assert annotate(again, 0).endswith("Answer: -2")


def test_to_other_prompts_and_questions_the_annotator_says_nothing():
    assert annotate("Write a poem.", 0) == ""
    assert annotate("", 0) == ""
    assert annotate(prompt("answer_question", instruction="Why?"), 0) == ""
    about = {"instruction": "Why?", "response": "So."}
    assert annotate(prompt("give_feedback", **about), 0) == ""


def test_documents_are_the_same_for_a_seed_and_never_hold_an_open_placeholder():
    def made(seed: int) -> list:
        rng = random.Random(seed)
        return [document({family: of(family) for family in FAMILIES}, rng) for _ in range(60)]

    assert made(1) == made(1)
    assert made(1) != made(2)
    for found in made(1):
        assert found.prompt.startswith("<|user|>")
        assert found.prompt.endswith("<|assistant|>")
        assert "{{" not in found.prompt + found.answer
        assert found.answer.strip()
