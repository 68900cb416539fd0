"""Tests are split into questions and comparisons, with Python's own meaning of both."""

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import Call, Job, Limits, Sandbox, Stdout

PROGRAM = """
from collections import Counter, defaultdict, deque, namedtuple
from fractions import Fraction
Point = namedtuple("Point", "x y")
class Account:
    def __init__(self, start=0): self.total = start
    def add(self, n):
        if n < 0: raise ValueError("negative amount")
        self.total += n
        return self
class Refused(ValueError): pass
def same(x): return x
def double(x): return x * 2
def apply(function, items): return [function(i) for i in items]
def third(): return 1 / 3
def refuse(x): raise Refused("not this one")
def sort(items): items.sort(); return items
def count(text): return Counter(text)
def upto(n): yield from range(n)
def forever(n):
    while True: yield n
def point(): return Point(1, 2)
def half(): return Fraction(1, 2)
"""
PASSING = [
    "assert same(2) == 2.0 and same(True) == 1",
    "assert same((1, [2], {3: {4}})) == (1, [2], {3: {4}})",
    "assert same('é\\ud800') == 'é\\ud800'",
    "assert same(b'\\x00') == b'\\x00'",
    "assert same(1 + 2j) == 1 + 2j",
    "assert double('ab') != 'ab'",
    "assert 1 < double(1) <= 2",
    "assert same(None) is None",
    "assert same(True) is True and same([]) is not None",
    "assert not same([])",
    "assert same([0]), 'a message'",
    "assert double(2) in (3, 4) and 5 not in apply(double, [1])",
    "assert abs(third() - 0.3333) < 1e-3",
    "import math\nassert math.isclose(third(), 0.333333333333)",
    "from math import isclose\nassert isclose(third(), 1 / 3)",
    "import pytest\nassert [third()] == pytest.approx([0.3333333333])",
    "assert round(third(), 2) == 0.33",
    "assert sorted(same({3, 1})) == [1, 3] and len(same('abc')) == 3",
    "assert list(upto(3)) == [0, 1, 2]",
    "assert next(forever(3)) == 3",
    "from solution import same\nassert same(3) == 3",
    "assert isinstance(same(1), int) and type(same('a')) is str",
    "assert double(double(1)) == 4 == double(2)",
    "assert apply(lambda x: x > 1, [1, 2]) == [False, True]",
    "assert [same(1), double(2)] == [1, 4]",
    "assert same(3) == double(1) + 1",
    "x = [1, 2]\ny = [1, 2, 1, 2]\nassert double(x) == y",
    "x = [3, 1]\nsort(x)\nassert x == [1, 3]",
    "for given, wanted in [(1, 2), ('a', 'aa')]:\n    assert double(given) == wanted",
    "account = Account()\naccount.add(2).add(3)\nassert account.total == 5",
    "def test_one():\n    x = double(2)\n    assert x == 4",
    "def check(candidate):\n    assert candidate(2) == 4\ncheck(double)",
    "import pytest\nwith pytest.raises(ValueError):\n    refuse(1)",
    "from pytest import raises\nwith raises(Refused, match='not this'):\n    refuse(1)",
    "try:\n    refuse(1)\n    assert False\nexcept ValueError:\n    pass",
    "assert count('aab') == {'a': 2, 'b': 1}",
    "assert point() == (1, 2)",
    "assert half() == 0.5",
    "assert same('A b').lower().split() == ['a', 'b']",
    "if __name__ == '__main__':\n    assert double(2) == 4\n    print('all passed')",
    [Call("double", (2,), {}, 4), Call("same", (), {"x": [1]}, [1])],
]
FAILING = [
    "assert same((1, 2)) == [1, 2]",
    "assert same([1]) is None",
    "assert same(float('nan')) == float('nan')",
    "assert same('2') == 2",
    "assert third() == 0.333",
    "assert not double(1)",
    "assert double(2) == 4\nassert double(2) == 5\nassert double(2) == 4",
    "import pytest\nwith pytest.raises(ValueError):\n    double(1)",
    "try:\n    double(1)\n    assert False\nexcept ValueError:\n    pass",
    "for n in [1, 2, 3]:\n    assert double(n) == 4",
    "assert same(len) == 3",
    [Call("double", (2,), {}, 5)],
]
OBJECTS = [
    "assert Account(1) != Account(2)",
    "a = Account()\nb = a\nassert a == b",
    "assert isinstance(Account(), Account)",
    "assert repr(Account.add).startswith('<function') and Account is Account",
]
BESIDE = [
    "assert all(double(n) == n + n for n in range(5))",
    "class Helper:\n    pass\nassert double(2) == 4",
    "x = 0\nwhile x < 3:\n    assert double(x) == 2 * x\n    x += 1",
    "import unittest\nclass TestIt(unittest.TestCase):\n    def test_it(self):\n"
    "        self.assertEqual(double(2), 4)",
]


@pytest.mark.parametrize("tests", PASSING)
def test_a_right_program_passes_split(run_one, tests) -> None:
    result = run_one(PROGRAM, tests)
    assert (result.verdict, result.trust) == ("passed", "split"), result.detail


@pytest.mark.parametrize("tests", FAILING)
def test_a_wrong_program_fails_split(run_one, tests) -> None:
    result = run_one(PROGRAM, tests)
    assert (result.verdict, result.trust) == ("failed", "split"), result.detail


@pytest.mark.parametrize("tests", OBJECTS)
def test_objects_of_the_program_are_compared_beside_it(run_one, tests: str) -> None:
    result = run_one(PROGRAM, tests)
    assert (result.verdict, result.trust) == ("passed", "poisoned"), result.detail
    assert run_one(PROGRAM, "assert Account() == 3").verdict == "failed"


@pytest.mark.parametrize("tests", BESIDE)
def test_what_cannot_be_split_is_decided_all_the_same(run_one, tests: str) -> None:
    assert run_one(PROGRAM, tests).verdict == "passed"
    assert run_one(PROGRAM.replace("x * 2", "x"), tests).verdict == "failed"


@pytest.mark.parametrize(
    "tests",
    [
        "assert refuse(1) == 1",
        "assert absent(1) == 1",
        "import pytest\nwith pytest.raises(KeyError):\n    refuse(1)",
    ],
)
def test_an_exception_is_an_error(run_one, tests: str) -> None:
    assert run_one(PROGRAM, tests).verdict == "error"


def test_the_detail_names_the_assert_that_failed(run_one) -> None:
    result = run_one(
        "def f(x):\n    return 3", "assert f([0]) == 3\nassert f([1]) == 2\nassert f(0)"
    )
    assert result.detail == "assert 2 of 3 failed: f([1]) == 2, got 3 (2 of 3 passed)"


@pytest.mark.parametrize(
    "tests",
    [
        "wanted = [2, 4]\nassert [f(n) for n in (1, 2)] == wanted\nassert f(1) in wanted",
        "wanted = zip([1, 2], [2, 4])\nassert (2, f(2)) in wanted",
        "def check(wanted):\n    assert f(2) in wanted\n    assert f(3) in wanted\n"
        "check(reversed([6, 4]))",
        "wanted = enumerate([0, 2, 4])\nassert (2, f(2)) in wanted\nassert f(5) == 10",
        "wanted = [zip([1, 2], [2, 4])]\nassert (2, f(2)) in wanted[0]",
        "number, wanted = 2, (1, reversed([4, 7]))\nassert f(number) in wanted[1]",
        "wanted = {'all': enumerate([0, 2])}\nassert (1, f(1)) in wanted['all']",
        "case = {'given': [2], 'wanted': 4}\nassert f(*case['given']) == case['wanted']",
    ],
)
def test_the_tests_mean_the_same_for_each_of_many_programs(run_one, tests: str) -> None:
    for number in range(3):
        assert run_one(f"def f(n): return n * 2 + 0 * {number}", tests).verdict == "passed"
        assert run_one(f"def f(n): return n * 3 + 0 * {number}", tests).verdict == "failed"


def test_one_program_may_define_a_built_in_name_that_the_next_does_not(run_one) -> None:
    tests = "assert sum([1, 2]) == 4"
    for number in range(2):
        own = f"def sum(items): return len(items) + 2 + 0 * {number}"
        assert run_one(own, tests).verdict == "passed"
        assert run_one(f"x = {number}", tests).verdict == "failed"


def test_tests_that_do_not_parse_are_an_error(run_one) -> None:
    for tests in ("assert f(", "-" * 100_000 + "1", "assert f() == '" + "x" * 300_000 + "'"):
        assert run_one("def f(): return 1", tests).verdict == "error"


def test_tests_that_keep_the_host_busy_are_run_elsewhere(run_one) -> None:
    start = time.thread_time()
    loops = "for a in range(200000):\n    for b in range(200000):\n        pass\nassert f() == 1"
    assert run_one("def f(): return 1", loops).verdict == "timeout"
    sums = "x = list(range(190000))\n" + "y = sum(sorted(x))\n" * 2000 + "assert f() == 1"
    assert run_one("def f(): return 1", sums).verdict in {"timeout", "error"}
    assert time.thread_time() - start < 8


def test_expected_values_that_run_away_do_not_hold_up_the_host(run_one) -> None:
    for bomb in ("10 ** 10 ** 8", "[0] * 10 ** 12", "'%999999999d' % 1", "list(range(10 ** 12))"):
        assert run_one("def f(): return 1", f"assert f() == {bomb}").verdict != "passed"


def test_a_script_is_judged_by_its_output(run_one) -> None:
    echo = "import sys\nprint(input().upper())\nsys.exit(0)"
    assert run_one(echo, Stdout(b"AB\n"), stdin=b"ab\n").verdict == "passed"
    assert run_one(echo, Stdout(b"AB"), stdin=b"ab\n").verdict == "failed"
    assert run_one("import os\nos.write(1, b'AB')\nos._exit(0)", Stdout(b"AB")).verdict == "error"
    assert run_one("print('x' * 100_000)", Stdout(b"x" * 100_000 + b"\n")).verdict == "passed"


# no recursive strategies: what is tested is the meaning of ==, not the size of frames
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
scalars |= st.text(max_size=9) | st.binary(max_size=9)
hashable = scalars | st.tuples(scalars, scalars) | st.frozensets(scalars, max_size=3)
flat = hashable | st.lists(hashable, max_size=3) | st.dictionaries(hashable, scalars, max_size=3)
values = flat | st.lists(flat, max_size=3) | st.tuples(flat, flat)


@pytest.fixture(scope="module")
def plain(sandbox: Sandbox) -> Sandbox:
    return sandbox


def literal(value: object) -> str:
    return repr(value).replace("inf", "float('inf')") if not isinstance(value, str) else repr(value)


@settings(max_examples=150, deadline=None)
@given(value=values, other=values)
def test_any_value_equals_itself_and_only_what_python_says(plain: Sandbox, value, other) -> None:
    program = f"inf = float('inf')\ndef f():\n    return {value!r}\n"
    tests = f"inf = float('inf')\nassert f() == {other!r}"
    same = f"inf = float('inf')\nassert f() == {value!r}"
    limits = Limits(memory_mb=200)
    jobs = [Job("same", program, same, limits), Job("other", program, tests, limits)]
    verdicts = {result.id: result.verdict for result in plain.run(jobs)}
    assert verdicts["same"] == "passed"
    assert verdicts["other"] == ("passed" if value == other else "failed")


def test_not_a_number_equals_nothing(run_one) -> None:
    tests = "import math\nassert math.isnan(f())\nassert f() != f()"
    assert run_one("def f(): return float('nan')", tests).verdict == "passed"
    assert math.isnan(float("nan"))
