"""Values as tagged JSON, on the program's side (runs inside the sandbox).

Only data crosses: exact built-in types, and a few containers of the standard library by content.
An object that could answer `==` for itself has no form here and counts as a wrong answer.
A program may corrupt this code in its own process; what it then sends is still only its answer.
"""

import itertools
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from json.encoder import encode_basestring_ascii
from math import isfinite
from typing import Any

__all__ = ["Unserialisable", "encode"]

DEPTH, ITEMS = 100, 100_000


class Unserialisable(Exception):
    """The value is not plain data; the message names its type."""


def _lazy() -> tuple[type, ...]:
    samples = [iter([]), iter(()), iter({}), iter(set()), iter(range(0)), iter(""), reversed([])]
    samples += [map(int, ()), filter(None, ()), zip(), enumerate(()), (_ for _ in ())]
    samples += [{}.keys(), {}.values(), {}.items(), iter(int, 1)]
    kinds = [kind for kind in vars(itertools).values() if isinstance(kind, type)]
    return (*(type(sample) for sample in samples), *kinds)


LAZY = frozenset(_lazy())
STANDARD = {
    "datetime": ("date", "datetime", "time", "timedelta"),
    "uuid": ("UUID",),
    "pathlib": ("PosixPath", "PurePosixPath"),
}
"""Values of the standard library, which cross as their kind and text."""
DICTS = frozenset({dict, Counter, OrderedDict, defaultdict})
SEQUENCES = {tuple: "t", set: "s", frozenset: "F", deque: "q"}


def encode(value: Any, depth: int = 0) -> str:
    """The value's text; raises Unserialisable."""
    kind = type(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is str:
        return encode_basestring_ascii(value)
    if kind is int:
        try:
            return int.__repr__(value)
        except ValueError:
            raise Unserialisable("int of more than 4300 digits") from None
    if kind is float:
        return float.__repr__(value) if isfinite(value) else f'{{"f":"{float.__repr__(value)}"}}'
    if depth >= DEPTH:
        raise Unserialisable("a value nested more than 100 deep")
    if kind is list:
        return "[" + ",".join([encode(item, depth + 1) for item in value]) + "]"
    if kind in SEQUENCES:
        return _tagged(SEQUENCES[kind], value, depth)
    if kind in DICTS:
        return _tagged("d", [list(pair) for pair in dict.items(value)], depth)
    if kind in LAZY:
        return _tagged("i", _consume(value), depth)
    return _rare(value, kind, depth)


def _tagged(tag: str, items: Any, depth: int) -> str:
    return f'{{"{tag}":[' + ",".join([encode(item, depth + 1) for item in items]) + "]}"


def _consume(lazy: Any) -> list[Any]:
    items = []
    for item in lazy:
        if len(items) >= ITEMS:
            raise Unserialisable(f"{type(lazy).__name__} of more than {ITEMS} items")
        items.append(item)
    return items


def _rare(value: Any, kind: Any, depth: int) -> str:
    if kind is bytes or kind is bytearray:
        return f'{{"{"b" if kind is bytes else "B"}":"{value.hex()}"}}'
    if kind is complex:
        return _tagged("c", (value.real, value.imag), depth)
    if kind is range:
        return _tagged("r", (value.start, value.stop, value.step), depth)
    if value is ...:
        return '{"e":0}'
    fractions, decimal = sys.modules.get("fractions"), sys.modules.get("decimal")
    if fractions and kind is fractions.Fraction:
        return _tagged("Q", (value.numerator, value.denominator), depth)
    if decimal and kind is decimal.Decimal:
        return _tagged("D", (str(value),), depth)
    if (numpy := sys.modules.get("numpy")) and isinstance(value, (numpy.ndarray, numpy.generic)):
        return _array(value, kind, numpy, depth)
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return _tagged("t", tuple.__iter__(value), depth)
    for module, names in STANDARD.items():
        loaded = sys.modules.get(module)
        for name in names if loaded else ():
            if kind is getattr(loaded, name, None):
                return _tagged("o", (name, _text(value, name)), depth)
    for base in (int, float, str):
        if issubclass(kind, base) and kind.__eq__ is base.__eq__:
            return encode(_plain(base, value))
    raise Unserialisable(kind.__name__)


def _plain(base: Any, value: Any) -> Any:
    """The value without its subclass, whatever that overrides."""
    exact = {int: int.__int__, float: float.__float__, str: str.__str__}
    return exact[base](value)


def _text(value: Any, name: str) -> str:
    if name == "timedelta":
        return f"{value.days} {value.seconds} {value.microseconds}"
    if name in ("datetime", "time") and value.tzinfo is not None:
        raise Unserialisable(f"a {name} with a time zone")
    return value.isoformat() if name in ("date", "datetime", "time") else str(value)


def _array(value: Any, kind: Any, numpy: Any, depth: int) -> str:
    """Numbers that Python has too cross as those; arrays, and short floats, as what they are."""
    if kind in (numpy.bool_, numpy.float64, numpy.complex128) or issubclass(kind, numpy.integer):
        return encode(value.item(), depth)
    array = numpy.asarray(value)
    if (kind is not numpy.ndarray and array.shape) or array.dtype.kind not in "biufc":
        raise Unserialisable(kind.__name__)
    if array.size > ITEMS:
        raise Unserialisable(f"an array of more than {ITEMS} items")
    return _tagged("n", (array.dtype.str, list(array.shape), array.ravel().tolist()), depth)
