r"""Cases 15 to 19: programs that change what runs around them, or what comes after them."""

from tests.sandbox.cases.table import table

__all__ = ["CASES"]

LEAVING = """
import atexit, os, signal, sys, threading, weakref
leave = lambda *a: os._exit(0)
atexit.register(leave)
sys.excepthook = sys.unraisablehook = threading.excepthook = threading._shutdown = leave
sys.exit = exit = quit = leave
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGABRT):
    signal.signal(number, leave)
class D:
    def __del__(self): leave()
kept = D()
weakref.finalize(kept, leave)
"""

CASES = table(
    r"""
== 15 redefines itself | split driven beside: failed
import sys
def f(n):
    sys.modules['solution'].f = lambda n: True
    return True

== 15 edits the checking function | split driven beside: failed
import sys
def f(n):
    frame = sys._getframe(1)
    check = frame.f_globals.get(frame.f_code.co_name)
    if check: check.__code__ = (lambda *a: None).__code__
    if 'check' in frame.f_globals: frame.f_globals['check'] = lambda *a: None
-- split
def check(candidate):
    assert candidate(2) == 4
check(f)
-- driven
def check(candidate):
    assert candidate(2) == 4
for _ in range(2):
    while check(f): pass
-- beside
f.__doc__
def check(candidate):
    assert candidate(2) == 4
    assert candidate(3) == 9
check(f)
check(f)

== 16 jumps past the asserts | split driven: failed | beside: security failed
import sys
def tracer(frame, event, argument):
    if event == "line" and frame.f_code.co_filename == "<tests>" and frame.f_lineno == 2:
        frame.f_lineno = 4
    return tracer
def f(n):
    frame = sys._getframe()
    while frame and frame.f_code.co_filename != "<tests>":
        frame = frame.f_back
    if frame: frame.f_trace = tracer
    sys.settrace(tracer)
-- beside
x = f(1)
f.__doc__
assert f(2) == 4
x = f(1)

== 16 trace and profile functions | split driven beside: failed
import sys
sys.settrace(lambda *a: None)
sys.setprofile(lambda *a: None)
hooks = getattr(sys, 'monitoring', None)
hooks and hooks.use_tool_id(0, 'x')
<WRONG>

== 16 trace function that stays | split driven beside: failed
import sys
def tracer(frame, event, arg):
    return tracer
sys.settrace(tracer)
<WRONG>

== 17 optimised away | split driven: failed | beside: security
import builtins
real = builtins.compile
builtins.compile = lambda *a, **k: real(*a[:3], optimize=2)
<WRONG>

== 17 debugging off and an import hook | split driven beside: failed
import sys
sys.flags = None
class Hook:
    def find_spec(self, *a): raise SystemExit(0)
sys.meta_path.insert(0, Hook())
<WRONG>

== 17 debugging by assignment | split driven: error
import builtins
setattr(builtins, '__debug__', False)
__debug__ = False

== 18 handlers at exit | split driven beside stdout: failed
<LEAVING>
<WRONG>

== 18 handlers of exceptions | split driven beside: error
<LEAVING>
def f(n): 1 / 0

== 19 thread that leaves | split driven beside: error
import os, threading, time
threading.Thread(target=lambda: (time.sleep(0.01), os._exit(0)), daemon=True).start()
def f(n): time.sleep(0.1)

== 19 thread that patches | split: failed error | driven beside: failed error security
import threading, time, builtins
def f(n): time.sleep(0.01)
def patch():
    while True:
        builtins.isinstance = builtins.len = lambda *a: True
        patch.__globals__['f'] = lambda n: True
        time.sleep(0.001)
threading.Thread(target=patch, daemon=True).start()
""",
    LEAVING=LEAVING,
)
