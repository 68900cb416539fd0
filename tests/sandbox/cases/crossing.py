r"""Cases 76 and 77: expected values, or decisions, that reach the program's process."""

from tests.sandbox.cases.objects import EVERYTHING
from tests.sandbox.cases.seeking import LOOK
from tests.sandbox.cases.table import row

__all__ = ["CASES"]

CROSSING = {
    "the other half of a tuple": """
for case in [(2, 'expected-4711')]:
    assert f(case[0]) == case[1]
""",
    "pairs in a tuple": """
x = ((2, 'expected-4711'),)
assert f(x[0][0]) == x[0][1]
""",
    "arguments and result": """
for case in [((2,), 'expected-4711')]:
    assert f(*case[0]) == case[1]
""",
    "a part of a text": """
row = '2=expected-4711'
assert f(int(row[0])) == row[2:]
""",
    "a test's parameter": """
def check(case):
    assert f(case[0]) == case[1]
check((2, 'expected-4711'))
""",
    "a dict of cases": """
x = {2: 'expected-4711'}
for n in x:
    assert f(n) == x[n]
""",
    "a named case": """
case = {'n': 2, 'y': 'expected-4711'}
assert f(case['n']) == case['y']
""",
    "a row of a list": """
for r in [[2, 'expected-4711']]:
    assert f(r[0]) == r[1]
""",
    "a default": """
x = 'expected-4711'
assert (lambda n, y=x: f(n) == y)(2)
""",
    "a message": """
x = 'expected-4711'
assert f(2) == 'nothing', x
""",
    "an earlier assert": """
x = 'expected-4711'
assert f(1) is None or f(1) == x
assert f(2) == x
""",
    "its length": """
x = 'expected-4711'
assert f(len(x)) == x
""",
    "its contrary": """
x = 'expected-4711'
assert f(''.join(reversed(x))) == x
""",
    "the least of it": """
x = (2, 'expected-4711')
assert f(min(x, key=str)) == x[1]
""",
    "a loop over it": """
x = (2, 'expected-4711')
assert f([n for n in x if n == 2]) == x[1]
""",
    "a call of one's own": """
x = (2, 'expected-4711')
y = lambda: x[0]
assert f(y()) == x[1]
""",
    "a split text": """
row = '2=expected-4711'
a, b = row.split('=')
assert f(int(a)) == b
""",
    "items of a dict": """
for k, v in {2: 'expected-4711'}.items():
    assert f(k) == v
""",
    "a default of a look-up": """
x = {}
assert f(2) == x.get(f(2), 'expected-4711')
""",
}
DECIDING = {
    "a function of the library": "import operator\nassert operator.eq(f(2), 4)",
    "a lambda": "assert (lambda r: r == 4)(f(2))",
    "a helper of one line": "same = lambda a, b: a == b\nassert same(f(2), 4)",
    "a helper in a variable": "import operator\nsame = operator.eq\nassert same(f(2), 4)",
    "a method of a literal": "assert set([4]).issubset([f(2)])",
    "a method of a known value": "x = {4}\nassert x.issuperset([f(2)])",
    "a count": "assert [4].count(f(2))",
    "a position": "assert [4].index(f(2)) == 0",
    "a look-up": "assert {4: True}[f(2)]",
    "a look-up with a default": "assert {4: True}.get(f(2), False)",
    "a special method": "assert (4).__eq__(f(2)) is True",
    "closeness of all": "import math\nassert all(math.isclose(f(n), n * n) for n in (2, 3))",
    "a reduction": "import functools, operator\nassert functools.reduce(operator.eq, [f(2), 4])",
    "a filter": "assert not list(filter(lambda n: f(n) != n * n, (2, 3)))",
    "a map": "import operator\nassert all(map(operator.eq, map(f, (2, 3)), (4, 9)))",
    "a chosen item": "assert (False, True)[f(2) == 4]",
    "a pair in order": "assert sorted([f(2), 4]) == [4, 4]",
    "a part of a text": "assert 'a4b'.find(str(f(2))) == 1",
    "a match": "match f(2):\n    case 4:\n        pass\n    case _:\n        assert False",
    "a set": "assert len({f(2), 4}) == 1",
    "a difference": "assert not {4} - {f(2)}",
    "a condition": "x = 'right' if f(2) == 4 else 'wrong'\nassert x == 'right'",
}
ITSELF = """
class Object:
    def __getattr__(self, name): return lambda *a, **k: True
def f(n): return Object()
"""
METHODS = {
    "a method of its text": "x = f(2)\nassert x.startswith('ab')",
    "a method of its set": "assert f(2).issubset({4})",
    "a method after a change": "x = f(2)\nx.sort()\nassert x.isdisjoint({3})",
    "a method named for equality": "assert f(2).equals(4)",
    "a method of a part": "assert f(2).real.is_integer()",
}
BLENDING = EVERYTHING.replace("return lambda *a, **k: self", "return lambda *a, **k: True")
BLENDING = (
    BLENDING.replace("__rsub__ =", "__isub__ = __ixor__ = __iadd__ = __rsub__ =")
    + """
def g(x): x[:] = [Yes() for _ in x]
def isclose(*a, **k): return True
def eq(*a): return True
"""
)
BLENDED = {
    "a star import": "from operator import *\nassert eq(f(2), 4)",
    "a star import of math": "from math import *\nassert isclose(f(2), 4.0)",
    "a subtraction in place": "x = f(2)\nx -= 4\nassert x == 0",
    "an exclusive or in place": "x = f(2)\nx ^= 4\nassert not x",
    "an argument that it changed": """
x = [3, 1, 2]
g(x)
assert all(x[i] <= x[i + 1] for i in range(2))
""",
    "a list that it was put into": """
results = []
for n in (2, 3):
    results.append(f(n))
assert all(a == b for a, b in zip(results, [4, 9]))
""",
    "a copy": "import copy\nx = copy.copy([0])\nx[0] = f(2)\nassert x.count(4)",
    "a capital name": "A = f(2)\nassert A.issubset({4})",
    "a capital argument": "N = 2\nassert f(N).issubset({4})",
    "a key of a dict": "got = f(2)\nassert {got: 1}[4]",
    "a method of arrays": "assert f(2).all()",
}
PATCHED = """
import functools, math, operator
math.isclose = operator.eq = functools.reduce = lambda *a, **k: True
<WRONG>
"""

PATCHABLE = ("a function of the library", "closeness of all", "a reduction", "a map")
SEEKER = f"{LOOK}def f(n): return climb(sys._getframe())\n"
CASES = [
    *(
        row(f"76 crosses with {name} | split: failed", f"{SEEKER}-- tests{tests}")
        for name, tests in CROSSING.items()
    ),
    *(
        row(f"77 decides in {name} | split: failed error", f"{EVERYTHING}-- tests\n{tests}")
        for name, tests in DECIDING.items()
    ),
    *(
        row(f"77 answers by {name} | split: failed error", f"{ITSELF}-- tests\n{tests}")
        for name, tests in METHODS.items()
    ),
    *(
        row(f"77 blends by {name} | split: failed error", f"{BLENDING}-- tests\n{tests}")
        for name, tests in BLENDED.items()
    ),
    *(
        row(
            f"77 decides in {name}, patched | split: failed error",
            f"{PATCHED}-- tests\n{DECIDING[name]}",
        )
        for name in PATCHABLE
    ),
]
