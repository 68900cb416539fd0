"""Exact and inexact numbers: fractions, decimals, statistics, complex and large integers."""

import cmath
import math
import numbers
import statistics
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction


def egyptian(value: Fraction) -> list[int]:
    parts = []
    while value:
        part = math.ceil(1 / value)
        parts.append(part)
        value -= Fraction(1, part)
    return parts


def invoice(prices: list[str], tax: str) -> Decimal:
    total = sum(map(Decimal, prices), Decimal(0))
    return (total * (1 + Decimal(tax))).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def root_of_two(digits: int) -> str:
    with localcontext() as context:
        context.prec = digits
        return str(Decimal(2).sqrt())


def roots(a: float, b: float, c: float) -> list[complex]:
    root = cmath.sqrt(b * b - 4 * a * c)
    return [(-b + root) / (2 * a), (-b - root) / (2 * a)]


def summary(values: list[float]) -> dict[str, float]:
    return {
        "mean": statistics.mean(values),
        "median": statistics.median(values),
        "mode": statistics.mode(values),
        "deviation": statistics.pstdev(values),
    }


def kinds(value: object) -> list[str]:
    towers = (numbers.Integral, numbers.Rational, numbers.Real, numbers.Complex)
    return [kind.__name__ for kind in towers if isinstance(value, kind)]


# tests
assert egyptian(Fraction(4, 13)) == [4, 18, 468]
assert invoice(["1.10", "2.20"], "0.19") == Decimal("3.93")
assert root_of_two(30) == "1.41421356237309504880168872421"
assert roots(1, 0, 1) == [1j, -1j]
assert summary([1.0, 2.0, 2.0, 3.0])["deviation"] == math.sqrt(0.5)
assert kinds(3) == ["Integral", "Rational", "Real", "Complex"]
assert kinds(1.5) == ["Real", "Complex"]
assert len(str(math.factorial(300))) == 615
assert math.isclose(math.fsum([0.1] * 10), 1.0)
assert pow(3, -1, 7) == 5
assert math.comb(50, 25) == 126410606437752
