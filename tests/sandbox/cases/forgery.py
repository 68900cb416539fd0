r"""Cases 1 to 7 and 20 to 25: programs that leave, attack or forge what the host is told."""

from tests.sandbox.cases.table import table

__all__ = ["CASES", "RECORD"]

RECORD = r"""
import os, sys
def send(answers, notes=""):
    frame = sys._getframe()
    while "nonce" not in frame.f_locals:
        frame = frame.f_back
    text = '{"answers":[' + answers + '],"blocked":[' + notes + "]}"
    os.write(3, (frame.f_locals["nonce"] + text).encode())
    os._exit(0)
"""
AHEAD = """
import os, sys, time
def packed(text):
    return len(text).to_bytes(4, "little") + text.encode()
frame = sys._getframe()
while "calls" not in frame.f_locals:
    frame = frame.f_back
outcomes = ['["v",null]', *('["v",[%s,[null]]]' % guess for guess in GUESSES)]
os.write(5, b"".join(map(packed, outcomes)))
time.sleep(99)
"""

CASES = table(
    r"""
== 1 sys.exit | split driven beside: error | stdout: failed
import sys; sys.exit(0)

== 1 quit | split driven beside: error | stdout: failed
raise SystemExit

== 2 exit in the function | split driven beside: error
def f(n): raise SystemExit(0)

== 3 os._exit | split driven beside stdout: error
import os; os._exit(0)

== 3 os._exit in the function | split driven beside stdout: error
import os
print(4, flush=True)
def f(n): os._exit(0)
__name__ == '__main__' and f(1)

== 4 abort | split driven beside stdout: crashed
import os; os.abort()

== 4 null pointer | split driven beside: crashed
import ctypes
def f(n): ctypes.string_at(0)

== 5 prints success | split driven beside stdout: failed
<WRONG>
print('passed')
print('{"answers":[["v",4]]}', flush=True)

== 6 writes to every descriptor | split driven beside stdout: security
import os
for d in range(3, 64):
    try: os.write(d, b'passed')
    except OSError: pass
os._exit(0)

== 6 writes and goes on | split driven beside: security
import os
for d in range(64):
    try: os.write(d, b'passed')
    except OSError: pass
<WRONG>

== 7 record without answers | split beside: security | driven: error
<RECORD>
def f(n): send('["v",null]')

== 7 record with guesses | split: failed | driven: error | beside: security
<RECORD>
def f(n): send('["v",null],["v",true],["v",true]')

== 7 record of passed tests | split beside: security | driven: error
<RECORD>
def f(n): send('["v",null],["v",null]')

== 7 record that a second process wrote | split: security | driven: error
<RECORD>
import sandbox.driver as d
d.REPORT_FD = 3
send('["v",null],["v",null]')

== 20 execv | refused | driven: passed
import os, sys
os.execv('/bin/sh', ['sh'])

== 20 execv of the interpreter | refused | driven: passed
import os, sys
os.execv(sys.executable or '/python/bin/python3', ['x'])

== 20 execveat of a memory file | refused
import os
os.execve(os.memfd_create('x'), ['x'], {})

== 20 execve by number | denied
import ctypes
ctypes.CDLL(None).syscall(59, b'/bin/sh', 0, 0) == -1

== 20 execveat by number | denied
import ctypes
ctypes.CDLL(None).syscall(322, 1, b'', 0, 0, 0x1000) == -1

== 20 posix_spawn | refused
import os
os.posix_spawn('/bin/true', ['x'], {})

== 21 plants json | refused
open('json.py', 'w').write('raise SystemExit')

== 21 plants sitecustomize | refused
open('sitecustomize.py', 'w').write('raise SystemExit')

== 21 plants a path file | refused
open('/ratchet/x.pth', 'w').write('import os')

== 21 plants a module beside its tests | split driven: failed | scratch
for name in ('json', 'math', 'pytest', 'sandbox', 'csv'):
    open(name + '.py', 'w').write('raise SystemExit')
<WRONG>

== 21 overwrites the harness | refused
open('/ratchet/sandbox/encode.py', 'a')

== 21 patches the harness in its own process | split: failed | beside: security | short
import sandbox.program as p, sandbox.encode as e
p._attempt = p.encode = e.encode = lambda *a: '["v",true]'
<WRONG>

== 21 patches the harness of a driven program | driven: timeout error security | short
import sandbox.driver as d
d.send = d.receive = d.answer_calls = lambda *a: b''
<WRONG>

== 21 fakes the harness in its own process | split driven beside: failed
import sys, types
for n in ('sandbox.program', 'sandbox.encode', 'json', 'marshal'):
    sys.modules[n] = types.ModuleType(n)
<WRONG>

== 22 a right guess is an answer | split: passed
<RECORD>
def f(n): send('["v",null],["v",4],["v",9]')

== 22 wrong guesses ahead of the calls | driven: failed
GUESSES = 4, 7, 25
<AHEAD>

== 22 right guesses ahead of the calls | driven: passed
GUESSES = 4, 9, 25
<AHEAD>

== 23 knows the visible answers | split driven beside: passed
f = {2: 4, 3: 9, 5: 25}.get

== 24 passes now and then | split driven: passed failed
import os
def f(n): return n * n if os.urandom(1)[0] % 2 else 0

== 25 asserts a constant | split: passed | weak
<RIGHT>
-- tests
assert True

== 25 asserts what any value is | split: passed | weak
<RIGHT>
-- tests
assert f(2) is not None

== 25 compares the program with itself | split: passed | weak
<RIGHT>
-- tests
assert f(2) == f(2)

== 25 tests that forge their own pass | driven: passed | weak
<RIGHT>
-- tests
import os, sys
frame = sys._getframe()
while "nonce" not in frame.f_locals: frame = frame.f_back
text = '{"answers":[["v",null],["v",null]],"blocked":[]}'
os.write(3, (frame.f_locals["nonce"] + text).encode())
os._exit(0)
assert f(2) == 5

== 25 asserts its own copy | beside: passed | weak
<RIGHT>
-- tests
def g(n):
    return n * n
assert g(2) == 4
""",
    RECORD=RECORD,
    AHEAD=AHEAD,
)
