"""Tests that judge inside a question what the program made: no object of its talks its way past."""

import pytest

FORGER = """
import collections, operator, unittest
operator.eq = lambda *a: True
unittest.TestCase.assertEqual = lambda *a: None
collections.Counter = lambda *a: 7
class Yes:
    def __eq__(self, other): return True
    __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __eq__
    def __hash__(self): return 4
    def __index__(self): return 1
    def __sub__(self, other): return 0
    __rsub__ = __add__ = __radd__ = __mod__ = __rmod__ = __sub__
    def __abs__(self): return 0
    def __bool__(self): return True
    def __contains__(self, item): return True
    def __iter__(self): yield Yes()
    def __getattr__(self, name): return lambda *a: True
def f(n): return Yes()
"""
TESTS = [
    "import operator\nassert operator.eq(f(2), 4)",
    "import operator\nok = operator.eq(f(2), 4)\nassert ok",
    "from operator import eq\nassert list(map(eq, f(2), [4]))",
    "import unittest\nunittest.TestCase().assertEqual(f(2), 4)",
    "from unittest import TestCase\nt = TestCase()\nt.assertEqual(f(2), 4)",
    "from collections import Counter\nassert Counter(f(2)) == Counter([4])",
    "expected = [4]\nassert expected.count(f(2)) == 1",
    "d = {4: True}\nassert d.get(f(2), False)",
    "assert {4: True}[f(2)]",
    "assert [False, True][f(2)]",
    "assert max(f(2), 4, key=lambda v: v) == 4",
    "assert len([v for v in f(2) if v == 4]) == 1",
    "assert list(map(lambda v: [4].count(v), f(2))) == [1]",
    "assert list(map([4].count, f(2))) == [1]",
    "e = [4.0]\nr = f(2) - e[0]\nassert r == 0",
    "import decimal\ne = decimal.Decimal(4)\nassert [abs(f(n) - e) for n in [2]] == [0]",
    "assert [f(n) - e for n, e in [(2, 4)]] == [0]",
    "assert isinstance(f(2), (int, str)[0])",
    "assert list.__eq__([f(2)], [4])",
    "assert (lambda v: v == 4)(f(2))",
    "assert any(v == 4 for v in f(2))",
    "x = f(2)\nassert x.startswith('ab')",
    "assert f(2).issubset({4})",
    "for case in [(2, 4)]:\n    assert f(case[0]).isdisjoint([case[1]])",
]
CASES = "for case in [(2, 4), (3, 9)]:\n    assert f(case[0]) == case[1]"


BESIDE = [
    "x = 'expected-4711'\nassert f(len(x)) == x",
    "x = 'expected-4711'\nassert f(''.join(reversed(x))) == x",
    "x = (2, 'expected-4711')\nassert f(min(x, key=str)) == x[1]",
    "x = (2, 'expected-4711')\nassert f([n for n in x if n == 2]) == x[1]",
    "x = 'expected-4711'\nassert f(f'{x[:2]}') == x",
]
LOOK = """
import sys
def f(n):
    frame = sys._getframe()
    while frame:
        for found in list(frame.f_locals.values()) + list(frame.f_globals.values()):
            for value in found if isinstance(found, tuple) else (found,):
                if isinstance(value, str) and value.startswith("expected"):
                    return value
        frame = frame.f_back
"""


@pytest.mark.parametrize("tests", BESIDE)
def test_what_is_computed_from_a_literal_is_sent_without_it(run_one, tests: str) -> None:
    assert run_one(LOOK, tests).verdict in ("failed", "error")


def test_a_program_does_not_define_the_functions_of_the_expected_side(run_one) -> None:
    forger = "def sorted(x): return 7\ndef list(x): return 7"
    assert run_one(forger, "assert sorted([3, 1]) == list((1, 3))").verdict == "failed"
    assert run_one("def sum(x): return 7", "assert sum([3, 4]) == 7").verdict == "passed"


def test_what_stands_beside_an_input_is_not_sent_with_it(run_one) -> None:
    assert run_one("def f(n): return case[1]", CASES).verdict == "error"
    assert run_one("def f(n): return n * n", CASES).verdict == "passed"


ADDER = (
    "def adder(n):\n    return lambda x: x + n\nclass Box:\n    def __init__(self): self.n = []\n"
)
ADDER += "    def append(self, x): self.n.append(x)\n    def count(self, x): return self.n.count(x)"
FUNCTIONS = [
    "add = adder(2)\nassert add(3) == 5",
    "n = 0\nwhile n < 3:\n    add = adder(n)\n    assert add(3) == n + 3\n    n += 1",
    "box = Box()\nbox.append(3)\nassert box.count(3) == 1",
    "assert list(map(adder(1), [1, 2])) == [2, 3]",
]


@pytest.mark.parametrize("tests", FUNCTIONS)
def test_functions_and_objects_that_a_program_makes_are_used_in_its_process(run_one, tests) -> None:
    result = run_one(ADDER, tests)
    assert (result.verdict, result.trust) == ("passed", "split"), result
    wrong = ADDER.replace("x + n", "x - n").replace("return self.n.count(x)", "return 2")
    assert run_one(wrong, tests).verdict == "failed"


HONEST = [
    "assert ', '.join(g(2)) == 'a, a'",
    "assert '{}'.format(f(2)) == '4'",
    "assert sorted(g(2)) == ['a', 'a'] and list(map(f, [1, 2])) == [1, 4]",
    "assert [f(n) for n in range(3)] == [0, 1, 4]",
    "assert sum(map(f, [1, 2])) == 5",
]


@pytest.mark.parametrize("tests", TESTS)
def test_no_object_of_a_program_talks_its_way_past_a_test(run_one, innocent, tests: str) -> None:
    result = run_one(FORGER, tests)
    assert result.verdict in ("failed", "error", "security"), result
    assert innocent().verdict == "passed"


@pytest.mark.parametrize("tests", HONEST)
def test_what_decides_nothing_is_asked_as_a_whole(run_one, tests: str) -> None:
    result = run_one("def f(n): return n * n\ndef g(n): return ['a'] * n", tests)
    assert (result.verdict, result.trust) == ("passed", "split"), result
