r"""The notation of the table: a line about each case, and below it the program as it is.

    == 13 name | split driven: failed error | beside: security | short
    the program, in which a line <RIGHT> stands for the text of that name
    -- beside
    tests instead of the mode's own ("-- tests" for every mode, "-- before" for what runs first)

`refused` makes a program that is right only if the lines fail with an error of the operating
system; `denied` one that is right only if the last line holds. Both are run split unless the line
says otherwise.
"""

import re
from typing import Any

from sandbox import Profile
from tests.sandbox.cases.case import BIG, LONG, MODES, SHORT, SMALL, USUAL, Case, Mode

__all__ = ["RIGHT", "WRONG", "denied", "refused", "row", "table"]

RIGHT = "def f(n):\n    return n * n\n"
WRONG = "def f(n):\n    return None\n"
DENIED = "def f(n):\n    assert denied, 'it worked'\n    return n * n\n"
WORDS: dict[str, dict[str, Any]] = {
    "short": {"limits": SHORT},
    "long": {"limits": LONG},
    "small": {"limits": SMALL},
    "big": {"limits": BIG},
    "usual": {"limits": USUAL},
    "scratch": {"profile": Profile(scratch_mb=4)},
    "numpy": {"profile": Profile("numpy")},
    "bare": {"profile": Profile("bare")},
    "checked": {"weak_check": True},
    "weak": {"weak_check": True, "flags": frozenset({"weak_tests"})},
}


def table(text: str, **named: str) -> list[Case]:
    """The cases of a text in this notation."""
    text = text.replace("\\\n", "")
    entries = [entry.partition("\n") for entry in text.split("\n== ")[1:]]
    return [row(line, body, **named) for line, _, body in entries]


def row(line: str, body: str, **named: str) -> Case:
    """One case."""
    title, *about = (part.strip() for part in line.split(" | "))
    number, _, name = title.partition(" ")
    program, *others = re.split(r"^-- (\w+)\n", body.strip("\n") + "\n", flags=re.MULTILINE)
    program = _filled(program, {"RIGHT": RIGHT, "WRONG": WRONG, **named})
    parts = dict(zip(others[::2], others[1::2], strict=True))
    settings: dict[str, Any] = {"before": _filled(parts.pop("before", ""), named)}
    right: dict[Mode, frozenset[str]] = {}
    for word in about:
        keys, _, values = word.partition(": ")
        if word in ("refused", "denied"):
            program = {"refused": refused, "denied": denied}[word](program)
            right.setdefault("split", frozenset({"passed"}))
        elif keys in ("unrunnable", "stdin"):
            settings[keys] = values.encode() if keys == "stdin" else values
        elif keys == "flags":
            settings[keys] = frozenset(values.split())
        elif values:
            right |= {mode: frozenset(values.split()) for mode in _modes(keys)}
        else:
            settings |= WORDS[word]
    every = parts.pop("tests", None)
    tests: dict[Mode, str] = {mode: parts[mode] for mode in _modes(" ".join(parts))}
    if every:
        tests = dict.fromkeys(right, every)
    return Case(int(number), name, program, right, tests, **settings)


def _modes(words: str) -> list[Mode]:
    found: list[Mode] = [mode for mode in MODES if mode in words.split()]
    assert len(found) == len(words.split()), words
    return found


def _filled(program: str, named: dict[str, str]) -> str:
    return re.sub(r"^<(\w+)>$", lambda found: named[found[1]].strip("\n"), program, flags=re.M)


def refused(lines: str) -> str:
    """Right if the lines fail with an error of the operating system."""
    inner = "".join(f"    {line}\n" for line in lines.strip().split("\n"))
    return f"try:\n{inner}    denied = False\nexcept OSError:\n    denied = True\n{DENIED}"


def denied(lines: str) -> str:
    """Right if the last line holds."""
    *before, last = lines.strip().split("\n")
    return "\n".join([*before, f"denied = {last}", DENIED])
