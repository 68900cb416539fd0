"""Values as tagged JSON, on the trusted side: only data is rebuilt, in bounded time.

Used by the host, and inside the sandbox by the process that drives tests.
"""

import json
from collections import deque
from collections.abc import Callable
from typing import Any

__all__ = ["BUILD", "Malformed", "decode", "parse", "spread"]

COLLIDING = 100
FRACTION_BITS = 2048
RANGE = 100_000
"""Longer ranges are no answer: whatever goes through one would not end."""


class Malformed(Exception):
    """The text is no value of ours."""


def decode(document: Any) -> Any:
    """The value that a parsed JSON document stands for."""
    if isinstance(document, list):
        return [decode(item) for item in document]
    if not isinstance(document, dict):
        return document
    if len(document) != 1:
        raise Malformed("a tagged value has one tag")
    ((tag, content),) = document.items()
    build = BUILD.get(tag)
    if build is None:
        raise Malformed(f"unknown tag {tag!r}")
    try:
        return build(content)
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as problem:
        raise Malformed(str(problem)) from None


def _items(content: Any) -> list[Any]:
    if not isinstance(content, list):
        raise Malformed("a container has a list of items")
    return [decode(item) for item in content]


def spread(items: list[Any]) -> list[Any]:
    """Refuses different items made to have one hash: a set of them takes quadratic time."""
    alike: dict[int, list[Any]] = {}
    for item in items:
        alike.setdefault(hash(item), []).append(item)
    for first, *others in alike.values():
        if len(others) > COLLIDING and sum(other != first for other in others) > COLLIDING:
            raise Malformed("too many keys with one hash")
    return items


def _pairs(content: Any) -> dict[Any, Any]:
    pairs = _items(content)
    if any(type(pair) is not list or len(pair) != 2 for pair in pairs):
        raise Malformed("a dict has pairs")
    spread([key for key, _ in pairs])
    return dict(pairs)


def _range(content: Any) -> range:
    numbers = range(*_items(content))
    if len(numbers) > RANGE:
        raise Malformed(f"a range of more than {RANGE} numbers")
    return numbers


def _fraction(content: Any) -> Any:
    from fractions import Fraction  # rare, and large: not loaded into every program's process

    match _items(content):
        case [int(above), int(below)] if (above | below).bit_length() <= FRACTION_BITS:
            return Fraction(above, below)
    raise Malformed("a fraction out of bounds")


def _decimal(content: Any) -> Any:
    from decimal import Decimal

    (text,) = _items(content)
    number = Decimal(text)
    if number.is_finite() and abs(number.adjusted()) > 10_000:
        raise Malformed("a decimal out of bounds")
    return number


def _float(content: Any) -> float:
    if content not in ("nan", "inf", "-inf"):
        raise Malformed("not a special float")
    return float(content)


def _standard(content: Any) -> Any:
    """A value of the standard library, from its kind and text."""
    import datetime
    import pathlib
    import uuid

    name, text = content
    if name == "timedelta":
        days, seconds, microseconds = map(int, text.split())
        return datetime.timedelta(days, seconds, microseconds)
    if name in ("date", "datetime", "time"):
        return getattr(datetime, name).fromisoformat(text)
    return uuid.UUID(text) if name == "UUID" else pathlib.PurePosixPath(text)


def _no_array(_: Any) -> Any:
    raise Malformed("an array, which only a process with numpy compares")


BUILD: dict[str, Callable[[Any], Any]] = {
    "t": lambda content: tuple(_items(content)),
    "s": lambda content: set(spread(_items(content))),
    "F": lambda content: frozenset(spread(_items(content))),
    "q": lambda content: deque(_items(content)),
    "d": _pairs,
    "i": lambda content: iter(_items(content)),
    "b": bytes.fromhex,
    "B": bytearray.fromhex,
    "c": lambda content: complex(*_items(content)),
    "r": _range,
    "e": lambda _: ...,
    "Q": _fraction,
    "D": _decimal,
    "n": _no_array,
    "o": _standard,
    "f": _float,
}


def parse(text: str) -> Any:
    """A JSON document from a program; any refusal is Malformed."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as problem:
        raise Malformed(str(problem)[:200]) from None


def _refuse_constant(name: str) -> Any:
    raise Malformed(f"bare {name}")
