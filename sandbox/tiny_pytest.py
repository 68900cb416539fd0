"""The little of pytest that written tests use, for tests that need Python of their own.

Mounted as `pytest` inside the sandbox (runs inside the sandbox); the real one is not there.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["approx", "fail", "mark", "raises"]


@contextmanager
def raises(expected: Any, match: str | None = None) -> Iterator[Any]:
    """Fails unless the block raises one of the expected exceptions."""

    class Found:
        value: BaseException | None = None

    found = Found()
    try:
        yield found
    except expected as problem:
        found.value = problem
        if match is not None and not re.search(match, str(problem)):
            fail(f"{match!r} not in {problem}")
        return
    fail(f"did not raise {expected}")


def fail(reason: str = "") -> None:
    raise AssertionError(reason)


class approx:
    """Equal within a tolerance, also item by item."""

    def __init__(self, expected: Any, rel: float = 1e-6, abs: float = 1e-12) -> None:
        self.expected, self.rel, self.abs = expected, rel, abs

    def __eq__(self, other: object) -> bool:
        if isinstance(self.expected, (list, tuple)) and isinstance(other, (list, tuple)):
            pairs = zip(self.expected, other, strict=False)
            return len(self.expected) == len(other) and all(
                b == approx(a, self.rel, self.abs) for a, b in pairs
            )
        if isinstance(self.expected, (int, float)) and isinstance(other, (int, float)):
            return math.isclose(self.expected, other, rel_tol=self.rel, abs_tol=self.abs)
        return self.expected == other

    __hash__ = None  # type: ignore[assignment]


class mark:
    """Only `parametrize` does something: the decorated test runs all its cases when called."""

    @staticmethod
    def parametrize(names: Any, cases: Iterable[Any], **_: Any) -> Callable[..., Any]:
        keys = [name.strip() for name in names.split(",")] if isinstance(names, str) else names

        def decorate(test: Callable[..., Any]) -> Callable[..., None]:
            def run(**given: Any) -> None:
                for case in cases:
                    values = case if len(keys) > 1 else (case,)
                    test(**given, **dict(zip(keys, values, strict=True)))

            return run

        return decorate
