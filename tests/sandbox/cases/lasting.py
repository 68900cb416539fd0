r"""Cases 61 to 63 and 67 to 75: output without end or of odd bytes, and what lasts."""

from tests.sandbox.cases.table import row, table

__all__ = ["CASES"]

PRINTED = {
    "NUL": r"print('\0' * 99)",
    "invalid text": r"os.write(1, b'\xff\xfe\xc0\x80' * 99)",
    "half a character": r"os.write(1, '\u20ac'.encode()[:2])",
    "escapes": r"print('\x1b[31m\x1b]0;x\x07\x9b')",
    "a million lines": r"os.write(1, b'\n' * 10 ** 6)",
    "all of it": r"os.write(1, b'\x00\xff\x1b[31m' + b'\n' * 1000)",
    "overwritten lines": r"print('passed\rfailed\b\b\u202e')",
}
SCHEDULING = {
    "nice": "os.nice(19)",
    "real-time scheduling": "os.sched_setscheduler(0, 1, os.sched_param(1))",
    "batch scheduling": "os.sched_setscheduler(0, 3, os.sched_param(0))",
    "affinity": "os.sched_setaffinity(0, [0])",
}

LASTING = table(
    r"""
== 61 prints without end | split beside stdout: output_limit
while True: print('x' * 1000)

== 61 prints on after errors | split driven stdout: output_limit
import os
for _ in range(3000):
    try: os.write(1, b'x' * 1000)
    except OSError: pass
<RIGHT>

== 61 grows its output | split driven: output_limit
import os
try: os.ftruncate(1, 1 << 50)
except OSError: pass
os.ftruncate(1, (1 << 20) + 1)
<RIGHT>

== 61 grows and shrinks its output | split driven stdout: passed
import os
os.ftruncate(1, 1 << 20)
os.ftruncate(1, 0)
print(4)
<RIGHT>

== 62 long message | split driven beside: error
raise ValueError('x' * 10 ** 7)

== 62 long name | split driven beside: error
raise type('E' * 10 ** 6, (Exception,), {})()

== 62 long trace | split driven: error
def g(n): g(n - 1) if n else 1 / 0
g(900)

== 63 prints a lone surrogate | split driven beside: error
print('\ud800')
<RIGHT>

== 63 raises NUL | split driven: error
raise ValueError('\0')

== 63 raises a lone surrogate | split driven beside: error
raise ValueError('\ud800')

== 63 raises a lone surrogate in the function | split driven beside: error
def f(n): raise ValueError('\ud800')

== 63 answers a lone surrogate | split driven: failed
def f(n): return '\ud800'

== 63 raises escapes | split: error
raise ValueError('\x1b[2J')

== 67 burns in threads | split driven beside: timeout
import threading
def g():
    while True: pass
for _ in range(3): threading.Thread(target=g, daemon=True).start()
g()

== 67 burns outside the interpreter's lock | split driven: timeout
import hashlib, threading
def g():
    while True: hashlib.sha256(bytes(1 << 20))
for _ in range(3): threading.Thread(target=g, daemon=True).start()
g()

== 69 names that do not exist | split: passed | long
import os
for n in range(30000): os.path.exists(f'/usr/lib/{n}')
<RIGHT>

== 69 writes to all of its memory | split: passed | long
x = bytearray(50 << 20)
for n in range(0, len(x), 4096): x[n] = 1
<RIGHT>

== 70 absent package | split driven beside stdout: error
import torch

== 70 package that its profile has not | split: error
import numpy

== 70 slow imports | split: passed | big
import email, http.client, sqlite3, unittest.mock, xml.dom.minidom, zipfile
<RIGHT>

== 71 dumps later and leaves | split driven: error
import faulthandler, time
faulthandler.dump_traceback_later(0.01, exit=True, file=2)
def f(n): time.sleep(0.2)

== 71 core dump | denied
import resource
resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)

== 71 keeps the interpreter's lock | split driven: timeout
import sys, threading, time
sys.setswitchinterval(1e9)
def g():
    while True: pass
threading.Thread(target=g, daemon=True).start()
time.sleep(0.01)
<RIGHT>

== 74 what is the same for all | split: passed
import locale, random, sys, time
def f(n):
    return [hash("x") % 997, random.random(), time.tzname, time.localtime(0).tm_hour,
            locale.getpreferredencoding(False), sys.getfilesystemencoding(), list({"a", "b", "c"})]
-- tests
assert f(0) == [165, 0.8444218515250481, ("UTC", "UTC"), 0, "utf-8", "utf-8", ['c', 'a', 'b']]

== 75 breaks the interpreter | split driven beside stdout: error
import sys, builtins
sys.modules.clear()
sys.stdout = None
vars(builtins).clear()

== 75 without standard streams | split driven beside: passed
import sys
sys.stdout = sys.stderr = sys.stdin = None
<RIGHT>

== 75 without modules | split: passed
import sys
sys.modules.clear()
<RIGHT>

== 75 without its own module | split driven: passed
import sys
del sys.modules['solution']
<RIGHT>
""",
)

CASES = [
    *LASTING,
    *(
        row(f"63 prints {name} | split driven beside: passed", f"import os\n{line}\n<RIGHT>")
        for name, line in PRINTED.items()
    ),
    row("63 NUL in the source | split driven: error", "x = '\0'\n<RIGHT>"),
    row("63 surrogate in the source | split driven: error", "x = '\ud800'\n<RIGHT>"),
    row("63 surrogate in the tests | split: error", "<RIGHT>\n-- split\nassert f(2) == '\ud800'"),
    *(row(f"73 {name} | refused", f"import os\n{line}") for name, line in SCHEDULING.items()),
]
