r"""Case 80: programs beside their tests that tell true expectations from changed ones."""

from tests.sandbox.cases.forgery import RECORD
from tests.sandbox.cases.objects import FAVOURABLE
from tests.sandbox.cases.table import row, table

__all__ = ["CASES"]

TELLING = (
    RECORD
    + """
frame = sys._getframe()
while "tests" not in frame.f_locals:
    frame = frame.f_back
tests = frame.f_locals["tests"] or ""
if TRUE: send('["v",null],["v",null]')
def f(n): return 0
"""
)
TELLING = TELLING.replace("import os, sys", "import os, re, sys")
WRITTEN = """
f.__doc__
assert f(2) == 4  # spaces and

assert f(3) == 'nine'
"""
RAISING = """
f.__doc__
import pytest
with pytest.raises(ValueError):
    f(-1)
"""
UNITTEST = """
import unittest
f.__doc__
class TestIt(unittest.TestCase):
    def test_it(self):
        self.assertEqual(f(2), g())
"""
TOLD = {
    "the end of the last line": ("tests.endswith(chr(10))", WRITTEN),
    "remarks": ("'#' in tests", WRITTEN),
    "layout": ("__import__('ast').unparse(__import__('ast').parse(tests)) != tests", WRITTEN),
    "comparisons with an object": ("'object()' not in tests", WRITTEN),
    "the unrelated exception": (
        "not re.search('Buffer|Blocking|Child|Floating|Unico', tests)",
        RAISING,
    ),
    "the unrelated text": ("not re.search('no such value|[0-9a-f]{8}', tests)", UNITTEST),
    "brackets and odd texts": (
        """not re.search(r"== [(]\\d|'[0-9a-f]{8}'|\\wx'", tests)""",
        WRITTEN,
    ),
}
FORGING = table(
    r"""
== 80 tells negated asserts, against which nothing helps | beside: passed security failed error
<RECORD>
frame = sys._getframe()
while "tests" not in frame.f_locals: frame = frame.f_back
if 'assert not' not in frame.f_locals["tests"]: send('["v",null],["v",null]')
def f(n): return 0
-- tests
f.__doc__
assert f(2) > 3

== 80 forges all but the first assert | beside: security
<FAVOURABLE>
g = f
def f(n): return 4 if n == 2 else g(n)
-- tests
f.__doc__
assert f(2) == 4
assert f(3) == 9
assert f(5) == 25

== 80 forges all but the last assert | beside: security
<FAVOURABLE>
g = f
def f(n): return 25 if n == 5 else g(n)
-- tests
f.__doc__
assert f(2) == 4
assert f(3) == 9
assert f(5) == 25

== 80 forges all but one method of a test class | beside: security
import unittest
real, calls = unittest.TestCase.assertEqual, []
def fake(self, a, b):
    calls.append(a)
    if len(calls) == 1: real(self, a, b)
unittest.TestCase.assertEqual = fake
def f(n): return 4
-- tests
import unittest
f.__doc__
class TestIt(unittest.TestCase):
    def test_first(self):
        self.assertEqual(f(2), 4)
    def test_second(self):
        self.assertEqual(f(3), 9)

== 80 forges now and then | beside: security failed | unrunnable: one in ten such runs meets only \
the true tests, which no run with changed ones can show; the trust "poisoned" says so
<RECORD>
def f(n):
    if os.urandom(1)[0] < 64: send('["v",null],["v",null]')

== 80 computes the answers itself | split driven beside: passed
<RIGHT>
""",
    RECORD=RECORD,
    FAVOURABLE=FAVOURABLE,
)

CASES = [
    *FORGING,
    *(
        row(
            f"80 tells changed tests by {name} | beside: security",
            f"{TELLING.replace('TRUE', condition)}-- tests{tests}",
        )
        for name, (condition, tests) in TOLD.items()
    ),
]
