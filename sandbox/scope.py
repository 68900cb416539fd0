"""What the planner knows of a test's names and values while it takes the test apart."""

import marshal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.answers import Answers
from sandbox.bounded import weigh

__all__ = [
    "Lowered",
    "Scope",
    "Thunk",
    "Unsplittable",
    "as_text",
    "crossable",
    "decide",
    "immutable",
    "lasting",
    "weighed",
]

Thunk = Callable[[Answers], Any]
IMMUTABLE = (type(None), bool, int, float, complex, str, bytes, range)


class Unsplittable(Exception):
    """The test cannot be expressed as questions and comparisons of data."""


@dataclass
class Scope:
    """Names of a test: literals kept on the host, and names that live in the program's process;
    `objects` of those hold what classes of the program made."""

    number: int
    known: dict[str, Any] = field(default_factory=dict)
    remote: dict[str, str] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    alias: dict[str, str] = field(default_factory=dict)
    objects: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)

    def copy(self, number: int) -> "Scope":
        names = ({**self.known}, {**self.remote}, {*self.sent}, {**self.alias})
        return Scope(number, *names, {*self.objects}, {*self.imported})

    def forget(self, name: str) -> None:
        for names in (self.known, self.remote, self.alias):
            names.pop(name, None)
        self.sent.discard(name)
        self.objects.discard(name)
        self.imported.discard(name)


@dataclass(frozen=True)
class Lowered:
    """A host function of the answers, and where its parts come from: "program", "input"."""

    value: Thunk
    origins: frozenset[str] = frozenset()
    step: int = 0


def immutable(value: Any) -> bool:
    if isinstance(value, (tuple, frozenset)):
        return all(immutable(item) for item in value)
    return isinstance(value, IMMUTABLE)


def lasting(value: Any) -> Any:
    """What the tests know is used for every program that they test, so it must not be used up."""
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, Iterator):
            raise Unsplittable("a value that can be read only once")
        if isinstance(part, (list, tuple, set, frozenset)):
            left += part
        elif isinstance(part, dict):
            left += [*part.keys(), *part.values()]
    return value


def decide(conjunction: bool, values: list[Thunk], answers: Answers) -> Any:
    result = None
    for value in values:
        result = value(answers)
        if bool(result) is not conjunction:
            break
    return result


def crossable(value: Any) -> None:
    try:
        marshal.dumps(value)
    except ValueError:
        raise Unsplittable(f"a {type(value).__name__} as an input") from None


def weighed(value: Any) -> Any:
    weigh(value)
    return value


def as_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} is not a string")
    return value
