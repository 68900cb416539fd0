"""What the base model was trained on: questions answered, checked, put right and made up, in the
formats of the loops' prompts.

Like text on the web it is noisy. A line of a working is wrong with chance SLIP, and the rest goes
on from there; feedback works the lines out again with fewer mistakes, but often believes what it
reads; a response that is put right or tried again gets new mistakes. So the model can do everything
and nothing reliably: that is the headroom of the loops.
"""

import random
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from data.reasoning.families import Step, lines_of, truly, work_out
from data.tiny.documents import Document

__all__ = ["chat", "check", "document", "prompt", "slipping"]

PROMPTS = Path(__file__).parents[2] / "stages" / "prompts"
SLIP = 0.25  # the chance that a line of a response is wrong
CHECK_SLIP = 0.06  # ... that a line is worked out wrong when it is checked
IGNORES = 0.2  # ... that what is put right again is the old response


class Mix(NamedTuple):
    """How often there is which kind of document; the chance that a line of a response that is
    checked is wrong, and that a check only repeats what it reads."""

    kinds: Mapping[str, int]
    slip: float
    believes: float


AT_FIRST = {"answer": 12, "feedback": 6, "refine": 3, "retry": 3, "question": 1}
LATER = {"answer": 8, "feedback": 12, "refine": 4, "retry": 3, "question": 1}
PHASES = (
    (1600, Mix(AT_FIRST, SLIP, 0.15)),
    (700, Mix(LATER, 0.5, 0.0)),  # where mistakes are rare, repeating a line passes for checking it
)
"""What the base model was trained on, and for how many steps."""

AGAIN = ("try_again", "look_again", "answer_question")


@cache
def _template(name: str) -> str:
    return (PROMPTS / f"{name}.md").read_text(encoding="utf-8").rstrip("\n")


def prompt(name: str, **values: str) -> str:
    """One of the loops' prompts, filled; what is filled in is not looked at again."""
    pieces = re.split(r"\{\{(\w+)\}\}", _template(name))
    pieces[1::2] = [values[key] for key in pieces[1::2]]
    return "".join(pieces)


def chat(*messages: str) -> str:
    """Messages of user and assistant in turn, as the model's chat template has them, up to where
    the next answer begins."""
    roles = ("user", "assistant")
    marked = [
        f"<|{roles[i % 2]}|>{text}{'<|endoftext|>' * (i % 2)}" for i, text in enumerate(messages)
    ]
    return "".join(marked) + "<|assistant|>"


def slipping(rng: random.Random, chance: float) -> Step:
    """A step that is wrong with some chance."""

    def step(left: str, right: str) -> str:
        return _mistaken(right, rng) if rng.random() < chance else right

    return step


def _mistaken(value: str, rng: random.Random) -> str:
    """What the value of a line is mistaken for."""
    if value in ("yes", "no"):
        return "no" if value == "yes" else "yes"
    if " rest " in value:
        half, _, rest = value.split()
        return rng.choice([f"{half} rest {1 - int(rest)}", f"{max(0, int(half) - 1)} rest {rest}"])
    if re.fullmatch(r"-?\d+", value):
        number = int(value)
        near = [number + 1, number - 1, number + 10, number - 10, number + 2, -number]
        return str(rng.choice([n for n in near if n != number and (n >= 0 or number < 0)]))
    letters = value.split()
    place = rng.randrange(max(1, len(letters) - 1))
    letters[place : place + 2] = reversed(letters[place : place + 2])
    return " ".join(letters)


def check(question: str, response: str, step: Step = truly, believes: bool = False) -> str | None:
    """Feedback on a response: each line worked out again, up to the first that is not as it should
    be. None for a question of no family."""
    lines, said = lines_of(response), list[str]()

    class Found(Exception):
        pass

    def compare(line: str) -> None:
        read = lines[len(said)] if len(said) < len(lines) else "nothing"
        # the value that was read stands beside its own: two words to compare
        value = re.split(r"= |: ", read)[-1]
        if line != read and not believes:
            said.append(f"{line} | {value} wrong")
            raise Found
        said.append(f"{read} | {value} ok")

    def again(left: str, right: str) -> str:
        value = step(left, right)
        compare(f"{left} = {value}")
        read = lines[len(said) - 1].rpartition("= ")[2]
        return read if believes else value

    try:
        worked = work_out(question, again)
        if worked is None:
            return None
        compare(worked.rpartition("\n")[2])
        if len(lines) > len(said):
            said.append(f"nothing | {lines[len(said)]} wrong")
            raise Found
    except Found:
        return "\n".join([*said, "Verdict: wrong"])
    except (IndexError, ValueError):
        return None
    return "\n".join([*said, "Verdict: right"])


def refined(question: str, response: str, feedback: str, step: Step = truly) -> str | None:
    """The response put right where the feedback says so, and gone on with."""
    checked = [line.partition(" | ")[0] for line in lines_of(feedback)[:-1]]
    given = [line.rpartition("= ")[2] for line in checked if " = " in line]
    values = iter(given)

    def as_checked(left: str, right: str) -> str:
        return next(values, None) or step(left, right)

    return work_out(question, as_checked)


def document(
    questions: Mapping[str, Sequence[str]], rng: random.Random, mix: Mix = PHASES[0][1]
) -> Document:
    """A document about one of `questions`, by family; each family is as likely."""
    families = sorted(questions)
    while True:
        family = questions[rng.choice(families)]
        kind = rng.choices(list(mix.kinds), list(mix.kinds.values()))[0]
        if (made := _made(kind, rng.choice(family), family, rng, mix)) is not None:
            return made


def _made(
    kind: str, question: str, family: Sequence[str], rng: random.Random, mix: Mix
) -> Document | None:
    asked = prompt("answer_question", instruction=question)
    response = work_out(question, slipping(rng, mix.slip if kind == "feedback" else SLIP))
    if response is None:
        return None
    about = {"instruction": question, "response": response}
    if kind == "answer":
        return Document(chat(asked), response)
    if kind == "question":
        return Document(chat(prompt("write_question", instruction=question)), rng.choice(family))
    if kind == "retry":
        again = rng.choice(AGAIN)
        answer = response if rng.random() < 0.4 else work_out(question, slipping(rng, SLIP))
        follow = prompt(again, instruction=question)
        return Document(chat(asked, response, follow), answer) if answer else None
    feedback = check(question, response, slipping(rng, CHECK_SLIP), rng.random() < mix.believes)
    if feedback is None:
        return None
    if kind == "feedback":
        return Document(chat(prompt("give_feedback", **about)), feedback)
    true = check(question, response)
    answer = refined(question, response, true or "", slipping(rng, SLIP))
    if rng.random() < IGNORES:
        answer = response
    asked = prompt("refine_response", **about, feedback=true or "")
    return Document(chat(asked), answer) if answer else None
