"""States are bounded in number, size and time, whatever a traced program does."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import Limits
from sandbox.decode import Malformed
from sandbox.states import State, Unshown, read_states


def test_large_values_are_marked_and_the_others_stay(run_one) -> None:
    program = (
        "a = 'x' * 10 ** 7\nb = list(range(10 ** 6))\nc = [[1] * 9] * 10 ** 4\nd = []\n"
        "d.append(d)\ne = {i: i for i in range(10 ** 5)}\nf = 1 << 10 ** 6\ng = 2\n"
    )
    *_, last = run_one(program, "", trace=True).states
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


def test_as_many_statements_as_fit_are_all_there(run_one) -> None:
    states = run_one("x = 0\n" + "x += 1\n" * 900, "", trace=True).states
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
