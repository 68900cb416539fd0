import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.seed_filters import FILTERS, static_reason


def function(body="return a", signature="def f(a)"):
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return f'{signature}:\n    """Says a."""\n{lines}'


@pytest.mark.parametrize(
    "source",
    [
        function(),
        function(signature="async def f(*args)"),
        function(signature="@cached\ndef f(*, a=1)"),
        function("if a:\n    return\nreturn a"),
        function("import oslex, a.os\nfrom .sys import b\nfrom my.os import c\nreturn a"),
        function("debug = a  # debugging\nreturn debug"),
        function("todo = [a]\nreturn todo"),
        function("\n".join(["a += 1"] * 147 + ["return a"])),
    ],
)
def test_a_function_without_a_fault_is_kept(source):
    assert static_reason(source) is None


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (function("print(a)"), "returns no value"),
        (function("return"), "returns no value"),
        (function("return None  # nothing"), "returns no value"),
        (function("def g():\n    return 1\ng()"), "returns no value"),
        (function("class C:\n    def g(self):\n        return 1\nC()"), "returns no value"),
        (function("return a  # TODO(anna): more"), "marked todo"),
        (function("raise ValueError('FixMe')\nreturn a"), "marked fixme"),
        (function('"""Has bugs."""\nreturn a'), "marked bug"),
        (function("import re, os.path as p\nreturn a"), "imports os"),
        (function("from matplotlib.pyplot import plot\nreturn a"), "imports matplotlib"),
        (function("def g():\n    import sys\nreturn a"), "imports sys"),
        (function("\n".join(["a += 1"] * 148 + ["return a"])), "over 150 lines"),
        (function(signature="def f()"), "takes no arguments"),
        (function(signature="def f(\n    # none\n)"), "takes no arguments"),
        ("def f(a):\n    return a\n", "no docstring"),
        ('def f(a):\n    """ """\n    return a\n', "no docstring"),
    ],
)
def test_every_fault_has_its_reason(source, reason):
    assert static_reason(source) == reason


def test_the_first_fault_in_the_papers_order_is_named():
    assert static_reason("def f():\n    import os  # TODO\n") == "returns no value"
    assert static_reason("def f():\n    import os  # TODO\n    return 1\n") == "marked todo"
    assert static_reason("def f():\n    import os\n    return 1\n") == "imports os"


@pytest.mark.parametrize(
    "source", ["", "x = 1", "def f(a:\n", function() + function(), "(" * 9000, "class C: pass"]
)
def test_what_is_not_one_function_is_dropped(source):
    assert static_reason(source) == "not one Python function"


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text() | st.text(alphabet="def f(a):\n\t 'return\"#,@*"))
def test_no_text_makes_a_filter_raise(source):
    assert all(isinstance(each(source), str | None) for each in (*FILTERS, static_reason))
