"""How the tasks of the small world are said: instructions, docstrings and concepts."""

import random

from data.tiny.world import Combination, Part

__all__ = ["INSTRUCTIONS", "concepts", "docstring", "instruction", "phrase", "vague_docstring"]

INSTRUCTIONS = (
    "Write a function named `{name}` that takes a list of integers `xs` and returns {phrase}.",
    "Write a Python function `{name}(xs)` that returns {phrase} in the list of integers `xs`.",
    "Create a function called `{name}`. Given a list of integers `xs`, it returns {phrase}.",
    "Implement `{name}(xs)`, where `xs` is a list of integers. It should return {phrase}.",
)

DOCSTRINGS = (
    "Return {phrase} in `{xs}`.",
    "Compute {phrase}.",
    "Given a list of integers, give back {phrase}.",
    "Find {phrase}; `{xs}` is left as it was.",
    "Answer with {phrase}.\n\n    The argument `{xs}` is a list of integers.\n    ",
    "Take a list of integers and work out {phrase}.",
    "Get {phrase}.\n\n    >>> {name}({example})\n    {value}\n    ",
    "For a list `{xs}`: {phrase}.\n\n    :param {xs}: a list of integers\n    ",
)

VAGUE = (
    "Does things.",
    "Helper function.",
    "A function that works on `{xs}`.",
    "Process the list and return the result.",
    "See the other functions in this file.",
    "Quick version, good enough for now.",
    "Used by the report.\n\n    :param {xs}: the input\n    ",
    "Return the value that is needed.",
)


PLAIN = (False, False, False)


def phrase(combination: Combination, synonyms: tuple[bool, bool, bool] = PLAIN) -> str:
    """The task as a noun phrase: "the sum of the squares of the even numbers".

    `synonyms` says which of filter, map and reduction are said in other words.
    """
    parts = (combination.reduce, combination.map, combination.filter)
    said = [_say(part, other) for part, other in zip(parts, reversed(synonyms), strict=True)]
    words = "the " + " of the ".join(word for word in said if word)
    return f"{words}, or 0 if there are none" if combination.reduce.empty else words


def _say(part: Part, synonym: bool) -> str:
    return part.synonym if synonym else part.words


def instruction(combination: Combination, rng: random.Random) -> str:
    text = rng.choice(INSTRUCTIONS)
    return text.format(name=combination.name, phrase=phrase(combination))


def concepts(combination: Combination) -> list[str]:
    """What a snippet is about, in the words of the instructions."""
    parts = (combination.reduce, combination.map, combination.filter)
    return [part.words for part in parts if part.words]


def docstring(combination: Combination, name: str, xs: str, rng: random.Random) -> str:
    """One of many ways to say it; half of the parts are said in other words."""
    synonyms = (rng.random() < 0.5, rng.random() < 0.5, rng.random() < 0.5)
    example = [rng.randint(-5, 9) for _ in range(rng.randint(2, 3))]
    return rng.choice(DOCSTRINGS).format(
        phrase=phrase(combination, synonyms),
        name=name,
        xs=xs,
        example=example,
        value=combination(example),
    )


def vague_docstring(xs: str, rng: random.Random) -> str:
    """A docstring from which nobody could write the function again."""
    return rng.choice(VAGUE).format(xs=xs)
