r"""Cases 104 to 109: answers, tests and programs that would keep the host itself busy.

They run in a process of their own, which can be ended: arithmetic cannot be interrupted.
"""

from tests.sandbox.cases.forgery import RECORD
from tests.sandbox.cases.table import row, table

__all__ = ["CASES"]

OVER_RANGES = {
    "sorted": "sorted(f(2)) == [1]",
    "sum": "sum(f(2)) == 3",
    "list": "list(f(2)) == [1]",
    "set": "len(set(f(2))) == 1",
    "largest": "max(f(2)) == 1",
    "all": "not all(f(2))",
    "membership": "'a' in f(2)",
    "pairs": "list(zip(f(2), f(2))) == []",
    "numbering": "list(enumerate(f(2))) == []",
}
COLLIDING = {
    "in a set": "len(set(f(2))) == 1",
    "in a set of answers": "set(f(2)) == {1}",
    "in a frozen set": "frozenset(f(2)) == {1}",
    "in a dict": "dict(zip(f(2), f(2))) == {}",
}
NUMBERS = table(
    r"""
== 104 fraction of a large power | split: failed security
<RECORD>
def f(n): send('["v",null],["v",{"Q":["1e999999999"]}],["v",9]')

== 104 fraction of a large decimal | split: failed security
<RECORD>
def f(n): send('["v",null],["v",{"Q":[{"D":["1e9999"]},{"D":["7e-9999"]}]}],["v",9]')

== 104 sum of many fractions | split: failed error
from fractions import Fraction
def f(n): return [Fraction(1, 10**4000 + 2 * i + 1) for i in range(120)]
-- tests
assert sum(f(2)) == 4

== 104 decimals of many digits | split: failed
<RECORD>
def f(n): send('["v",null],["v",{"D":["' + '7' * 10 ** 6 + '"]}],["v",9]')

== 105 half of the keys collide | split: failed security
<RECORD>
pairs = [f"[{i * (2**61 - 1)},0],[{i + 1},0]" for i in range(18000)]
def f(n): send('["v",null],["v",{"d":[' + ','.join(pairs) + ']}],["v",9]')

== 105 keys of many dicts collide | split: failed security
<RECORD>
keys = ','.join(f"[{i * (2**61 - 1)},0]" for i in range(999))
def f(n): send('["v",null],["v",[' + ','.join(['{"d":[' + keys + ']}'] * 35) + ']],["v",9]')

== 105 many items of each hash | split: failed security
<RECORD>
items = ','.join(str(i // 102) for i in range(200000))
def f(n): send('["v",null],["v",{"s":[' + items + ']}],["v",9]')

== 105 many items of each kind | split: passed
def f(n): return [i % 900 for i in range(100000)]
-- tests
assert len(set(f(2))) == 900
""",
    RECORD=RECORD,
)

MANY = "x = [" + "0, " * 400_000 + "]\n<RIGHT>\n"
KEYS = ", ".join(str(n * (2**61 - 1)) for n in range(11_000))

CASES = [
    *NUMBERS,
    row("106 large program, looked at for weak tests | split: passed error | checked | big", MANY),
    row("106 large program beside its tests | beside: passed error | big", MANY),
    row(
        "107 keys of the tests collide | split: failed error timeout",
        f"<RIGHT>\n-- tests\nassert len(set([{KEYS}])) == f(2)",
    ),
    *(
        row(
            f"108 long range {name} | split: failed error",
            f"def f(n): return range(10 ** 10)\n-- tests\nassert {test}",
        )
        for name, test in OVER_RANGES.items()
    ),
    *(
        row(
            f"109 items that collide {name} | split: failed error",
            f"def f(n): return [i * (2**61 - 1) for i in range(45000)]\n-- tests\nassert {test}",
        )
        for name, test in COLLIDING.items()
    ),
]
