"""Programs with tests whose verdict is known because of how they are made, from a seed.

A right program is one of a few families with random constants; what it must return is computed
here. Whatever is to end otherwise is that program with something wrong put in front of it, or
around its function.
"""

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

from sandbox import Call, Job, Limits, Profile, Stdout, Trust, Verdict

__all__ = ["MODES", "SHARES", "Known", "known_programs"]

SHARES: dict[Verdict, int] = {
    "passed": 48,
    "failed": 25,
    "error": 14,
    "security": 3,
    "crashed": 3,
    "memory": 3,
    "output_limit": 3,
    "timeout": 1,
}
"""In hundredths, apart from one of each verdict in each mode."""
MODES = ("split", "calls", "driven", "beside", "stdout")
LIMITS: dict[Verdict, Limits] = {
    "timeout": Limits(cpu_seconds=0.2, wall_seconds=9.0),
    "memory": Limits(memory_mb=96),
    "output_limit": Limits(output_bytes=4000),
}


class Known(NamedTuple):
    """`mode` says how the job is tested."""

    job: Job
    verdict: Verdict
    trust: Trust
    mode: str


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


def known_programs(seed: int, number: int) -> list[Known]:
    """Every verdict in every mode, then as they come; no two of them alike."""
    dice = random.Random(seed)
    pairs = [(mode, verdict) for mode in MODES for verdict in SHARES]
    while len(pairs) < number:
        pairs.append((dice.choice(MODES), *dice.choices([*SHARES], [*SHARES.values()])))
    return [_known(dice, mode, verdict, index) for index, (mode, verdict) in enumerate(pairs)]


def _known(dice: random.Random, mode: str, verdict: Verdict, index: int) -> Known:
    function = _with_class(dice) if mode == "beside" else dice.choice(FAMILIES)(dice)
    program = f"# {index}\n{WRONG[verdict](dice, mode, function)}"
    if mode == "stdout":
        program += READING
    tests, stdin = TESTS[mode](function.pairs())
    job = Job(
        str(index),
        program,
        tests,
        LIMITS.get(verdict, Limits()),
        stdin,
        weak_check=dice.random() < 0.05,
        profile=function.profile,
        trace=dice.random() < 0.05,
    )
    trust = "split" if mode != "beside" else "poisoned" if verdict == "passed" else "inproc"
    return Known(job, verdict, trust, mode)


def _number(dice: random.Random) -> int:
    return dice.randint(2, 99)


def _numbers(dice: random.Random, size: int = 4) -> list[int]:
    return [dice.randint(-99, 99) for _ in range(size)]


def _words(dice: random.Random) -> list[str]:
    alphabet = "aéB zß\n'\"\\0€{"
    return ["".join(dice.choices(alphabet, k=dice.randint(0, 12))) for _ in range(3)]


def _lists(dice: random.Random) -> list[list[int]]:
    return [_numbers(dice, dice.randint(0, 8)) for _ in range(3)]


def _with_class(dice: random.Random) -> Function:
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


def _around(function: Function, line: str) -> str:
    """The program with another line in its function."""
    return f"{function.source}\nright = f\ndef f(given):\n    {line}\n    return right(given)\n"


def _doing(*lines: str) -> Callable[[random.Random, str, Function], str]:
    """One of these, on loading the program or in its function."""

    def program(dice: random.Random, mode: str, function: Function) -> str:
        line = dice.choice([line for line in lines if mode != "stdout" or "sys.exit" not in line])
        if dice.random() < 0.5:
            return f"{line}\n{function.source}"
        return _around(function, line.replace("\n", "\n    "))

    return program


def _attacking(dice: random.Random, mode: str, function: Function) -> str:
    """A system call that nobody needs, or words of its own where its report belongs."""
    number = dice.choice((101, 165, 272, 321))
    call = f"import ctypes\nctypes.CDLL(None).syscall({number}, 0, 0, 0, 0, 0)"
    words = f"import os\nos.write({5 if mode == 'driven' else 3}, b'[1, 2, 3, 4, 5]')"
    return f"{dice.choice((call, words))}\n{function.source}"


def _failing(dice: random.Random, mode: str, function: Function) -> str:
    last = function.inputs[-1]
    lines = ["return None", "return [right(given)]", f"if given == {last!r}: return ()"]
    return _around(function, dice.choice(lines))


WRONG: dict[Verdict, Callable[[random.Random, str, Function], str]] = {
    "passed": lambda dice, mode, function: function.source,
    "failed": _failing,
    "error": _doing(
        "raise ValueError('no')",
        "1 / 0",
        "missing(1)",
        "import sys\nsys.exit(0)",
        "import os\nos._exit(0)",
        "import socket\nsocket.socket()",
        "raise KeyboardInterrupt",
        "open('/etc/passwd')",
    ),
    "security": _attacking,
    "crashed": _doing("import ctypes\nctypes.string_at(0)", "import os\nos.abort()"),
    "memory": _doing("bytearray(10 ** 10)", "x = []\nwhile True: x.append(bytearray(1 << 20))"),
    "output_limit": _doing("print('x' * 5000)", "for n in range(999): print('a line', n)"),
    "timeout": _doing("while True: pass", "sum(range(10 ** 12))"),
}


def _text(value: Any) -> str:
    return repr(value).replace("inf", "float('inf')")


def _loop(pairs: list[Any]) -> tuple[str, None]:
    """What only Python itself can run: the tests drive the program."""
    given, wanted = ([pair[place] for pair in pairs] for place in (0, 1))
    listed = f"given, wanted = {given!r}, {_text(wanted)}\nn = 0\n"
    return f"{listed}while n < len(given):\n    assert f(given[n]) == wanted[n]\n    n += 1\n", None


def _objects(pairs: list[Any]) -> tuple[str, None]:
    """What cannot leave the program's process."""
    total = sum(given for given, _ in pairs)
    lines = [f"assert f({given}) == {value}" for given, value in pairs]
    boxes = f"n = 0\nwhile n < 3:\n    n += 1\n    assert Box(n) + Box({total}) == Box(n + {total})"
    return "\n".join([*lines, boxes]), None


TESTS: dict[str, Callable[[list[tuple[Any, Any]]], tuple[Any, bytes | None]]] = {
    "split": lambda pairs: (
        "\n".join(f"assert f({given!r}) == {_text(value)}" for given, value in pairs),
        None,
    ),
    "calls": lambda pairs: (
        [Call("f", (given,), expected=value) for given, value in pairs],
        None,
    ),
    "driven": _loop,
    "beside": _objects,
    "stdout": lambda pairs: (
        Stdout("".join(f"{value!a}\n" for _, value in pairs).encode()),
        "".join(f"{given!a}\n" for given, _ in pairs).encode(),
    ),
}
READING = (
    "\nimport sys\nfor line in sys.stdin.buffer.read().decode().splitlines():\n"
    "    print(ascii(f(eval(line))))\n"
)
