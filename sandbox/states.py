"""The variables of a traced program, statement by statement, as its own process told them.

They are a program's word, like its answers: compare them with what is known to be right, and
nothing is gained by lying. What does not add up is refused.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.decode import Malformed, decode, parse
from sandbox.tracebacks import printable

__all__ = ["State", "States", "Unshown", "read_states"]

STATEMENTS, REPORTED, HELD = 1000, 256 << 10, 2 << 20
"""The bounds of sandbox.tracing, and some room."""
DEPTH = 400
"""Of JSON: sandbox.encode goes 100 deep, and a dict takes three levels."""
NUMBERS = range(1 << 31)


@dataclass(frozen=True)
class Unshown:
    """Stands for a value that is no plain data (numpy's arrays are none), or (`cut`) too large."""

    kind: str
    cut: bool = False


@dataclass(frozen=True)
class State:
    """The variables of the module after one of its statements, which stands in lines first..last.

    `variables` leaves functions, classes, modules and names like __this__ out; values are data
    (states share them: they are not to be changed) or Unshown. `changed` are the variables that the
    statement bound to something else or changed, as JSON (sandbox.encode), None for the unshown;
    `gone` those that it deleted.
    """

    first: int
    last: int
    variables: Mapping[str, Any]
    changed: Mapping[str, str | None]
    gone: tuple[str, ...] = ()

    def key(self) -> tuple[str, ...] | None:
        """Equal for states that count as equal: the values as text, sorted; names do not matter.

        None equals nothing: there is no variable, or one whose value is not known. As in "Learning
        Math Reasoning from Self-Sampled Correct and Partially-Correct Solutions" (arXiv
        2205.14318); that sets have one order is ours.
        """
        values = self.variables.values()
        if not values or any(isinstance(value, Unshown) for value in values):
            return None
        return tuple(sorted(map(_text, values)))


@dataclass(frozen=True)
class States:
    """The states in order: one for each statement of the module that completed.

    A loop, a branch or a definition is one statement. `straight_line`: the program is nothing but
    assignments, expressions and imports. `cut` says why states are missing at the end although the
    program went on ("" if none are); where the program itself ended early, the verdict says that.
    """

    straight_line: bool = False
    cut: str = ""
    lines: tuple[str, ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[State]:
        variables: dict[str, Any] = {}
        for line in self.lines:  # kept as text: a thousand states are mostly the same
            first, last, changed, gone = json.loads(line)
            for name in gone:
                variables.pop(name, None)
            texts = {}
            for name, (sign, content) in changed.items():
                variables[name] = _value(sign, content)
                data = sign == "v" and not isinstance(variables[name], Unshown)
                texts[name] = _json(content) if data else None
            yield State(first, last, dict(variables), texts, tuple(gone))


def _value(sign: str, content: Any) -> Any:
    if sign != "v":
        return Unshown(content, sign == "c")
    try:
        return decode(content)
    except (Malformed, RecursionError):
        return Unshown("object")


def _json(content: Any) -> str:
    return json.dumps(content, separators=(",", ":"))


def _text(value: Any, show: Any = str) -> str:
    """`str` of a value, but equal sets have equal texts."""
    if isinstance(value, (set, frozenset)):
        return f"{type(value).__name__}({', '.join(sorted(_text(item, repr) for item in value))})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_text(k, repr)}: {_text(v, repr)}' for k, v in value.items())}}}"
    if isinstance(value, (list, tuple)):
        items = ", ".join(_text(item, repr) for item in value)
        return f"[{items}]" if isinstance(value, list) else f"({items}{',' * (len(value) == 1)})"
    return show(value)


def read_states(frame: bytes, nonce: str) -> tuple[States, bytes]:
    """The states that a report begins with, and what follows them; Malformed if they are none."""
    if not frame.startswith(nonce.encode()):
        raise Malformed("bytes on the report channel that are no report")
    *lines, rest = frame[len(nonce) :].split(b"\n")
    if sum(map(len, lines)) > REPORTED:
        raise Malformed("states that are too large")
    try:
        return _checked([line.decode("ascii") for line in lines]), rest
    except UnicodeDecodeError:
        raise Malformed("states that are not text") from None


def _checked(lines: list[str]) -> States:
    straight = parse(lines[0]) if lines else False
    if not isinstance(straight, bool):
        raise Malformed("states of another form")
    cut, held, sizes = "", 0, dict[str, int]()
    kept: list[str] = []
    for line in lines[1:]:
        if cut:
            raise Malformed("states after the last one")
        match parse(line):
            case str(reason):
                cut = printable(reason[:200]) or "no reason"
                continue
            case [int(first), int(last), dict(changed), list(gone)] as document:
                if len(kept) == STATEMENTS or _deep(document):
                    raise Malformed("a state too many, or too deep")
                if first not in NUMBERS or last not in NUMBERS:
                    raise Malformed("a state of another form")
                if not all(isinstance(name, str) for name in gone):
                    raise Malformed("a state of another form")
            case _:
                raise Malformed("a state of another form")
        for name in gone:
            sizes.pop(name, None)
        sizes |= {name: len(name) + _size(value) for name, value in changed.items()}
        held += sum(sizes.values())
        if held > HELD:
            raise Malformed("states that are too large")
        kept.append(line)
    return States(straight, cut, tuple(kept))


def _size(value: Any) -> int:
    match value:
        case ["v", content]:
            return len(_json(content))
        case ["u" | "c", str(kind)]:
            return len(kind)
    raise Malformed("a value of another form")


def _deep(document: Any) -> bool:
    level = [document]
    for _ in range(DEPTH):
        nested = [item for item in level if isinstance(item, (list, dict))]
        level = [
            part for item in nested for part in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True
