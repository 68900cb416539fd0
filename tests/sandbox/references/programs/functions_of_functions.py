"""Functions and iterators combined."""

import functools
import itertools
import operator
from collections.abc import Callable, Iterator


@functools.cache
def fibonacci(n: int) -> int:
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def composed(*steps: Callable) -> Callable:
    return functools.reduce(lambda f, g: lambda x: g(f(x)), steps)


@functools.singledispatch
def shown(value: object) -> str:
    return "something"


@shown.register
def _(value: int) -> str:
    return f"number {value}"


@shown.register(list)
def _(value: list) -> str:
    return f"{len(value)} items"


def primes() -> Iterator[int]:
    found: dict[int, int] = {}
    for number in itertools.count(2):
        if step := found.pop(number, 0):
            place = number + step
            while place in found:
                place += step
            found[place] = step
        else:
            found[number * number] = number
            yield number


@functools.total_ordering
class Size:
    def __init__(self, value: int) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Size) and self.value == other.value

    def __lt__(self, other: "Size") -> bool:
        return self.value < other.value

    @functools.cached_property
    def square(self) -> int:
        return self.value**2


# tests
assert fibonacci(80) == 23416728348467685
assert composed(abs, str, operator.itemgetter(0))(-52) == "5"
assert [shown(3), shown([1, 2]), shown("x")] == ["number 3", "2 items", "something"]
assert list(itertools.islice(primes(), 10)) == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]
assert (Size(3) >= Size(2), Size(4).square) == (True, 16)
assert list(itertools.accumulate([1, 2, 3, 4], operator.mul)) == [1, 2, 6, 24]
assert [k + str(len(list(g))) for k, g in itertools.groupby("aabccc")] == ["a2", "b1", "c3"]
assert len(list(itertools.permutations(range(5)))) == 120
assert functools.partial(int, base=2)("101") == 5
