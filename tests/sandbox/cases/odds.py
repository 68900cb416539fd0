r"""Cases 90 to 103: signals, filters, users, printed text, names and exceptions."""

from tests.sandbox.cases.forgery import RECORD
from tests.sandbox.cases.table import row, table

__all__ = ["CASES"]

FILTER = """
import ctypes, struct
code = struct.pack("HBBI" * 4, 32, 0, 0, 0, 21, 0, 1, 1, 6, 0, 0, ACTION, 6, 0, 0, 0x7FFF0000)
buffer = ctypes.create_string_buffer(code)
pointer = struct.pack("H6xQ", 4, ctypes.addressof(buffer))
assert ctypes.CDLL(None).prctl(22, 2, pointer, 0, 0) == 0
<RIGHT>
"""
HARMLESS = {
    "session of its own": "os.setsid()",
    "group of its own": "os.setpgid(0, 0)",
    "name of another": "ctypes.CDLL(None).prctl(15, b'bwrap')",
    "signal when its parent dies": "ctypes.CDLL(None).prctl(1, 9)",
    "memory that may be dumped": "ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)",
    "reaper of others": "ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)",
    "signal to itself": "os.kill(os.getpid(), 18)",
    "advice about all memory": "ctypes.CDLL(None).madvise(id(os) >> 12 << 12, 4096, 100)",
}
IDENTITY = {
    "user 0": "os.setuid(0)",
    "group 0": "os.setgid(0)",
    "other groups": "os.setgroups([0])",
    "another group of processes": "os.setpgid(0, 1)",
    "the driver's user": "os.setresuid(*[os.getuid() + 1] * 3)",
    "the worker's user": "os.setresuid(-1, 0, -1)",
}
SHOWN = {
    "that cannot be shown": "__str__ = __repr__ = lambda self: 1 / 0",
    "shown as no text": "__str__ = lambda self: 4",
    "of another class": "__class__ = property(lambda self: KeyError)",
    "of ten megabytes": "__str__ = lambda self: 'x' * 10 ** 7",
    "with a traceback of its own": "__traceback__ = property(lambda self: self)",
    "that leaves when shown": "__str__ = lambda self: os._exit(0)",
}
NAMES = "AssertionError SystemExit ProtocolViolation CannotCross Gone Unserialisable Exception"
CAPSET = r"126, b'\x22\5\x08\x20' + bytes(4), b'\xff' * 24"

OTHERS = table(
    r"""
== 90 timer that raises everywhere | split driven beside: error
import signal
def g(*a): raise KeyError
signal.signal(signal.SIGALRM, g)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
def f(n):
    while True: pass

== 102 seems to wait for the processor | split: timeout | short
import os, threading, time
def g():
    while time.monotonic() < end: os.sched_yield()
end = time.monotonic() + 0.1
for _ in range(4): threading.Thread(target=g).start()
time.sleep(99)

== 103 leaves by another status | split driven: error
import os
os._exit(31)

== 103 ends as an attack does | split driven: passed security
import os
os.kill(os.getpid(), 31)
<RIGHT>

== 95 prints what is expected | stdout: passed
print(2 * 2)

== 95 prints and leaves with a status | stdout: passed
import sys
print(4)
sys.exit(3)

== 95 prints to the other stream | stdout: failed
import sys
print(4, file=sys.stderr)

== 95 prints more | stdout: failed
import os
print(4, flush=True)
os.write(1, b'\0')

== 95 prints over a hole | stdout: failed
import os
os.lseek(1, 4, 0)
print(4, flush=True)

== 95 prints and raises | stdout: error
print(4)
raise ValueError

== 95 prints and aborts | stdout: crashed
import os
print(4, flush=True)
os.abort()

== 95 prints and loops | stdout: timeout
print(4, flush=True)
while True: pass

== 95 prints and writes a report | stdout: security
import os
print(4, flush=True)
os.write(3, b'{}')

== 95 prints and attacks | stdout: security
import ctypes
print(4, flush=True)
ctypes.CDLL(None).syscall(101, 0, 0, 0, 0)

== 95 closes its output | stdout: failed
import os
os.close(1)
os.open('/dev/null', 1)
print(4)

== 96 builtins of its own | split driven: failed error | beside: failed error
__builtins__ = {'all': lambda it: True}
<WRONG>

== 96 module of another class | split driven beside: failed
import sys, types
class M(types.ModuleType):
    __getattr__ = lambda *a: True
sys.modules[__name__].__class__ = M
<WRONG>

== 96 names that equal others | split driven beside: failed
class K(str):
    __eq__ = lambda *a: True
    __hash__ = lambda self: hash('g')
globals()[K('g')] = lambda n: n * n
<WRONG>

== 96 evaluation replaced | split driven: failed error
import builtins
builtins.eval = lambda *a: True
<WRONG>

== 96 encoder replaced | split: failed | driven: security
import sandbox.encode as e
e.encode = e._rare = e._consume = lambda *a: 'true'
def f(n): return object()

== 98 exception whose ancestors lie | split driven beside: error
class M(type):
    __mro__ = property(lambda c: [int, ValueError])
class E(Exception, metaclass=M): pass
def f(n): raise E

== 98 exception shown for ever | split: timeout
class E(Exception):
    def __str__(self):
        while True: pass
def f(n): raise E

== 98 exception named as no name is | split driven beside: error
def f(n): raise type('\ud800\0\n' * 99, (Exception,), {})

== 98 exception of a line without end | split: error security failed
<RECORD>
def f(n): send('["v",null],["x","E","m",[],' + '9' * 4000 + '],["v",9]')

== 98 notes that cannot be written | split: failed security
<RECORD>
def f(n): send('["v",null],["v",7],["v",9]', '"\\ud800\\u0000"')

== 98 notes nested deep | split: failed security
<RECORD>
def f(n): send('["v",null],["v",7],["v",9]', '[' * 900 + ']' * 900)

== 98 notes of events that it makes up | split: failed | flags: blocked:os.fork
import sys
for _ in range(10 ** 4): sys.audit('os.fork')
<WRONG>
""",
    RECORD=RECORD,
)

CASES = [
    *OTHERS,
    *(
        row(f"91 own filter that {what} | split driven: {verdict}", FILTER.replace("ACTION", act))
        for what, act, verdict in (
            ("refuses", "0x50001", "error"),
            ("kills", "0x80000000", "security"),
        )
    ),
    *(
        row(
            f"92 {name} | split driven: passed",
            f"import ctypes, os\ntry: {line}\nexcept OSError: pass\n<RIGHT>",
        )
        for name, line in HARMLESS.items()
    ),
    *(
        row(f"93 {name} | refused | driven: passed", f"import os\n{line}")
        for name, line in IDENTITY.items()
    ),
    row("93 capabilities | denied", f"import ctypes\nctypes.CDLL(None).syscall({CAPSET}) == -1"),
    *(
        row(
            f"98 exception {name} | split driven beside: error",
            f"import os\nclass E(Exception):\n    {line}\ndef f(n): raise E(n)",
        )
        for name, line in SHOWN.items()
    ),
    *(
        row(
            f"98 exception named {name} | split: error | driven beside: error failed security",
            f"class {name}(BaseException): pass\ndef f(n): raise {name}",
        )
        for name in NAMES.split()
    ),
]
