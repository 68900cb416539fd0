"""Programs with tests whose verdict is known because of how they are made, from a seed.

What a right program must return is computed here. Whatever is to end otherwise is that program with
something wrong put in front of it, or around its function.
"""

import random
from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple

from sandbox import Call, Job, Limits, Stdout, Trust, Verdict
from tests.sandbox.known_functions import FAMILIES, Function, with_class

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


def known_programs(seed: int, number: int) -> list[Known]:
    """Every verdict in every mode, then as they come; no two of them alike."""
    dice = random.Random(seed)
    pairs: list[tuple[Any, Any]] = [*product(MODES, SHARES)]
    others = dice.choices([*SHARES], [*SHARES.values()], k=number - len(pairs))
    pairs += [(dice.choice(MODES), verdict) for verdict in others]
    return [_known(dice, mode, verdict, index) for index, (mode, verdict) in enumerate(pairs)]


def _known(dice: random.Random, mode: str, verdict: Verdict, index: int) -> Known:
    function = with_class(dice) if mode == "beside" else dice.choice(FAMILIES)(dice)
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
