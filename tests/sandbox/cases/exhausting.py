r"""Cases 50 to 60: what would use up time and memory."""

import base64
import zlib

from tests.sandbox.cases.table import RIGHT, row, table

__all__ = ["CASES"]


def _bomb() -> str:
    """128 MB of zeros, packed twice over."""
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(bytes(1 << 24)) for _ in range(8)) + packer.flush()
    return base64.b85encode(zlib.compress(once, 9)).decode()


BOMB = f"""
import base64, bz2, lzma, zlib
once = zlib.decompress(base64.b85decode('{_bomb()}'))
"""
NEST = """
import sys
sys.setrecursionlimit(10 ** 9)
def nest(outer, size):
    x = outer(())
    for _ in range(size): x = outer((x,))
    return x
"""
NESTED = {
    "repr": "repr(nest(list, 10 ** 5))",
    "pickle": "import pickle; pickle.dumps(nest(list, 10 ** 5))",
    "pickle in Python": "import pickle; pickle._dumps(nest(list, 10 ** 5))",
    "json": "import json; json.dumps(nest(list, 10 ** 6))",
    "reading json": "import json; json.loads('[' * 10 ** 6)",
    "marshal": "import marshal; marshal.dumps(nest(list, 10 ** 5))",
    "comparisons": "nest(list, 3 * 10 ** 5) == nest(list, 3 * 10 ** 5)",
    "hashes": "hash(nest(tuple, 5 * 10 ** 5))",
    "copies": "import copy; copy.deepcopy(nest(list, 10 ** 5))",
    "iterators": "from itertools import chain\nnext(nest(lambda x: chain(*x), 3 * 10 ** 5))",
    "regular expressions": "import re; re.compile('(' * 10 ** 5 + ')' * 10 ** 5)",
    "exceptions": "raise nest(lambda x: ExceptionGroup('', [ValueError(), *x]), 10 ** 4)",
}
WAITING = {
    "sleeps": "import time; time.sleep(1e6)",
    "selects": "import select; select.select([], [], [])",
    "waits for itself": "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
    "waits for signals": "import signal; signal.pause()",
    "waits for a queue": "import queue; queue.Queue().get()",
    "reads its own pipe": "import os; os.read(os.pipe()[0], 1)",
}

TIME = table(r"""
== 50 loops | split driven beside stdout: timeout
while True: pass

== 50 loops in the function | split driven beside: timeout
def f(n):
    while True: pass

== 51 one long operation | split: timeout memory
10 ** 10 ** 8

== 51 sum in C | split: timeout
sum(range(10 ** 12))

== 52 regular expression | split: timeout
import re
re.match('(a+)+$', 'a' * 40 + 'b')

== 53 folding bomb | split: timeout memory
x = ((2 ** 127) ** 2) ** 99999999

== 53 folding bombs in steps | split: timeout memory
x = (((((2 ** 99) ** 99) ** 99) ** 99) ** 99) ** 99

== 53 nested f-strings | split: error
eval("f'" + "{1:" * 99 + "}" * 99 + "'")

== 53 compiles deep source | split: error memory
compile('(' * 90 + 'lambda: ' * 5000 + '1' + ')' * 90, '', 'exec')

== 53 compiles deep syntax trees | split: error memory crashed timeout
import ast
x = ast.Constant(1)
for _ in range(10 ** 5): x = ast.UnaryOp(ast.USub(), x)
compile(ast.fix_missing_locations(ast.Expression(x)), '', 'eval')

== 54 digits | split driven: error
int('9' * 5000)

== 54 text of a long integer | split: error
str(1 << 10 ** 6)

== 54 text of a longer one | split: error timeout
str(10 ** 10 ** 6)

== 60 sleeps in the function | split driven beside: timeout | short
import time
def f(n): time.sleep(1e6)

== 60 waits for a thread | split: timeout | short
import threading, time
t = threading.Thread(target=time.sleep, args=(99,))
t.start()
t.join()

== 60 leaves a thread behind | split driven beside: passed
import threading, time
threading.Thread(target=time.sleep, args=(99,)).start()
<RIGHT>

== 60 main thread that ends alone | split driven: timeout
import ctypes, threading
def g():
    while True: pass
threading.Thread(target=g).start()
ctypes.CDLL(None).syscall(60, 0)

== 60 reads nothing | split driven stdout: error
input()

== 60 reads what it is given and more | stdout: passed | stdin: abcd
import sys
print(len(sys.stdin.read()) + len(sys.stdin.read()))
""")

MEMORY = table(
    r"""
== 55 large buffer | split driven beside stdout: memory
bytearray(10 ** 10)

== 55 large buffer in the function | split driven beside: memory
def f(n): return len(bytearray(10 ** 10))

== 56 growing list | split driven: memory
x = []
while True: x.append('y' * 10000)

== 56 growing list of lists | split: memory | long
x = []
while True: x = [x, [0] * 10 ** 6]

== 56 full of small lists | split: memory | long
x = None
while True: x = [x]

== 56 full of small texts | split: memory | long
x = []
while True: x.append(str(len(x)))

== 56 full of small tuples in the function | split: memory | long
def f(n):
    x = ()
    while True: x = (x,)

== 57 swallows memory errors | split: timeout
x = []
while True:
    try: x.append(bytearray(1 << 20))
    except MemoryError: pass

== 57 swallows one and goes on | split driven: passed
try: bytearray(10 ** 10)
except MemoryError: pass
<RIGHT>

== 58 recursion | split driven beside: error
def g(): g()
g()

== 58 deep recursion | split: memory crashed timeout
import sys
sys.setrecursionlimit(10 ** 9)
def g(): g()
g()

== 58 recursion through C | split: crashed memory timeout
import sys
sys.setrecursionlimit(10 ** 9)
class G:
    def __repr__(self): return repr(self)
repr(G())

== 59 zlib bomb | split: memory | small
<BOMB>
zlib.decompress(once)

== 59 zlib bomb in portions | split: memory | small
<BOMB>
d, kept = zlib.decompressobj(), []
while True: kept.append(d.decompress(d.unconsumed_tail or once, 1 << 24))

== 59 lzma bomb | split: memory | small
<BOMB>
lzma.decompress(lzma.compress(bytes(1 << 24), preset=0) * 99)

== 59 bz2 bomb | split: memory | small
<BOMB>
bz2.decompress(bz2.compress(bytes(1 << 22), 1) * 99)
""",
    BOMB=BOMB,
)

SOURCES = {
    "ten megabytes of source": ("x = [" + "0," * 5_000_000 + "]\n" + RIGHT, "memory timeout error"),
    "open brackets": ("(" * 5000, "error"),
    "nested brackets": ("x = " + "(" * 5000 + "1" + ")" * 5000, "error"),
    "nested lists": ("x = " + "[" * 150 + "]" * 150, "error passed"),
    "chained signs": ("x = " + "-" * 100_000 + "1", "memory error"),
    "chained attributes": ("x = f" + ".a" * 100_000, "error memory crashed"),
    "chained comparisons": ("x = " + "1 < " * 100_000 + "1\n1 / 0", "error memory crashed timeout"),
    "chained conditions": ("if 0: 1\n" + "elif 0: 1\n" * 20_000 + "1 / 0", "error memory crashed"),
}
CASES = [
    *TIME,
    *MEMORY,
    *(row(f"53 {name} | split: {right}", source) for name, (source, right) in SOURCES.items()),
    *(
        row(
            f"53 {name} in the tests | split: error memory timeout",
            f"{RIGHT}-- tests\n{source}\nassert f(2) == 4",
        )
        for name, (source, _) in SOURCES.items()
        if len(source) < 500_000 and name != "nested lists"
    ),
    *(
        row(f"58 recursion in {name} | split: error memory crashed timeout", NEST + line)
        for name, line in NESTED.items()
    ),
    *(row(f"60 {name} | split: timeout | short", line) for name, line in WAITING.items()),
]
