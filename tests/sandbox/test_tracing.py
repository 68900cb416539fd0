"""The variables after each statement: exact, and without an effect on the verdict."""

import pytest

from sandbox import Job, Limits, Profile, Sandbox, Stdout
from sandbox.states import Unshown

STRAIGHT = """\
import math
n0 = 20.0
n1 = [3,
      1]
n1.sort()
answer = n0 * math.sqrt(n1[1] + n1[0]); del n0
"""


@pytest.fixture
def states_of(run_one):
    def states_of(program: str, tests: str = "", **more: object):
        return run_one(program, tests, trace=True, **more).states

    return states_of


def variables(states) -> list[dict[str, object]]:
    return [dict(state.variables) for state in states]


def test_each_statement_has_the_variables_after_it(states_of) -> None:
    states = states_of(STRAIGHT)
    assert variables(states) == [
        {},
        {"n0": 20.0},
        {"n0": 20.0, "n1": [3, 1]},
        {"n0": 20.0, "n1": [1, 3]},
        {"n0": 20.0, "n1": [1, 3], "answer": 40.0},
        {"n1": [1, 3], "answer": 40.0},
    ]
    lines = [(state.first, state.last) for state in states]
    assert lines == [(1, 1), (2, 2), (3, 4), (5, 5), (6, 6), (6, 6)]
    assert [dict(state.changed) for state in states][2:5] == [
        {"n1": "[3,1]"},
        {"n1": "[1,3]"},
        {"answer": "40.0"},
    ]
    assert [state.gone for state in states][4:] == [(), ("n0",)]
    assert (states.straight_line, states.cut) == (False, "")  # for its del


def test_values_keep_their_python_types(states_of) -> None:
    program = (
        "a = (1, (), {2: {3}})\nb = frozenset([1.5])\nc = b'\\x00'\nd = None\ne = 'é\\ud800'\n"
        "f = 10 ** 40\ng = float('nan')\nh = range(3)\nfrom fractions import Fraction\n"
        "i = Fraction(1, 3)\nj = True\nk = 1j\n"
    )
    *_, last = states_of(program)
    assert repr(last.variables["a"]) == "(1, (), {2: {3}})"
    assert last.variables["b"] == frozenset([1.5])
    assert last.variables["e"] == "é\ud800"
    assert repr(last.variables["g"]) == "nan"
    assert last.variables["j"] is True
    assert {type(last.variables[name]).__name__ for name in "cdfhik"} == {
        *("bytes", "NoneType", "int", "range", "Fraction", "complex")
    }


def test_a_state_is_known_by_its_values_and_not_by_its_names(states_of) -> None:
    one = list(states_of("a = 1.5\nb = {'x', 'y', 'zz'}\nc = 'text'"))
    other = list(states_of("s = 'text'\nt = {'zz', 'y', 'x'}\nu = 3 / 2"))
    assert one[-1].key() == other[-1].key() == ("1.5", "set('x', 'y', 'zz')", "text")
    assert one[1].key() != other[1].key()


def test_a_state_that_is_not_wholly_known_has_no_key(states_of) -> None:
    assert [state.key() for state in states_of("import math\nx = 1\nx = object()\nx = 2")] == [
        None,
        ("1",),
        None,
        ("2",),
    ]


def test_what_is_no_value_of_the_computation_is_left_out(states_of) -> None:
    program = (
        "from __future__ import annotations\nimport math, functools\nfrom typing import List\n"
        "from math import sqrt, pi\ndef f(): pass\nclass A: pass\ng = lambda: 0\nh = [].append\n"
        "@functools.lru_cache\ndef k(): pass\n__hidden__ = 1\n_shown = 2\nglobals()[3] = 4\n"
    )
    *_, last = states_of(program)
    assert set(last.variables) == {"pi", "_shown"}


def test_objects_and_iterators_are_named_and_left_alone(states_of) -> None:
    program = (
        "class A: pass\na = A()\nb = [a]\nc = (i for i in range(3))\nd = [iter([1, 2])]\n"
        "e = list(c), list(d[0])\nf = {}.keys()"
    )
    *_, last = states_of(program)
    shown = {name: value.kind for name, value in last.variables.items() if name != "e"}
    assert shown == {"a": "A", "b": "list", "c": "generator", "d": "list", "f": "dict_keys"}
    assert last.variables["e"] == ([0, 1, 2], [1, 2])


def test_numbers_of_numpy_are_values_and_arrays_are_only_named(states_of) -> None:
    program = (
        "import numpy as np\nfrom numpy import sqrt, mean\na = sqrt(np.float64(4))\n"
        "b = np.int64(3)\nc = np.zeros(10 ** 6)\nd = np.float32(2)"
    )
    limits = Limits(cpu_seconds=3, memory_mb=512)
    *_, last = states_of(program, limits=limits, profile=Profile("numpy"))
    assert last.variables == {"a": 2, "b": 3, "c": Unshown("ndarray"), "d": Unshown("float32")}


def test_a_program_in_the_bare_profile_is_traced_too(states_of) -> None:
    assert variables(states_of("a = 1", profile=Profile("bare"))) == [{"a": 1}]


SHAPES = {
    "assignments": ("x = y = 1\nx += 1\nz: int = 3\n(a, b) = 1, 2\nprint(x)\n'text'", True),
    "loop": ("x = 0\nfor i in range(3):\n    x += i\ny = 1", False),
    "branch": ("x = 1\nif x:\n    x = 2", False),
    "function": ("def f():\n    return 1\nx = f()", False),
    "nothing": ("# only this\n", True),
}


@pytest.mark.parametrize(("program", "straight"), SHAPES.values(), ids=list(SHAPES))
def test_it_is_said_whether_a_program_is_straight_line(states_of, program, straight) -> None:
    assert states_of(program).straight_line is straight


def test_a_loop_or_a_definition_is_one_statement(states_of) -> None:
    program = "x = 0\nfor i in range(3):\n    x += i\n@staticmethod\ndef f():\n    pass\ny = x"
    states = list(states_of(program))
    assert [(state.first, state.last) for state in states] == [(1, 1), (2, 3), (4, 6), (7, 7)]
    assert states[-1].variables["y"] == 3


def test_a_module_means_the_same_statement_by_statement(run_one) -> None:
    program = (
        "'the docstring'\nfrom __future__ import annotations\n'no docstring'\nx: absent = 1\n"
        "def f(a: absent): pass\nassert __doc__ == 'the docstring'\n"
        "assert f.__annotations__ == {'a': 'absent'} and __annotations__ == {'x': 'absent'}\n"
        "print(x is 1, __name__)\nraise ValueError(x)\n"
    )
    traced, plain = (run_one(program, "", trace=trace) for trace in (True, False))
    assert traced.stdout == plain.stdout
    assert traced.exception == plain.exception
    assert traced.exception.frames[0].line == 9
    assert plain.states is None
    late = run_one("x = 1\nfrom __future__ import annotations", "", trace=True)
    assert late.exception.name == "SyntaxError"
    assert not list(late.states)


WAYS = {
    "split": ("assert f(2) == 4", "passed", "split"),
    "wrong": ("assert f(2) == 5", "failed", "split"),
    "driven": ("assert all(f(n) == n * n for n in (2, 3))", "passed", "split"),
    "beside": ("f.__doc__\nassert all(f(n) == n * n for n in (2, 3))", "passed", "poisoned"),
    "script": (Stdout(b"4\n"), "passed", "split"),
}


@pytest.mark.parametrize(("tests", "verdict", "trust"), WAYS.values(), ids=list(WAYS))
def test_tests_are_judged_as_without_tracing(run_one, tests, verdict: str, trust: str) -> None:
    result = run_one("x = 3\ndef f(n):\n    return n * n\nprint(f(2))", tests, trace=True)
    assert (result.verdict, result.trust) == (verdict, trust), result.detail
    assert variables(result.states) == [{"x": 3}, {"x": 3}, {"x": 3}]


ENDINGS = {
    "raises": ("a = 1\nb = 1 / 0\nc = 2", "error"),
    "never ends": ("a = 1\nwhile True: pass", "timeout"),
    "leaves": ("import os; a = 1\nos._exit(0)", "error"),
    "crashes": ("import ctypes; a = 1\nctypes.string_at(0)", "crashed"),
    "takes all memory": ("a = 1\nb = bytearray(10 ** 10)", "memory"),
    "floods": ("a = 1\nwhile True: print('x' * 10 ** 5)", "output_limit"),
}


@pytest.mark.parametrize(("program", "verdict"), ENDINGS.values(), ids=list(ENDINGS))
def test_states_reach_as_far_as_the_program_came(run_one, innocent, program, verdict) -> None:
    result = run_one(program, "", trace=True)
    assert result.verdict == verdict, result.detail
    assert variables(result.states)[-1] == {"a": 1}
    assert result.states.cut == ""
    assert innocent().verdict == "passed"


def test_the_same_job_with_and_without_states_is_not_mixed_up(sandbox: Sandbox) -> None:
    program = "x = 'the same program'"
    jobs = [Job(str(n), program, "", trace=bool(n % 2)) for n in range(6)]
    found = {result.id: result.states is not None for result in sandbox.run(jobs)}
    assert found == {str(n): bool(n % 2) for n in range(6)}
