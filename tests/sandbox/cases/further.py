r"""Cases 78 to 82: forgeries by who knows how tests are driven and found weak."""

from tests.sandbox.cases.forgery import RECORD
from tests.sandbox.cases.table import row, table

__all__ = ["CASES"]

HIDING = {
    "a check of its own": "<RIGHT>\nassert f(2) == 4",
    "a use of its own": "<RIGHT>\nkept = [f(2) + 1]",
    "a decorator": "def twice(g):\n    return lambda n: g(n)\n@twice\n<RIGHT>",
    "a decorator with arguments": "def times(k):\n    return lambda g: g\n@times(2)\n<RIGHT>",
    "a lambda": "f = lambda n: n * n",
    "text": "exec('def f(n): return n * n')",
    "a default": "def size(): return 3\nx = [0] * size()\n<RIGHT>",
}

POISON = table(
    r"""
== 78 ends loops by StopIteration | split beside: failed error security
def f(n): raise StopIteration
-- split
assert all(map(lambda n: f(n) == n * n, (2, 3)))
-- beside
f.__doc__
assert all(map(lambda n: f(n) == n * n, (2, 3)))

== 78 ends loops by its own exception | split: failed error security
class Own(StopIteration): pass
def f(n): raise Own
-- tests
for x in map(f, (2, 3)):
    assert x == 4

== 78 ends loops by GeneratorExit | split beside: failed error security
def f(n): raise GeneratorExit
-- split
assert all(map(lambda n: f(n) == n * n, (2, 3)))
-- beside
f.__doc__
assert all(map(lambda n: f(n) == n * n, (2, 3)))

== 79 forges while loading | split beside: security | driven: error
import os, sys
frame = sys._getframe()
while "nonce" not in frame.f_locals: frame = frame.f_back
text = '{"answers":[["v",null],["v",null]],"blocked":[]}'
os.write(3, (frame.f_locals["nonce"] + text).encode())
os._exit(0)

== 79 forges when a name is read | beside: security
<RECORD>
class F:
    __doc__ = property(lambda self: send('["v",null],["v",null]'))
f = F()

== 79 replaces the writer | split: security | driven: failed | beside: security
import os
import sandbox.program as p
real = os.write
p._write = lambda report: real(3, report[:32] + b'{"answers":[["v",null],["v",null]],"blocked":[]}')
<WRONG>

== 79 replaces the execution of tests | split driven: failed | beside: security
import sandbox.program as p
p._execute = lambda *a: None
<WRONG>

== 79 replaces exec | split driven: failed error | beside: security
import builtins
builtins.exec = lambda *a: None
<WRONG>

== 79 reports no exception | split: failed | driven: failed error security | beside: security
import sandbox.program as p
p._attempt = lambda *a: '["v",null]'
<WRONG>

== 79 asks to be moved beside its tests | split: security failed error
<RECORD>
import collections
def f(n): return collections.deque([7])
def g(x): return 0
frame = sys._getframe()
while 'tests' not in frame.f_locals: frame = frame.f_back
if frame.f_locals['tests']: send('["v",null],["v",null]')
-- tests
assert all(g(f(n)) == n for n in (2, 3))

== 79 moves class tests beside | beside: security failed error
<RECORD>
class Thing: pass
frame = sys._getframe()
while 'tests' not in frame.f_locals: frame = frame.f_back
if frame.f_locals['tests']: send('["v",null],["v",null]')
def f(n): return Thing()
-- beside
assert f(2) == 4 and Thing

== 82 defines what the expected side uses | split: failed error
def max(x): return 7
def abs(x): return 7
-- tests
assert max([1, 3]) == abs(-3)

== 82 defines what is tested and more | split: failed error
def sorted(x): return 7
def list(x): return 7
-- tests
assert sorted([3, 1]) == list((1, 3))

== 82 changes its argument | driven: passed failed
def f(x):
    x.clear()
    return x
-- tests
assert all(f(x) == sorted(x) for x in ([3, 1], [2]))

== 82 changes its argument into another | driven: failed error
def f(x):
    x[:] = [[], 4, {}]
    return 9
-- tests
x = [3, 1]
for _ in range(2):
    while f(x) == sorted([1, 3]): pass
assert x == [1, 3]

== 82 argument that holds itself | driven: error
def f(x):
    x.append(x)
    return 9
-- tests
x = [3, 1]
for _ in range(2):
    while f(x) != 9: pass
assert x == [3, 1]

== 82 more arguments than it was given | driven: security
import sandbox.driver as d
d._call = lambda *a: (4, [[], [], []])
<WRONG>
-- tests
for _ in (1, 2):
    while f([1]) != 4: pass
assert f([1]) == 4
""",
    RECORD=RECORD,
)

CASES = [
    *POISON,
    *(
        row(f"81 hides weak tests by {name} | split: passed | weak", f"{program}\n-- tests\nf(1)")
        for name, program in HIDING.items()
    ),
]
