"""Values as tagged JSON, on the trusted side: only data is rebuilt, in bounded time.

Used by the host, and inside the sandbox by the process that drives tests.
"""

import json
from collections import deque
from collections.abc import Callable
from typing import Any

__all__ = ["Malformed", "decode", "parse"]

COLLIDING = 1000


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
    except (TypeError, ValueError, ArithmeticError, KeyError) as problem:
        raise Malformed(str(problem)) from None


def _items(content: Any) -> list[Any]:
    if not isinstance(content, list):
        raise Malformed("a container has a list of items")
    return [decode(item) for item in content]


def _hashable(content: Any) -> list[Any]:
    """Refuses keys made to collide: hashing them would take quadratic time."""
    return _spread(_items(content), lambda item: item)


def _pairs(content: Any) -> dict[Any, Any]:
    pairs = _items(content)
    return dict(_spread(pairs, lambda pair: pair[0]))


def _spread(items: list[Any], key: Callable[[Any], Any]) -> list[Any]:
    if len(items) > COLLIDING and len({hash(key(item)) for item in items}) * 2 < len(items):
        raise Malformed("too many keys with one hash")
    return items


def _fraction(content: Any) -> Any:
    from fractions import Fraction  # rare, and large: not loaded into every program's process

    return Fraction(*_items(content))


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


BUILD: dict[str, Callable[[Any], Any]] = {
    "t": lambda content: tuple(_items(content)),
    "s": lambda content: set(_hashable(content)),
    "F": lambda content: frozenset(_hashable(content)),
    "q": lambda content: deque(_items(content)),
    "d": _pairs,
    "i": lambda content: iter(_items(content)),
    "b": bytes.fromhex,
    "B": bytearray.fromhex,
    "c": lambda content: complex(*_items(content)),
    "r": lambda content: range(*_items(content)),
    "e": lambda _: ...,
    "Q": _fraction,
    "D": _decimal,
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
