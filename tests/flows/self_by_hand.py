"""A world small enough to go through SELF by hand: each question with its fate."""

from pathlib import Path
from typing import Any

import by_table as by

NO, YES = "It is wrong.\nVerdict: wrong", "All is well.\nVerdict: right"


def ask(question):
    return by.says("answer_question", instruction=question)


def judge(question, answer):
    return by.says("give_feedback", instruction=question, response=answer)


def refine(question, answer, feedback):
    return by.says("refine_response", instruction=question, response=answer, feedback=feedback)


def invent(question):
    return by.says("write_question", instruction=question)


def talk_of(question, *texts):
    """The prompts of answer, feedback, refined answer, feedback, ... and what is said to them."""
    found, prompt = {}, ask(question)
    for place, text in enumerate(texts):
        found[prompt] = text
        if place % 2 == 0:
            prompt = judge(question, text)
        else:
            prompt = refine(question, texts[place - 1], text)
    return found


GOLD = {"1+1": "2", "2+2": "4", "3+3": "6", "4+4": "8", "5+5": "10"}
# answer, feedback, refined answer, feedback, and so on once more
FATES = {
    "1+1": ["So: 2.\nAnswer: 2", YES],  # endorsed at once
    "2+2": ["Answer: 5", NO, "Now: 4.\nAnswer: 4", YES],  # repaired
    "3+3": ["Answer: 7", NO, "Answer: 8", f"Again. {NO}", "At last.\nAnswer: 6", YES],
    "4+4": ["Answer: 8", "Perhaps.", "Still.\nAnswer: 8", "Who knows?", "Answer: 8.0", "Hm."],
    "5+5": ["Answer: 11", YES],  # endorsed, and wrong
}
META = {  # answer (student), feedback and repaired answer (annotator)
    "7+7": ["Answer: 13", f"One short. {NO}", "Seven more.\nAnswer: 14"],
    "8+8": ["Answer: 16", YES, "Eight more.\nAnswer: 16"],
}
HELD_OUT = ["Answer: 11", NO, "Answer: 12"]  # 6+6, repaired
INVENTED = {
    "1+1": "What is 9+9?",
    "2+2": "What is 9+9?",  # repeated, whichever is drawn first
    "3+3": " 6+6\n",  # the held-out question
    "4+4": " ",
    "5+5": "What is 10+10?",
}
NEW = {
    "What is 9+9?": ["Answer: 18", YES],
    "What is 10+10?": ["Answer: 21", NO, "Answer: 20", YES],
}
PLAN = {"iterations": 1, "reference": "last", "window": "all"}


def settings_in(folder: Path) -> dict[str, Any]:
    """Settings of a loop of one round, with a student and an annotator."""
    student, teacher = talk_of("6+6", *HELD_OUT), {}
    for question, texts in [*FATES.items(), *NEW.items()]:
        student |= talk_of(question, *texts)
    for question, (answer, feedback, repaired) in META.items():
        student[ask(question)] = answer
        teacher[judge(question, answer)] = feedback
        teacher[refine(question, answer, feedback)] = repaired
    student |= {invent(question): text for question, text in INVENTED.items()}
    return {
        "model": by.model(folder, student),
        "annotator": by.model(folder, teacher, "annotator"),
        "meta": by.questions(folder / "m.jsonl", **{"7+7": "14", "8+8": "16"}),
        "questions": by.questions(folder / "q.jsonl", **GOLD),
        "held_out": by.questions(folder / "h.jsonl", **{"6+6": "12"}),
        "rounds": PLAN,
    }


def meta_lessons(beta=1.0):
    views = []
    for question, (answer, feedback, repaired) in META.items():
        views += [
            by.lesson(judge(question, answer), feedback),
            by.lesson(refine(question, answer, feedback), repaired),
            by.lesson(ask(question), repaired, weight=beta),
        ]
    return sorted(views)


FIRST = sorted([
    by.lesson(ask("1+1"), "So: 2.\nAnswer: 2"),
    by.lesson(ask("2+2"), "Now: 4.\nAnswer: 4"),
    by.lesson(ask("5+5"), "Answer: 11"),
])  # fmt: skip
SECOND = sorted([
    by.lesson(ask("What is 9+9?"), "Answer: 18"),
    by.lesson(ask("What is 10+10?"), "Answer: 20"),
])  # fmt: skip
