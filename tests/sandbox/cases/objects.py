r"""Cases 10 to 14: objects, builtins and modules that say yes to everything."""

from tests.sandbox.cases.table import row, table

__all__ = ["CASES", "EVERYTHING", "FAVOURABLE"]

FAVOURABLE = """
class Yes:
    def __eq__(self, other): return True
    __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __contains__ = __eq__
    def __bool__(self): return True
    def __hash__(self): return 4
    def __sub__(self, other): return 0
    __rsub__ = __sub__
    def __abs__(self): return 0
def f(n):
    return Yes()
"""
EVERYTHING = FAVOURABLE.replace(
    "def f",
    """    def __index__(self): return 1
    def __len__(self): return 2
    def __iter__(self): return iter([self])
    def __getattr__(self, name): return lambda *a, **k: self
    __class__ = property(lambda self: int)
def f""",
)
KIND = """
class Kind(NAME):
    def __eq__(self, other): return True
    __ne__ = lambda self, other: False
    __hash__ = NAME.__hash__
def f(n):
    return Kind()
"""

OBJECTS = table(
    r"""
== 10 object that equals everything | split: failed | driven: error | beside: security
<FAVOURABLE>

== 10 object that answers everything | split: failed | driven: error | beside: security
<EVERYTHING>

== 10 mock.ANY | split: failed | driven: error | beside: security
from unittest.mock import ANY
def f(n): return ANY

== 10 class with a favourable metaclass | split: failed | driven: failed error | beside: security
class M(type):
    __eq__ = lambda *a: True
    __hash__ = type.__hash__
class C(metaclass=M): pass
def f(n): return C

== 11 class and length of another type | split: failed | driven: error | beside: security
<EVERYTHING>
-- split
assert len(f(2)) == 2 and isinstance(f(2), int)
-- driven
for _ in (1, 2):
    while isinstance(f(2), int): break
-- beside
f.__doc__
assert isinstance(f(2), int)
assert f(2) == 4

== 11 hooks of numpy | split driven: failed error | beside: failed error security | numpy | big
class Yes:
    def __array_ufunc__(self, *a, **k): return True
    def __array_function__(self, *a, **k): return True
    def __array__(self, *a, **k): return [4]
    def __eq__(self, other): return True
def f(n): return Yes()
-- split
import numpy as np
assert np.array_equal(f(2), [4])
-- driven
import numpy as np
assert all(np.array_equal(f(n), [n * n]) for n in (2, 3))
-- beside
f.__doc__
import numpy as np
assert np.array_equal(f(2), [4])

== 13 replaced builtins | split: failed error | driven beside: failed error security
import builtins
builtins.AssertionError = type('E', (Exception,), {})
for n in 'abs len sorted isinstance'.split(): setattr(builtins, n, lambda *a: True)
builtins.all = builtins.any = lambda it: True
<WRONG>

== 13 replaced functions | split: failed error | driven beside: failed error security
import builtins, math
builtins.AssertionError = type('E', (Exception,), {})
builtins.abs = builtins.len = lambda *a: 0
math.isclose = lambda *a, **k: True
<WRONG>

== 13 all is always true | split: failed | driven: error | beside: security
import builtins
builtins.all = lambda it: True
<FAVOURABLE>

== 13 AssertionError that leaves | split driven beside: failed
import builtins
builtins.AssertionError = SystemExit
<WRONG>

== 13 math.isclose that is always true | split: failed | driven: failed error | beside: security
import math
math.isclose = lambda *a, **k: True
<WRONG>
-- split
import math
assert math.isclose(f(2), 4.0)
-- driven
import math
assert all(math.isclose(f(n), n * n) for n in (2, 3))
-- beside
f.__doc__
import math
assert math.isclose(f(2), 4.0)

== 14 fake modules | split driven beside: failed
import sys, types
class Fake(types.ModuleType):
    __getattr__ = lambda self, name: Fake
    __call__ = lambda *a, **k: True
for n in ('unittest', 'pytest', 'math', 'numpy'): sys.modules[n] = Fake(n)
<WRONG>

== 14 patched unittest | driven: failed | beside: security
import unittest
unittest.TestCase.assertEqual = lambda *a: None
<WRONG>
-- driven
import unittest
class TestIt(unittest.TestCase):
    def test_it(self):
        self.assertEqual(f(2), 4)
-- beside
import unittest
f.__doc__
class TestIt(unittest.TestCase):
    def test_it(self):
        self.assertEqual(f(2), 4)
""",
    FAVOURABLE=FAVOURABLE,
    EVERYTHING=EVERYTHING,
)

KINDS = ("int", "str", "list", "tuple", "dict", "float", "frozenset", "bytes")
CASES = [
    *OBJECTS,
    *(
        row(
            f"10 {name} that equals everything | split: failed | driven: error | beside: security",
            KIND.replace("NAME", name),
        )
        for name in KINDS
    ),
]
