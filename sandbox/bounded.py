"""Python operations that the trusted side may do on untrusted values: none can run away.

Tests are written by models too, so the host never evaluates them; it applies these few operations
to literals and to data that programs returned.
"""

import ast
import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from sandbox.decode import spread

__all__ = [
    "BINARY",
    "COMPARE",
    "CONSTANTS",
    "FUNCTIONS",
    "KEYWORDS",
    "METHODS",
    "UNARY",
    "Unbounded",
    "hashed",
    "weigh",
]

BITS = 14_000
"""Python refuses to print longer integers anyway (4300 digits)."""
ITEMS = 200_000


class Unbounded(Exception):
    """The operation is not among those that the host does."""


class Approx:
    """`pytest.approx`: equal within a tolerance, also inside lists and dicts."""

    def __init__(self, expected: Any, rel: float = 1e-6, abs: float = 1e-12) -> None:
        self.expected, self.rel, self.abs = expected, rel, abs

    def __eq__(self, other: object) -> bool:
        expected = self.expected
        if isinstance(expected, (list, tuple)):
            return (
                isinstance(other, (list, tuple))
                and len(other) == len(expected)
                and all(
                    Approx(e, self.rel, self.abs) == o for e, o in zip(expected, other, strict=True)
                )
            )
        if isinstance(expected, dict):
            return (
                isinstance(other, dict)
                and other.keys() == expected.keys()
                and all(Approx(expected[k], self.rel, self.abs) == other[k] for k in expected)
            )
        if isinstance(other, (int, float)) and isinstance(expected, (int, float)):
            return math.isclose(other, expected, rel_tol=self.rel, abs_tol=self.abs)
        return expected == other

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"approx({self.expected!r})"


def _small(value: Any) -> Any:
    parts = (value.numerator, value.denominator) if isinstance(value, (int, Fraction)) else ()
    if any(part.bit_length() > BITS for part in parts):
        raise Unbounded("a number too long")
    return value


def weigh(value: Any, limit: int = ITEMS) -> int:
    """How many items a value has, shared ones counted each time; refuses more than the limit."""
    weight, todo = 0, [value]
    while todo:
        item = todo.pop()
        if isinstance(item, (str, bytes, bytearray, range)):
            weight += 1 + len(item)
        elif isinstance(item, (list, tuple, set, frozenset, dict)):
            weight += 1
            todo.extend(item)
            if isinstance(item, dict):
                todo.extend(item.values())
        else:
            weight += 1
        if weight + len(todo) > limit:
            raise Unbounded("a value too large")
    return weight


def _multiply(left: Any, right: Any) -> Any:
    for sequence, times in ((left, right), (right, left)):
        if isinstance(sequence, (str, bytes, bytearray, list, tuple)):
            if not isinstance(times, int) or weigh(sequence) * times > ITEMS:
                raise Unbounded("a sequence too long")
            return left * right
    return _small(left * right)


def _power(left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int):
        if left.bit_length() * max(right, 0) > BITS:
            raise Unbounded("a power too large")
    elif not isinstance(left, (int, float, complex)) or not isinstance(
        right, (int, float, complex)
    ):
        raise Unbounded("a power of this")
    return left**right


def _shift(left: Any, right: Any) -> Any:
    if not isinstance(right, int) or right > BITS:
        raise Unbounded("a shift too far")
    return _small(left << right)


def _modulo(left: Any, right: Any) -> Any:
    if isinstance(left, (str, bytes, bytearray)):
        raise Unbounded("string formatting")
    return left % right


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, (str, bytes, bytearray, list, tuple)):
        weigh([left, right])
    return _small(left + right)


BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: _add,
    ast.Sub: lambda left, right: _small(left - right),
    ast.Mult: _multiply,
    ast.Div: lambda left, right: _small(left / right),
    ast.FloorDiv: operator.floordiv,
    ast.Mod: _modulo,
    ast.Pow: _power,
    ast.LShift: _shift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}


def _is(left: Any, right: Any) -> bool:
    """Identity means something only for the singletons: other data was rebuilt."""
    if any(right is one or left is one for one in (None, True, False, ...)):
        return left is right
    if isinstance(left, type) or isinstance(right, type):
        return left is right
    if isinstance(left, (int, str)) and type(left) is type(right):
        return left == right
    return False


COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
    ast.Is: _is,
    ast.IsNot: lambda left, right: not _is(left, right),
}


def _range(*arguments: int) -> range:
    numbers = range(*arguments)
    if len(numbers) > ITEMS:
        raise Unbounded("a range too long")
    return numbers


def _round(number: Any, digits: int | None = None) -> Any:
    if digits is not None and abs(digits) > 1000:
        raise Unbounded("rounding to so many digits")
    return round(number, digits)


def _sum(numbers: Any, start: float = 0) -> Any:
    if not isinstance(start, (int, float)):
        raise Unbounded("a sum of sequences")
    for number in numbers:
        start = _small(start + number)
    return start


def hashed(kind: type) -> Callable[..., Any]:
    """`set`, `frozenset` or `dict` of items that hash well."""

    def build(*items: Any, **named: Any) -> Any:
        items = tuple([*given] if not isinstance(given, dict) else given for given in items)
        for given in items:
            pairs = kind is dict and not isinstance(given, dict)
            spread([pair[0] for pair in given] if pairs else [*given])
        return kind(*items, **named)

    return build


TYPES: dict[str, type] = {
    kind.__name__: kind
    for kind in (bool, int, float, complex, str, list, tuple, set, frozenset, dict)
}
FUNCTIONS: dict[str, Callable[..., Any]] = TYPES | {
    function.__name__: function for function in (abs, len, isinstance, repr, ord, chr, min, max)
}
FUNCTIONS |= {"sorted": sorted, "sum": _sum, "round": _round, "type": lambda value: type(value)}
FUNCTIONS |= {"any": any, "all": all, "zip": zip, "reversed": reversed, "enumerate": enumerate}
FUNCTIONS |= {kind.__name__: hashed(kind) for kind in (set, frozenset, dict)}
FUNCTIONS |= {"range": _range, "approx": Approx}
FUNCTIONS |= {"isclose": math.isclose}
FUNCTIONS |= {
    f"math.{name}": getattr(math, name)
    for name in ("isclose", "isnan", "isinf", "isfinite", "sqrt", "floor", "ceil", "log", "exp")
}
FUNCTIONS |= {"pytest.approx": Approx, "math.sin": math.sin, "math.cos": math.cos}
CONSTANTS: dict[str, Any] = {
    "math.pi": math.pi,
    "math.e": math.e,
    "math.inf": math.inf,
    "math.nan": math.nan,
}
CONSTANTS |= {"math.tau": math.tau} | TYPES
CONSTANTS |= {"bytes": bytes, "bytearray": bytearray}
KEYWORDS = {"rel", "abs", "rel_tol", "abs_tol", "reverse", "default", "start", "strict"}
METHODS = frozenset(
    {"startswith", "endswith", "isdigit", "isalpha", "isalnum", "isupper", "islower", "isspace"}
    | {"strip", "lstrip", "rstrip", "lower", "upper", "split", "splitlines"}
)
"""Methods of strings, applied on the host to what a function returned."""
