"""The variables after each statement: exact, bounded, and without an effect on the verdict."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import Job, Limits, Sandbox, Stdout
from sandbox.decode import Malformed
from sandbox.states import State, Unshown, read_states

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


def test_large_values_are_marked_and_the_others_stay(states_of) -> None:
    program = (
        "a = 'x' * 10 ** 7\nb = list(range(10 ** 6))\nc = [[1] * 9] * 10 ** 4\nd = []\n"
        "d.append(d)\ne = {i: i for i in range(10 ** 5)}\nf = 1 << 10 ** 6\ng = 2\n"
    )
    *_, last = states_of(program)
    cut = {name: value for name, value in last.variables.items() if name != "g"}
    assert cut == {
        name: Unshown(kind, cut=True)
        for name, kind in zip("abcdef", ["str", *["list"] * 3, "dict", "int"], strict=True)
    }
    assert last.variables["g"] == 2


MANY = {
    "statements": "x = 1\n" + "x += 1\n" * 5000,
    "a long program": "x = 1\n" + "x += 1\n" * 100_000,
    "variables": "".join(f"x{n} = {n}\n" for n in range(3000)),
    "values": "".join(f"x{n} = list(range({n}, 2000))\n" for n in range(200)),
    "changes": "x = [0] * 4000\n" + "x[0] += 1\n" * 900,
    "slow values": "x = [[0] * 1000 for _ in range(17)]\n" + "x[0][0] += 1\n" * 900,
    "one long name": "globals()['n' * 10 ** 6] = 1\ny = 1\n",
}


@pytest.mark.parametrize("program", MANY.values(), ids=list(MANY))
def test_what_is_too_much_is_cut_with_a_word_and_costs_little(run_one, program: str) -> None:
    limits = Limits(cpu_seconds=5.0, wall_seconds=20.0)
    traced, plain = (run_one(program, "", limits, trace=trace) for trace in (True, False))
    assert (traced.verdict, plain.verdict) == ("passed", "passed")
    assert traced.states.cut
    assert len(traced.states) <= 1000
    assert traced.cpu_seconds - plain.cpu_seconds < 1.0
    assert sum(len(line) for line in traced.states.lines) < 140_000
    for number, state in enumerate(traced.states, 1):
        assert state.last == number or "long name" in program


def test_as_many_statements_as_fit_are_all_there(states_of) -> None:
    states = states_of("x = 0\n" + "x += 1\n" * 900)
    assert states.cut == ""
    assert [state.variables["x"] for state in states] == list(range(901))


HOSTILE = {
    "favourable objects": (
        "class Y(int):\n    def __eq__(s, o): return True\n    def __repr__(s): return '4'\n"
        "    __str__ = __repr__\n    def __hash__(s): return 4\n"
        "    __class__ = property(lambda s: int)\n    def __getattr__(s, n): raise SystemExit\n"
        "y = Y(3)\nz = [y]\nw = {y: 1}",
        "passed",
    ),
    "clears its globals": ("a = 1\nglobals().clear()\nb = 2", "passed"),
    "removes its builtins": ("a = 1\n__builtins__ = None\nb = 2", "passed"),
    "removes all modules": ("import sys\na = 1\nsys.modules.clear()\nb = 2", "passed"),
    "replaces builtins": ("import builtins\nbuiltins.len = builtins.type = None\nb = 1", "error"),
    "traces itself": ("import sys\nsys.settrace(lambda *a: 1 / 0)\na = 1\nb = 2", "error"),
    "lowers the recursion limit": ("import sys\nsys.setrecursionlimit(30)\nx = [[[1]]]", "passed"),
    "writes no state": ("import os\nos.write(3, b'nonsense\\n')\na = 1", "security"),
    "writes half a state": ("import os\nos.write(3, b'[1,1,{}')\nos._exit(0)", "security"),
    "writes a state of another form": ("import os\nos.write(3, b'[1,1,{},[[]]]\\n')", "security"),
    "closes the channel": ("import os\na = 1\nos.closerange(0, 64)\nb = 1", "error"),
    "a variable that nobody prints": ("globals()['\\ud800'] = 1\na = 2", "passed"),
}


@pytest.mark.parametrize(("program", "verdict"), HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_program_gains_nothing_by_tracing(run_one, innocent, program, verdict) -> None:
    result = run_one(program, "", trace=True)
    assert result.verdict == verdict, result.detail
    for state in result.states or ():
        values = [*state.variables.values()]
        assert all(isinstance(value, (Unshown, int, list)) for value in values)
        assert "4" not in (state.key() or ())
    assert innocent().verdict == "passed"


def test_the_same_job_with_and_without_states_is_not_mixed_up(sandbox: Sandbox) -> None:
    program = "x = 'the same program'"
    jobs = [Job(str(n), program, "", trace=bool(n % 2)) for n in range(6)]
    found = {result.id: result.states is not None for result in sandbox.run(jobs)}
    assert found == {str(n): bool(n % 2) for n in range(6)}


documents = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.text("avuc", max_size=2),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text("ab", max_size=2), parts),
    max_leaves=20,
)
values = st.tuples(st.sampled_from("vuc"), documents).map(list)
states = st.tuples(documents, documents, st.dictionaries(st.text("ab"), values), documents)


@given(lines=st.lists(documents | states.map(list), max_size=4), begins=st.booleans())
def test_any_report_of_states_is_read_or_refused(lines: list[object], begins: bool) -> None:
    text = "".join(json.dumps(line) + "\n" for line in [begins, *lines])
    try:
        found, rest = read_states(f"nonce{text}nonce{{}}".encode(), "nonce")
    except Malformed:
        return
    assert rest == b"nonce{}"
    for state in found:
        assert isinstance(state, State)
        state.key()


@pytest.mark.parametrize(
    "line",
    [
        "[1,1,{},[]]\n" * 1001,
        '[1,1,{"a":["v","' + "x" * 300_000 + '"]},[]]\n',
        '[1,1,{"a":["v","' + "x" * 100_000 + '"]},[]]\n' + "[1,1,{},[]]\n" * 100,
        '[1,1,{"a":["v",' + "[" * 900 + "]" * 900 + "]},[]]\n",
        '[1,1,{"a":["v",' + "9" * 5000 + "]},[]]\n",
        '[1,1,{"a":["v",NaN]},[]]\n',
        f"[{2**64},1,{{}},[]]\n",
        '"cut"\n"cut"\n',
        "\xff\n",
    ],
)
def test_states_out_of_bounds_are_refused(line: str) -> None:
    with pytest.raises(Malformed):
        read_states(b"n" + f"true\n{line}".encode(), "n")
