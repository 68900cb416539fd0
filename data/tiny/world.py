"""The small world: every task is a filter, a map and a reduction over a list of integers.

A combination is described in words (phrases.py), answered by a program of a few lines (programs.py)
and judged by its behaviour. Combinations that behave alike are one combination, so that no task of
the held-out set is a task of the training set in other words.
"""

import random
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

__all__ = ["FILTERS", "MAPS", "REDUCES", "Combination", "Part", "Split", "split", "world"]

BASE_TASKS = 250
HELD_OUT_TASKS = 200


@dataclass(frozen=True)
class Part:
    """One of the three parts of a task: how it is named, said and written."""

    key: str  # as in a function's name
    words: str  # as in an instruction and in a list of concepts
    synonym: str  # as some people say it in a docstring
    code: str  # a filter's condition, a map's expression in x, a reduction's expression in values
    source: str = "xs"  # filters: what is gone through
    inline: str = ""  # reductions: the same written around a generator, where that reads well
    empty: bool = False  # reductions: whether the value for an empty selection must be said


FILTERS = (
    Part("", "numbers", "integers", ""),
    Part("even", "even numbers", "numbers divisible by two", "x % 2 == 0"),
    Part("odd", "odd numbers", "numbers not divisible by two", "x % 2 == 1"),
    Part("positive", "positive numbers", "numbers greater than zero", "x > 0"),
    Part("negative", "negative numbers", "numbers less than zero", "x < 0"),
    Part("nonzero", "nonzero numbers", "numbers other than zero", "x != 0"),
    Part("above_three", "numbers above three", "numbers greater than three", "x > 3"),
    Part("below_three", "numbers below three", "numbers less than three", "x < 3"),
    Part("multiples_of_three", "multiples of three", "numbers divisible by three", "x % 3 == 0"),
    Part("within_five", "numbers within five of zero", "numbers of size under six", "abs(x) <= 5"),
    Part(
        "every_second", "numbers at even positions", "numbers at every second place", "", "xs[::2]"
    ),
    Part("after_first", "numbers after the first", "numbers but for the first", "", "xs[1:]"),
    Part("before_last", "numbers before the last", "numbers but for the last", "", "xs[:-1]"),
    Part("unique", "unique numbers", "numbers without repeats", "", "dict.fromkeys(xs)"),
)

MAPS = (
    Part("", "", "", "x"),
    Part("doubles", "doubles", "values times two", "x * 2"),
    Part("triples", "triples", "values times three", "x * 3"),
    Part("squares", "squares", "second powers", "x * x"),
    Part("successors", "successors", "values plus one", "x + 1"),
    Part("predecessors", "predecessors", "values minus one", "x - 1"),
    Part("opposites", "opposites", "negated values", "-x"),
    Part("sizes", "absolute values", "sizes without sign", "abs(x)"),
    Part("halves", "halves rounded down", "values floored after division by two", "x // 2"),
    Part("thirds", "remainders by three", "rests of division by three", "x % 3"),
    Part("tenfolds", "tenfolds", "values times ten", "x * 10"),
    Part("complements", "complements to ten", "gaps up to ten", "10 - x"),
)

REDUCES = (
    Part("sum", "sum", "total", "sum(values)", inline="sum({each})"),
    Part(
        "largest", "largest", "maximum", "max(values, default=0)",
        inline="max(({each}), default=0)", empty=True,
    ),
    Part(
        "smallest", "smallest", "minimum", "min(values, default=0)",
        inline="min(({each}), default=0)", empty=True,
    ),
    Part(
        "first", "first", "leading one", "values[0] if values else 0",
        inline="next(({each}), 0)", empty=True,
    ),
    Part("last", "last", "final one", "values[-1] if values else 0", empty=True),
    Part(
        "spread", "spread", "distance from smallest to largest",
        "max(values) - min(values) if values else 0", empty=True,
    ),
    Part("count", "distinct count", "number of different ones", "len(set(values))",
         inline="len(set({each}))"),
    Part("list", "list", "sequence in order", "values", inline="[{each}]"),
    Part("sorted", "sorted list", "ascending list", "sorted(values)", inline="sorted({each})"),
    Part("descending", "descending list", "list from large to small",
         "sorted(values, reverse=True)", inline="sorted(({each}), reverse=True)"),
    Part("reversed", "reversed list", "list from back to front", "values[::-1]",
         inline="[{each}][::-1]"),
)  # fmt: skip

LIST = next(part for part in REDUCES if part.key == "list")


@dataclass(frozen=True)
class Combination:
    """One task of the world."""

    filter: Part
    map: Part
    reduce: Part

    @property
    def name(self) -> str:
        """A function's name that says what it does, such as `sum_of_squares_of_even`."""
        keys = [part.key for part in (self.reduce, self.map, self.filter) if part.key]
        return "_of_".join(keys if len(keys) > 1 else [*keys, "numbers"])

    @property
    def each(self) -> str:
        """The body of a comprehension: what is taken of which numbers."""
        condition = f" if {self.filter.code}" if self.filter.code else ""
        return f"{self.map.code} for x in {self.filter.source}{condition}"

    def steps(self, xs: list[int]) -> tuple[list[int], list[int]]:
        """What the filter chooses and what the map makes of it."""
        chosen = _function(Combination(self.filter, MAPS[0], LIST))(xs)
        return chosen, _function(Combination(self.filter, self.map, LIST))(xs)

    def __call__(self, xs: list[int]) -> Any:
        return _function(self)(xs)


@cache
def _function(combination: Combination) -> Any:
    text = f"lambda xs: (lambda values: {combination.reduce.code})([{combination.each}])"
    return eval(text)  # only texts of this file come here


@cache
def world() -> tuple[Combination, ...]:
    """Every behaviour once, under the first of its names, in a fixed order."""
    rng = random.Random(7)
    probes: list[list[int]] = [[], [0], [4], [-3]]
    probes += [[rng.randint(-14, 14) for _ in range(rng.randint(1, 9))] for _ in range(120)]
    seen: dict[str, Combination] = {}
    for parts in product(FILTERS, MAPS, REDUCES):
        combination = Combination(*parts)
        seen.setdefault(repr([combination(xs) for xs in probes]), combination)
    return tuple(seen.values())


@dataclass(frozen=True)
class Split:
    """Three sets without a common behaviour; the loop may invent what is in `free`."""

    base: tuple[Combination, ...]
    held_out: tuple[Combination, ...]
    free: tuple[Combination, ...]


@cache
def split() -> Split:
    """The same three sets every time."""
    order = list(world())
    random.Random(11).shuffle(order)
    base, rest = order[:BASE_TASKS], order[BASE_TASKS:]
    return Split(tuple(base), tuple(rest[:HELD_OUT_TASKS]), tuple(rest[HELD_OUT_TASKS:]))
