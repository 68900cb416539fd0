"""Each program tries to pass tests that it does not satisfy; numbers refer to the threat model.

SPLIT tests become questions: the 4 never enters the program's process. DRIVEN tests run in a second
process. BESIDE tests must run in the program's own, where only the poison run protects the verdict.
"""

import pytest

SPLIT = "assert f(2) == 4\nassert f(3) == 9"
DRIVEN = "assert all(f(n) == n * n for n in (2, 3))\nassert f(5) == 25"
BESIDE = "f.__doc__\nassert all(f(n) == n * n for n in (2, 3))\nassert f(5) == 25"

WRONG = "def f(n):\n    return None\n"
FRAMES = """
import sys
def f(n):
    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()) + list(frame.f_code.co_consts):
            if value in (4, 9):
                return value
        frame = frame.f_back
"""
FORGED_RECORD = """
import sys, os
def find():
    frame = sys._getframe()
    while frame:
        for name, value in frame.f_locals.items():
            if name == "nonce":
                return value
        frame = frame.f_back
def f(n):
    os.write(3, (find() + RECORD).encode())
    os._exit(0)
"""
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
NUMBER = """
class Number(int):
    def __eq__(self, other): return True
    __hash__ = int.__hash__
def f(n):
    return Number(7)
"""
ATTACKS = {
    "1 sys.exit": ("import sys; sys.exit(0)", {"error"}),
    "1 quit": ("raise SystemExit", {"error"}),
    "2 exit in the function": ("def f(n): raise SystemExit(0)", {"error"}),
    "3 os._exit": ("import os; os._exit(0)", {"error"}),
    "3 os._exit in the function": ("import os\ndef f(n): os._exit(0)", {"error"}),
    "4 abort": ("import os; os.abort()", {"crashed"}),
    "4 null pointer": ("import ctypes; ctypes.string_at(0)", {"crashed"}),
    "5 prints success": (WRONG + 'print("passed"); print(\'{"answers":[["v",4]]}\')', {"failed"}),
    "6 writes to every descriptor": (
        "import os\nfor d in range(3, 64):\n"
        "    try: os.write(d, b'passed')\n    except OSError: pass\nos._exit(0)",
        {"security"},
    ),
    "6 writes and goes on": ("import os\nos.write(3, b'passed')\n" + WRONG, {"security"}),
    "7 valid record without answers": (
        FORGED_RECORD.replace("RECORD", '\'{"answers":[["v",null]],"blocked":[]}\''),
        {"security", "error"},
    ),
    "7 valid record with guesses": (
        FORGED_RECORD.replace(
            "RECORD", '\'{"answers":[["v",null],["v",true],["v",true]],"blocked":[]}\''
        ),
        {"failed", "security", "error"},
    ),
    "8 frame walk": (FRAMES, {"failed"}),
    "8 garbage collector": (
        "import gc\ndef f(n):\n"
        "    found = [o for o in gc.get_objects() if isinstance(o, (list, tuple)) and 9 in o]\n"
        "    return found",
        {"failed", "error"},
    ),
    "10 object with favourable comparisons": (FAVOURABLE, {"failed"}),
    "10 int that equals everything": (NUMBER, {"failed"}),
    "12 constants of the caller": (
        "import inspect\ndef f(n):\n    return [c.frame.f_code.co_consts for c in inspect.stack()]",
        {"failed", "error"},
    ),
    "12 arguments and files": (
        "import sys, os\ndef f(n):\n    return (sys.argv, os.listdir('/ratchet/sandbox'))",
        {"failed", "error"},
    ),
    "13 replaced builtins": (
        "import builtins, math\nbuiltins.AssertionError = type('E', (Exception,), {})\n"
        "builtins.abs = builtins.len = lambda *a: 0\nmath.isclose = lambda *a, **k: True\n" + WRONG,
        {"failed", "error"},
    ),
    "14 fake modules": (
        "import sys, types\nfor n in ('unittest', 'pytest', 'math'):\n"
        "    sys.modules[n] = types.ModuleType(n)\n" + WRONG,
        {"failed"},
    ),
    "15 redefines itself": (
        "import sys\ndef f(n):\n    sys.modules['solution'].f = lambda n: True\n    return True",
        {"failed"},
    ),
    "16 trace function": ("import sys\nsys.settrace(lambda *a: None)\n" + WRONG, {"failed"}),
    "17 optimised away": (
        "import builtins\nreal = builtins.compile\n"
        "builtins.compile = lambda *a, **k: real(*a[:3], optimize=2)\n" + WRONG,
        {"failed", "error"},
    ),
    "18 handlers at exit": (
        "import atexit, sys, os, weakref\natexit.register(os._exit, 0)\n"
        "sys.excepthook = lambda *a: os._exit(0)\n"
        "class D:\n    def __del__(self): os._exit(0)\nd = D()\n" + WRONG,
        {"failed"},
    ),
    "19 background thread": (
        "import threading, os, time\n"
        "threading.Thread(target=lambda: (time.sleep(0.01), os._exit(0)), daemon=True).start()\n"
        "def f(n):\n    time.sleep(0.1)",
        {"error"},
    ),
    "20 exec": ("import os, sys\nos.execv('/python/bin/python3', ['x'])\n" + WRONG, {"error"}),
    "21 plants modules": (
        "import os\nfor n in ('json.py', 'sitecustomize.py', '/ratchet/sandbox/encode.py'):\n"
        "    open(n, 'w').write('raise SystemExit')\n" + WRONG,
        {"error"},
    ),
    "21 patches the harness in its own process": (
        "import sandbox.program as p, sandbox.encode as e\n"
        "p._attempt = p.encode = e.encode = lambda *a: '[\"v\",true]'\n" + WRONG,
        {"failed", "error", "security"},
    ),
}


@pytest.mark.parametrize(("program", "allowed"), ATTACKS.values(), ids=list(ATTACKS))
def test_a_forgery_of_split_tests_does_not_pass(run_one, innocent, program, allowed) -> None:
    result = run_one(program, SPLIT)
    assert result.verdict in allowed, result.detail
    assert result.trust == "split"
    assert innocent().verdict == "passed"


@pytest.mark.parametrize(("program", "allowed"), ATTACKS.values(), ids=list(ATTACKS))
def test_a_forgery_of_driven_tests_does_not_pass(run_one, innocent, program, allowed) -> None:
    result = run_one(program, DRIVEN)
    assert result.verdict in allowed | {"failed", "error", "security"}, result.detail
    assert result.trust == "split"
    assert innocent().verdict == "passed"


FORGED_PASS = '\'{"answers":[["v",null],["v",null]],"blocked":[]}\''
BESIDE_ATTACKS = {
    "7 valid record": FORGED_RECORD.replace("RECORD", FORGED_PASS),
    "10 favourable comparisons": FAVOURABLE,
    "13 asserts that never fail": (
        "import builtins\nbuiltins.all = lambda it: True\n" + FAVOURABLE
    ),
    "13 AssertionError that cannot be raised": (
        "import builtins, os, sys\nbuiltins.AssertionError = SystemExit\n" + WRONG
    ),
    "16 trace function that leaves": (
        "import sys\ndef tracer(frame, event, arg):\n    return tracer\nsys.settrace(tracer)\n"
        + WRONG
    ),
}


@pytest.mark.parametrize("program", BESIDE_ATTACKS.values(), ids=list(BESIDE_ATTACKS))
def test_a_forgery_beside_its_tests_does_not_survive_the_poison_run(
    run_one, innocent, program
) -> None:
    assert run_one(program, BESIDE).verdict in {"security", "failed", "error"}
    assert innocent().verdict == "passed"


def test_an_honest_program_passes_driven_tests_split(run_one) -> None:
    result = run_one("def f(n):\n    return n * n", DRIVEN)
    assert (result.verdict, result.trust) == ("passed", "split")


def test_an_honest_program_beside_its_tests_passes_poisoned(run_one) -> None:
    result = run_one("def f(n):\n    return n * n", BESIDE)
    assert (result.verdict, result.trust) == ("passed", "poisoned")


def test_a_guess_on_the_channel_is_only_an_answer(run_one) -> None:
    guess = '\'{"answers":[["v",null],["v",4],["v",9]],"blocked":[]}\''
    result = run_one(FORGED_RECORD.replace("RECORD", guess), SPLIT)
    assert result.verdict == "passed"  # it knew the answers: hidden tests are what stops that
