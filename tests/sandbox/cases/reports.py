r"""Cases 49 and 84 to 89: games with what the harness reads from a program."""

from tests.sandbox.cases.forgery import RECORD
from tests.sandbox.cases.table import row, table

__all__ = ["CASES"]

FRAMES = {
    "brackets": ("'[' * 10 ** 6", "security"),
    "nested lists": ("'[' * 900 + ']' * 900", "failed"),
    "deeper lists": ("'[' * 10 ** 5 + ']' * 10 ** 5", "security"),
    "long integer": ("'9' * 10 ** 5", "security"),
    "integer of 10 MB": ("'9' * 10 ** 7", "error"),
    "not a number": ("'NaN'", "security"),
    "unknown tag": ("""'{"Z":[]}'""", "failed"),
    "two tags": ("""'{"t":[],"s":[]}'""", "failed"),
    "pairs that are none": ("""'{"d":[1,2]}'""", "failed"),
    "empty pairs": ("""'{"d":[' + ','.join(['[]'] * 1001) + ']}'""", "failed"),
    "unhashable keys": ("""'{"s":[[],[]]}'""", "failed"),
    "range of no numbers": ("""'{"r":[0,1e999,1]}'""", "failed"),
    "large decimal": ("""'{"D":["1e99999999"]}'""", "failed"),
    "signalling decimal": ("""'{"D":["sNaN"]}'""", "failed"),
    "extra answers": ("""'4],["v",4],["v",4'""", "security"),
    "answer of no kind": ("""'4],["w",4'""", "security"),
}
ENDING = {
    "half, then leaves": (40, "os._exit(0)", "security"),
    "half, then aborts": (40, "os.abort()", "security"),
    "half, then waits": (40, "__import__('time').sleep(99)", "timeout"),
    "a little, then leaves": (9, "os._exit(0)", "security"),
    "a little, then aborts": (9, "os.abort()", "crashed"),
    "a little, then waits": (9, "__import__('time').sleep(99)", "timeout"),
}
CHANNELS = table(
    r"""
== 49 deep answer | split: failed | driven: error
def f(n):
    v = []
    for _ in range(10 ** 5): v = [v]
    return v

== 49 long integer | split: failed | driven: error
def f(n): return 10 ** 50000

== 49 colliding keys | split: failed | driven: security error
def f(n): return {i * (2 ** 61 - 1): 0 for i in range(3000)}

== 49 colliding items | split: failed | driven: security error
def f(n): return {i * (2 ** 61 - 1) for i in range(3000)}

== 49 keys that are no number | split driven: failed
def f(n): return {float('nan'): 4, float('nan'): 4}

== 49 huge answer | split driven: error
def f(n): return 'x' * (3 << 20)

== 49 gigabyte of report | split driven: error memory
import os
os.ftruncate(3, 1 << 30)

== 49 invalid text | split: security | driven: error
import os
os.write(3, b'\xff\xfe' * 99)
<WRONG>

== 49 a byte now and then | split driven: timeout | short
import os, sys, time
frame = sys._getframe()
while "calls" not in frame.f_locals:
    frame = frame.f_back
def f(n):
    for byte in b"\x10\0\0\0" + b"[" * 99:
        os.write(5 if frame.f_locals["calls"] else 3, bytes([byte]))
        time.sleep(0.2)

== 49 half of an outcome | driven: timeout | short
import os
os.write(5, b'\xff\0\0\0[')
<WRONG>

== 84 report of a megabyte | split: failed
<RECORD>
def f(n): send('["v",null],["v",4],["v","' + 'x' * ((1 << 20) - 86) + '"]')

== 84 report of a megabyte and a byte | split: error
<RECORD>
def f(n): send('["v",null],["v",4],["v","' + 'x' * ((1 << 20) - 85) + '"]')

== 86 its output in the report's place | split: error | driven: passed
import os
os.dup2(1, 3)
<RIGHT>

== 86 its report in the output's place | split: security | driven: error
import os
os.dup2(3, 1)
print('x', flush=True)
<RIGHT>

== 86 report with a hole before it | split: security | driven: error
import os
os.lseek(3, 100, 0)
<RIGHT>

== 86 report with zeros after it | split: security
import os
os.ftruncate(3, 1 << 20)
<RIGHT>

== 86 report through a shared map | split: security
import mmap, os
os.ftruncate(3, 4096)
kept = mmap.mmap(3, 4096)
kept[2000:] = kept[2000:]
<RIGHT>

== 86 seals its report | refused
import fcntl
fcntl.fcntl(3, 1033, 15)

== 86 leases, locks, sizes and owners | split driven: passed
import fcntl, os
for d in range(6):
    for what, value in ((1031, 1 << 20), (1033, 15), (8, 2), (10, 9), (1024, 1), (1026, 255)):
        try: fcntl.fcntl(d, what, value)
        except OSError: pass
    try: fcntl.flock(d, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError: pass
<RIGHT>

== 86 signals from a descriptor | refused
import fcntl, os
reading, writing = os.pipe()
fcntl.fcntl(reading, fcntl.F_SETOWN, os.getppid() or 2)
fcntl.fcntl(reading, 10, 9)
fcntl.fcntl(reading, fcntl.F_SETFL, 0o20000)
os.write(writing, b'x')
raise OSError  # nothing was refused, and nobody was hurt

== 86 calls that do not wait | driven: error passed
import fcntl, os
for d in (4, 5): fcntl.fcntl(d, fcntl.F_SETFL, os.O_NONBLOCK)
<RIGHT>

== 87 outcomes out of order | driven: error failed security timeout | short
import os
os.write(5, b'\x04\0\0\0null')
<WRONG>

== 87 outcome of more than a megabyte | driven: security
import os
def f(n): os.write(5, b'\1\0\x10\0[')

== 87 outcome that is no text | driven: security
import os
def f(n): os.write(5, b'\4\0\0\0\xff\xff\xff\xff')

== 87 outcome of another form | driven: security
import os
def f(n): os.write(5, b'\5\0\0\0["x"]')

== 87 outcome while loading | driven: security
import os
os.write(5, b'\4\0\0\0null')
os._exit(0)

== 87 killed by the last call | driven: security
import ctypes, threading
def f(n):
    if n == 5: ctypes.CDLL(None).syscall(101, 0, 0, 0, 0)
    return n * n

== 89 thread that writes into the report | split: security
import os, threading, time
def g():
    while True: os.write(3, b'x')
threading.Thread(target=g, daemon=True).start()
def f(n): time.sleep(0.01)
""",
    RECORD=RECORD,
)

CASES = [
    *CHANNELS,
    *(
        row(
            f"49 raw {name} | split: {verdict} | driven: error",
            f"""{RECORD}\ndef f(n): send('["v",null],["v",' + {text} + '],["v",9]')""",
        )
        for name, (text, verdict) in FRAMES.items()
    ),
    *(
        row(
            f"85 {name} | split: {verdict} | driven: error | short",
            RECORD.replace(".encode())\n    os._exit(0)", f".encode()[:{size}])\n    {line}")
            + "def f(n): send('[\"v\",null]')",
        )
        for name, (size, line, verdict) in ENDING.items()
    ),
]
