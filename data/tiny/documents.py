"""What the base model was trained on: four kinds of documents in the formats of the loop's prompts.

Like code on the web it is noisy. Many programs make one of the usual mistakes (the smallest for the
largest, odd for even) while the tests beside them are those of the task: a model that samples often
enough can find its own mistakes, and that is the headroom of the loop.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from data.tiny.phrases import concepts, docstring, instruction, vague_docstring
from data.tiny.programs import answer, snippet
from data.tiny.world import FILTERS, MAPS, REDUCES, Combination, Part

__all__ = ["Document", "document", "judged", "mistaken", "prompt"]

PROMPTS = Path(__file__).parents[2] / "stages" / "prompts"
CATEGORIES = ("function", "function", "class", "program")
DIFFICULTIES = ("easy", "medium", "hard")
MISTAKE = 0.32  # the chance that one part of a program is the part it is usually mistaken for

# What each part is mistaken for, by key.
FILTER_MISTAKES = {
    "": "positive", "even": "odd", "odd": "even", "positive": "negative", "negative": "positive",
    "nonzero": "", "above_three": "below_three", "below_three": "above_three",
    "multiples_of_three": "even", "within_five": "below_three", "every_second": "after_first",
    "after_first": "before_last", "before_last": "after_first", "unique": "",
}  # fmt: skip
MAP_MISTAKES = {
    "": "doubles", "doubles": "squares", "squares": "doubles", "triples": "tenfolds",
    "tenfolds": "triples", "successors": "predecessors", "predecessors": "successors",
    "opposites": "sizes", "sizes": "opposites", "halves": "thirds", "thirds": "halves",
    "complements": "opposites",
}  # fmt: skip
REDUCE_MISTAKES = {
    "sum": "count", "count": "sum", "largest": "smallest", "smallest": "largest",
    "first": "last", "last": "first", "spread": "largest", "list": "reversed",
    "reversed": "list", "sorted": "descending", "descending": "sorted",
}  # fmt: skip


class Document(NamedTuple):
    prompt: str
    answer: str


@cache
def _turn(name: str) -> str:
    return (PROMPTS / f"{name}.md").read_text(encoding="utf-8")


def prompt(name: str, **values: str) -> str:
    """The turn of one of the loop's prompts, filled."""
    text = _turn(name)
    for key, value in values.items():
        text = text.replace("{{" + key + "}}", value)
    return text


def _swapped(part: Part, parts: Sequence[Part], mistakes: dict[str, str]) -> Part:
    return next(other for other in parts if other.key == mistakes[part.key])


@cache
def mistakes(combination: Combination) -> tuple[Combination, Combination, Combination]:
    """The combination with its filter, its map or its reduction mistaken."""
    return (
        replace(combination, filter=_swapped(combination.filter, FILTERS, FILTER_MISTAKES)),
        replace(combination, map=_swapped(combination.map, MAPS, MAP_MISTAKES)),
        replace(combination, reduce=_swapped(combination.reduce, REDUCES, REDUCE_MISTAKES)),
    )


def mistaken(combination: Combination, rng: random.Random, chance: float) -> Combination:
    """The combination with each part replaced, by chance, by what it is usually mistaken for."""
    by_filter, by_map, by_reduce = mistakes(combination)
    return Combination(
        (by_filter if rng.random() < chance else combination).filter,
        (by_map if rng.random() < chance else combination).map,
        (by_reduce if rng.random() < chance else combination).reduce,
    )


def _extract(combination: Combination, rng: random.Random) -> Document:
    seed = snippet(combination, rng)
    return Document(prompt("extract_concepts", seed=seed), ", ".join(concepts(combination)))


def _write_task(
    combination: Combination, tasks: Sequence[Combination], rng: random.Random
) -> Document:
    """A task inspired by the concepts: it keeps some of them and is one of the tasks there are."""
    asked = prompt(
        "write_task",
        category=rng.choice(CATEGORIES),
        difficulty=rng.choice(DIFFICULTIES),
        concepts=", ".join(concepts(combination)),
    )
    kept = [part for part in ("filter", "map", "reduce") if rng.random() < 0.6]
    near = [
        other
        for other in tasks
        if all(getattr(other, part) == getattr(combination, part) for part in kept)
    ]
    return Document(asked, instruction(rng.choice(near), rng))


def _respond(combination: Combination, rng: random.Random, chance: float) -> Document:
    asked = prompt("write_response", instruction=instruction(combination, rng))
    shown = mistaken(combination, rng, chance)
    return Document(asked, answer(combination, shown, mistakes(combination), rng))


def judged(
    combination: Combination, tasks: Sequence[Combination], rng: random.Random
) -> tuple[Document, str]:
    """A function with a docstring that is good, says nothing, or belongs to another function."""
    kind = rng.choice(("good", "good", "good", "vague", "other", "other"))
    says = None
    if kind == "vague":
        says = vague_docstring("{xs}", rng)
    elif kind == "other":
        said = rng.choice([other for other in tasks if other != combination])
        if rng.random() < 0.3:  # wrong in one part only
            part = rng.choice(("filter", "map", "reduce"))
            one = replace(combination, **{part: getattr(said, part)})
            said = one if one != combination else said
        says = docstring(said, combination.name, "{xs}", rng)
    asked = prompt("judge_docstring", seed=snippet(combination, rng, says))
    return Document(asked, "yes" if kind == "good" else "no"), kind


def document(tasks: Sequence[Combination], rng: random.Random, chance: float = MISTAKE) -> Document:
    """One document of the training text; the draws of `rng` decide everything about it."""
    combination = rng.choice(tasks)
    draw = rng.random()
    if draw < 0.52:
        return _respond(combination, rng, chance)
    if draw < 0.60:
        return _extract(combination, rng)
    if draw < 0.74:
        return _write_task(combination, tasks, rng)
    return judged(combination, tasks, rng)[0]
