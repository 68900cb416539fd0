"""A program that comes with tests of its own and runs them."""
# ruff: noqa: PT009, PT027

import doctest
import io
import sys
import types
import unittest
from unittest import mock


def half(n: int) -> float:
    """Half of a number.

    >>> half(3)
    1.5
    """
    return n / 2


def documented() -> tuple[int, int]:
    module = types.ModuleType("halves")
    module.half = half  # type: ignore[attr-defined]
    runner = doctest.DocTestRunner()
    for test in doctest.DocTestFinder().find(half, "half", module=False, globs={"half": half}):
        runner.run(test)
    return runner.failures, runner.tries


class Cases(unittest.TestCase):
    def setUp(self) -> None:
        self.log: list[str] = []

    def test_half(self) -> None:
        self.assertEqual(half(4), 2)
        self.assertAlmostEqual(half(1), 0.5)

    def test_raises(self) -> None:
        with self.assertRaisesRegex(TypeError, "unsupported"):
            half("x")  # type: ignore[arg-type]

    def test_parts(self) -> None:
        for n in range(3):
            with self.subTest(n=n):
                self.assertEqual(half(2 * n), n)

    @unittest.skip("not today")
    def test_skipped(self) -> None:
        self.fail()


def suite() -> tuple[int, bool]:
    tests = unittest.defaultTestLoader.loadTestsFromTestCase(Cases)
    result = unittest.TextTestRunner(stream=io.StringIO()).run(tests)
    return len(result.skipped), result.wasSuccessful()


def mocked() -> list[int]:
    ask = mock.Mock(side_effect=[1, 2])
    with mock.patch.object(sys, "getrecursionlimit", return_value=7):
        return [ask("a"), ask("b"), sys.getrecursionlimit(), ask.call_count]


# tests
assert documented() == (0, 1)
assert suite() == (1, True)
assert mocked() == [1, 2, 7, 2]
