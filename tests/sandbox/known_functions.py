"""Small right functions with random constants, of all the kinds of data that functions handle."""

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

from sandbox import Profile

__all__ = ["FAMILIES", "Function", "with_class"]


class Function(NamedTuple):
    """A program that defines f, what f is called with, and what the program needs around it.

    `answers` are given where the function cannot be called here.
    """

    source: str
    inputs: list[Any]
    profile: Profile = Profile()
    answers: list[Any] | None = None

    def pairs(self) -> list[tuple[Any, Any]]:
        if self.answers:
            return [*zip(self.inputs, self.answers, strict=True)]
        scope: dict[str, Any] = {}
        exec(self.source, scope)
        return [(given, scope["f"](deepcopy(given))) for given in self.inputs]


def _number(dice: random.Random) -> int:
    return dice.randint(2, 99)


def _numbers(dice: random.Random, size: int = 4) -> list[int]:
    return [dice.randint(-99, 99) for _ in range(size)]


def _words(dice: random.Random) -> list[str]:
    alphabet = "aéB zß\n'\"\\0€{"
    return ["".join(dice.choices(alphabet, k=dice.randint(0, 12))) for _ in range(3)]


def _lists(dice: random.Random) -> list[list[int]]:
    return [_numbers(dice, dice.randint(0, 8)) for _ in range(3)]


def with_class(dice: random.Random) -> Function:
    return Function(
        f"class Box:\n    def __init__(self, n):\n        self.n = n * {_number(dice)}\n"
        "    def __add__(self, other):\n        made = Box(0)\n        made.n = self.n + other.n\n"
        "        return made\n    def __eq__(self, other):\n        return self.n == other.n\n"
        "def f(n):\n    return Box(n).n\n",
        _numbers(dice),
    )


def _with_file(dice: random.Random) -> Function:
    words = _words(dice)
    return Function(
        "def f(s):\n    with open('kept', 'w', encoding='utf-8', newline='') as file:\n"
        f"        file.write(s + '{_number(dice):02}')\n"
        "    with open('kept', encoding='utf-8', newline='') as file:\n"
        "        return file.read()[:-2]\n",
        words,
        Profile(scratch_mb=4),
        words,
    )


FAMILIES: list[Callable[[random.Random], Function]] = [
    _with_file,
    lambda dice: Function(f"def f(n):\n    return n * {_number(dice)} + 5\n", _numbers(dice)),
    lambda dice: Function(
        f"def f(n):\n    return n / {_number(dice)} if n > 0 else float('inf')\n", _numbers(dice)
    ),
    lambda dice: Function(
        f"def f(s):\n    return s[::-1].upper() + {_words(dice)[0]!r}\n", _words(dice)
    ),
    lambda dice: Function(
        f"def f(xs):\n    xs.sort(key=lambda x: (x % {_number(dice)}, x))\n    return xs\n",
        _lists(dice),
    ),
    lambda dice: Function(
        "def f(xs):\n    found = {}\n    for x in xs:\n"
        f"        x = x % {_number(dice)}\n        found[x] = found.get(x, ()) + (x, None)\n"
        "    return found\n",
        _lists(dice),
    ),
    lambda dice: Function(
        "from collections import Counter\ndef f(s):\n"
        f"    return [dict(Counter(s)), {{len(s), {_number(dice)}}}, bool(s)]\n",
        _words(dice),
    ),
    lambda dice: Function(
        f"def g(n):\n    return n if n < 2 else (g(n - 1) + g(n - 2)) % {_number(dice)}\nf = g\n",
        [dice.randint(0, 12) for _ in range(3)],
    ),
    lambda dice: Function(
        "import datetime\ndef f(n):\n"
        f"    day = datetime.date(2000, 1, 1) + datetime.timedelta(n * {_number(dice)})\n"
        "    return day.isoformat(), day.weekday() < 5\n",
        _numbers(dice),
    ),
    lambda dice: Function(
        "import itertools\ndef f(n):\n    squares = (i * i for i in itertools.count())\n"
        f"    return list(itertools.islice(squares, abs(n) % {_number(dice)}))\n",
        _numbers(dice),
        Profile("bare"),
    ),
]
