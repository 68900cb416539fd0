"""What a program raised comes back as data, and as the text that Python would print."""

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import Call, Stdout
from sandbox.decode import Malformed
from sandbox.tracebacks import Frame, read_traceback

PROGRAM = """
import json
class Bad(Exception):
    pass
def invert(x):
    return 1 // x
def wrap(x):
    try:
        return invert(x)
    except ZeroDivisionError as problem:
        raise Bad("no inverse") from problem
def missing(x):
    return {}[x]
def down(n):
    return down(n + 1)
def ping(n): return pong(n)
def pong(n): return ping(n)
def load(text):
    return json.loads(text)
"""


def test_an_exception_in_a_call_names_the_assert_and_the_lines(run_one) -> None:
    result = run_one(
        PROGRAM, "assert invert(1) == 1\n\ndef test_zero():\n    assert invert(0) == 1\n"
    )
    assert result.verdict == "error"
    assert result.exception.name == "ZeroDivisionError"
    assert result.exception.asked == "invert(0) == 1"
    assert result.exception.frames == (
        Frame("<tests>", 4, "test_zero", source="assert invert(0) == 1"),
        Frame("<program>", 6, "invert", source="return 1 // x"),
    )
    assert result.exception.render() == (
        "Traceback (most recent call last):\n"
        '  File "<tests>", line 4, in test_zero\n'
        "    assert invert(0) == 1\n"
        '  File "<program>", line 6, in invert\n'
        "    return 1 // x\n"
        "ZeroDivisionError: integer division or modulo by zero"
    )


WAYS = {
    "split": "assert missing('a') == 1",
    "driven": "assert all(missing(n) == n for n in 'ab')",
    "beside": "missing.__doc__\nassert all(missing(n) == n for n in 'ab')",
}


@pytest.mark.parametrize("tests", WAYS.values(), ids=list(WAYS))
def test_the_lines_of_the_program_are_there_however_the_tests_run(run_one, tests: str) -> None:
    found = run_one(PROGRAM, tests).exception
    assert (found.name, found.message) == ("KeyError", "'a'")
    assert found.frames[0].file == "<tests>"
    assert found.frames[-1] == Frame("<program>", 13, "missing", source="return {}[x]")
    assert found.asked in tests
    assert found.render().endswith("\n    return {}[x]\nKeyError: 'a'")


@pytest.mark.parametrize("tests", ["assert wrap(0)", "assert all(wrap(n) for n in (1, 0))"])
def test_an_exception_raised_from_another_shows_both(run_one, tests: str) -> None:
    found = run_one(PROGRAM, tests).exception
    assert (found.name, found.caused, found.before.name) == ("Bad", True, "ZeroDivisionError")
    first, second = found.render().split("\n\nThe above exception was the direct cause of")
    assert first.endswith("ZeroDivisionError: integer division or modulo by zero")
    assert second.endswith("Bad: no inverse")


def test_tests_that_wrap_an_exception_of_the_program_show_the_nearest(run_one) -> None:
    tests = (
        "def check():\n    while True:\n        try:\n            return wrap(0)\n"
        "        except Exception as problem:\n            raise AssertionError('n') from problem\n"
        "check()"
    )
    result = run_one(PROGRAM, tests)
    assert (result.verdict, result.trust) == ("failed", "split"), result.detail
    found = result.exception
    assert [found.name, found.before.name, found.before.before] == ["AssertionError", "Bad", None]
    assert [frame.line for frame in found.before.frames] == [4, 11]
    assert found.asked == "raise AssertionError('n') from problem"


def test_explicit_calls_are_named_by_their_number(run_one) -> None:
    calls = [Call("invert", (1,), {}, 1), Call("invert", (0,), {}, 1)]
    found = run_one(PROGRAM, calls).exception
    assert found.asked == "invert(0) == 1"
    assert found.frames[0] == Frame("<tests>", 2, "<module>", source="invert(0) == 1")


def test_an_exception_that_was_expected_is_not_blamed(run_one) -> None:
    tests = "import pytest\nwith pytest.raises(KeyError):\n    missing(1)\nassert invert(0) == 1"
    assert run_one(PROGRAM, tests).exception.name == "ZeroDivisionError"
    unmet = "import pytest\nwith pytest.raises(ValueError):\n    missing(1)\n"
    assert run_one(PROGRAM, unmet).exception.frames[0].line == 3


@pytest.mark.parametrize("tests", ["assert invert(1) == 1", "assert invert(1) == 2"])
def test_where_nothing_is_raised_there_is_no_exception(run_one, tests: str) -> None:
    assert run_one(PROGRAM, tests).exception is None


def test_a_script_that_raises_tells_where_and_one_that_exits_does_not(run_one) -> None:
    found = run_one("print('a')\nint('b')", Stdout(b"a\n")).exception
    assert found.frames == (Frame("<program>", 2, "<module>", source="int('b')"),)
    assert found.asked == ""
    assert run_one("print('a')\nraise SystemExit", Stdout(b"a\n")).exception is None


def test_a_deep_recursion_keeps_its_ends_and_counts_the_rest(run_one) -> None:
    single = run_one(PROGRAM, "assert down(0)").exception
    assert [frame.line for frame in single.frames] == [1, 15]
    assert single.frames[1].times > 900
    assert "[Previous line repeated " in single.render()
    mutual = run_one(PROGRAM, "assert ping(0)").exception
    assert len(mutual.frames) == 16
    assert sum(frame.left_out for frame in mutual.frames) > 900
    assert re.search(r"\n  \[\d+ more calls left out\]\n", mutual.render())


LIKE_PYTHON = {
    "name": "x = 1\ny = x + z",
    "library": "import json\n\njson.loads('{')",
    "own class": "class A:\n    class E(Exception): pass\nraise A.E('two\\nlines')",
    "no message": "raise ValueError",
    "context": "def f():\n    return {}['k']\ntry:\n    f()\nexcept KeyError:\n    int('a')",
    "suppressed": "try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise ValueError('v') from None",
    "recursion that ends": "def g(n): return g(n + 1) if n < 900 else 1 // 0\ng(0)",
    "several lines": "y = (1 +\n  0 /\n  0)",
    "assert": "def f(x):\n    assert x == 2, (x, 2)\nf(3)",
    "bracket": "x = 1\ndef f(:\n    pass",
    "never closed": "print(1)\nx = (1,\n 2\ny = 3",
    "indentation": "def f():\n    return 1\n     x",
    "no body": "if True:\nx = 1",
    "tabs": "1\n\tif 1:\n",
    "return outside": "x = 1\n  # a comment\nreturn x",
    "late global": "x = 1\nglobal x",
    "twice": "def f(a, a): pass",
    "old print": "print 'a'",
    "in eval": "def f(text):\n    return eval(text)\nf('1 + * 2')",
    "generator": "def g():\n    yield 1\n    raise OSError(2, 'none')\nlist(g())",
}


@pytest.mark.parametrize("program", LIKE_PYTHON.values(), ids=list(LIKE_PYTHON))
def test_the_text_is_the_one_that_python_prints(run_one, program: str, tmp_path) -> None:
    file = tmp_path / "program.py"
    file.write_text(program)
    done = subprocess.run([sys.executable, file], capture_output=True, text=True, check=False)
    lines = done.stderr.rstrip("\n").replace(str(file), "<program>").split("\n")
    syntax = re.match("(Syntax|Indentation|Tab)Error:", lines[-1])
    shown: list[str] = []
    skip = False
    for left, line in zip(range(len(lines))[::-1], lines, strict=True):
        skip = line.startswith('  File "/') or (skip and line.startswith("    "))  # a library
        mark = re.fullmatch(r"\s+[~^]+\s*", line)  # kept under syntax errors only
        if not skip and (not mark or (syntax and left == 1)):
            shown.append(line)
    assert run_one(program, "").exception.render() == "\n".join(shown)


HOSTILE = {
    "long message": "class E(Exception):\n    def __str__(self): return 'x' * 10 ** 7\nraise E",
    "message that raises": "class E(Exception):\n    def __str__(self): raise self\nraise E",
    "message of a class of its own": (
        "class S(str): pass\nclass E(Exception):\n    def __str__(self): return S('m')\nraise E"
    ),
    "long names": "raise type('E' * 10 ** 6, (Exception,), {})('m')",
    "lone surrogates": "raise type('E\\udc00', (Exception,), {})('\\ud800')",
    "name of no text": "E = type('E', (Exception,), {'__module__': 3})\nraise E",
    "own traceback": "class E(Exception):\n    __traceback__ = 3\nraise E",
    "cause without end": (
        "a, b = ValueError('a'), KeyError('b')\na.__cause__, b.__cause__ = b, a\nraise a"
    ),
    "false cause": "class E(Exception):\n    def __bool__(self): raise self\nraise E from E()",
    "syntax error made up": (
        "e = SyntaxError('m', ('f' * 10 ** 6, -1, 2 ** 99, 'x' * 10 ** 6, None, 'a'))\nraise e"
    ),
    "syntax error with fields of no kind": (
        "e = SyntaxError()\ne.msg = e.text = e\ne.lineno = [e]\nraise e"
    ),
    "function with a long name": (
        "def f(): raise ValueError\nf.__code__ = f.__code__.replace(co_name='n' * 10 ** 6)\nf()"
    ),
    "lines without number": (
        "def f(): raise ValueError\nf.__code__ = f.__code__.replace(co_linetable=b'')\nf()"
    ),
    "one long line": "x = 1; raise ValueError(" + "'a' " * 10**5 + ")",
    "what the tests' process would say": (
        "e = ValueError('m')\ne.__ratchet_outcome__ = ('', ['shown', 5, 5, 5])\nraise e"
    ),
}


@pytest.mark.parametrize("program", HOSTILE.values(), ids=list(HOSTILE))
def test_an_exception_made_to_harm_is_bounded_text(run_one, innocent, program: str) -> None:
    for source, tests in (
        (program, "assert f(2) == 4"),
        (f"def f(n):\n    exec({program!r}, {{}})", "assert f(2) == 4"),
        (f"def f(n):\n    exec({program!r}, {{}})", "assert all(f(n) == 4 for n in (2, 3))"),
    ):
        result = run_one(source, tests)
        assert result.verdict == "error", result.detail
        assert result.exception
        text = result.exception.render()
        assert len(text) < 30_000
        text.encode()
        result.detail.encode()
    assert innocent().verdict == "passed"


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.sampled_from([0, 1, 3]),
    lambda parts: st.lists(parts, max_size=7) | st.dictionaries(st.text(max_size=2), parts),
    max_leaves=30,
)
frames = st.lists(st.tuples(documents, documents, documents, documents, documents).map(list))


@given(origin=documents | st.tuples(st.text(), frames, documents, documents).map(list))
def test_any_report_of_an_exception_is_read_or_refused(origin: object) -> None:
    try:
        found = read_traceback("E", "m", origin)
    except Malformed:
        return
    assert found.render().endswith("m")
