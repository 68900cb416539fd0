"""How the tasks of the small world are solved and tested: programs in a few shapes, and asserts."""

import random
import re
from collections.abc import Sequence
from functools import cache

from data.tiny.phrases import docstring
from data.tiny.world import Combination

__all__ = ["answer", "asserts", "hidden_tests", "program", "snippet"]

SHAPES = ("inline", "values", "steps", "loop")
# A short program is the likeliest: it is what a model of a million parameters samples best.
ANSWER_SHAPES = ("inline", "inline", "inline", "values", "values", "loop")
ARGUMENTS = ("xs", "numbers", "items", "data")


def body(combination: Combination, shape: str) -> list[str]:
    """The lines of a function of `xs`, indented."""
    reduced = combination.reduce.code
    if shape == "inline" and combination.reduce.inline:
        return [f"    return {combination.reduce.inline.format(each=combination.each)}"]
    if shape in ("inline", "values"):
        lines = [f"    values = [{combination.each}]"]
    elif shape == "steps":
        condition = f" if {combination.filter.code}" if combination.filter.code else ""
        lines = [
            f"    chosen = [x for x in {combination.filter.source}{condition}]",
            f"    values = [{combination.map.code} for x in chosen]",
        ]
    else:
        lines = ["    values = []", f"    for x in {combination.filter.source}:"]
        append = f"values.append({combination.map.code})"
        if combination.filter.code:
            lines += [f"        if {combination.filter.code}:", f"            {append}"]
        else:
            lines += [f"        {append}"]
    return [*lines, f"    return {reduced}"]


def program(combination: Combination, shape: str = "inline", name: str = "") -> str:
    return "\n".join([f"def {name or combination.name}(xs):", *body(combination, shape)])


def snippet(combination: Combination, rng: random.Random, says: str | None = None) -> str:
    """A function as found in somebody's file; `says` replaces the docstring that it deserves."""
    xs = rng.choice(ARGUMENTS)
    name = combination.name
    lines = body(combination, rng.choice(SHAPES))
    lines = [re.sub(r"\bxs\b", xs, line) for line in lines]
    text = docstring(combination, name, xs, rng) if says is None else says.format(xs=xs)
    argument = f"{xs}: list[int]" if rng.random() < 0.4 else xs
    return "\n".join([f"def {name}({argument}):", f'    """{text}"""', *lines])


def asserts(combination: Combination, inputs: Sequence[list[int]], name: str = "") -> list[str]:
    called = name or combination.name
    return [f"assert {called}({xs}) == {combination(xs)}" for xs in inputs]


def worked_tests(
    combination: Combination, mistakes: Sequence[Combination], rng: random.Random
) -> str:
    """Tests that come with an answer: two or three short lists, each worked out in a comment.

    The steps in the comment are what lets a model of this size reach the expected value. A list
    is chosen that tells the task from what it is mistaken for.
    """
    lines = []
    for _ in range(rng.choice((2, 2, 2, 3))):
        drawn = [[rng.randint(-5, 9) for _ in range(rng.choice((2, 3)))] for _ in range(3)]
        xs = max(drawn, key=lambda xs: sum(each(xs) != combination(xs) for each in mistakes))
        chosen, values = combination.steps(xs)
        lines += [f"# {xs} -> {chosen} -> {values}", *asserts(combination, [xs])]
    return "\n".join(lines)


def answer(
    combination: Combination,
    shown: Combination,
    mistakes: Sequence[Combination],
    rng: random.Random,
) -> str:
    """A response that shows the program of one combination and the tests of another."""
    code = program(shown, rng.choice(ANSWER_SHAPES), combination.name)
    tests = worked_tests(combination, mistakes, rng)
    return f"```python\n{code}\n```\n\n<tests>\n```python\n{tests}\n```\n</tests>"


@cache
def _probes(others: tuple[Combination, ...]) -> list[tuple[list[int], list[str]]]:
    """Inputs for hidden tests, each with what every combination makes of it."""
    rng = random.Random(13)
    probes = [[rng.randint(-12, 12) for _ in range(rng.randint(3, 8))] for _ in range(160)]
    probes += [[rng.randint(-4, 4) for _ in range(rng.randint(1, 2))] for _ in range(40)]
    return [(xs, [repr(other(xs)) for other in others]) for xs in probes]


def hidden_tests(
    combination: Combination, others: tuple[Combination, ...], rng: random.Random
) -> list[str]:
    """Eight asserts that, of all the others, only this combination passes.

    Each input is the one of many that most of the combinations still alike fail.
    """
    inputs: list[list[int]] = [[], [rng.randint(-9, -1) for _ in range(3)]]
    me = others.index(combination)
    alike = range(len(others))
    while len(inputs) < 8:
        count = 30 if len(inputs) < 6 else len(_probes(others))
        tried = [probe for probe in rng.sample(_probes(others), count) if probe[0] not in inputs]
        survivors = [[i for i in alike if seen[i] == seen[me]] for _, seen in tried]
        best = min(range(len(tried)), key=lambda i: len(survivors[i]))
        inputs.append(tried[best][0])
        alike = survivors[best]
    return asserts(combination, inputs)
