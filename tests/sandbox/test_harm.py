"""Each program reads, harms or exhausts something; numbers refer to the threat model."""

import pytest

TESTS = "assert f(2) == 4"
RIGHT = "\ndef f(n):\n    return n * n\n"
SYSCALL = "import ctypes\ncall = ctypes.CDLL(None, use_errno=True).syscall\n"
DENIED = RIGHT.replace("return", "assert denied, 'it worked'\n    return")


def refused(statement: str) -> str:
    """A program that is right only if the statement fails with an operating system's error."""
    return (
        f"try:\n    {statement}\n    denied = False\nexcept OSError:\n    denied = True\n{DENIED}"
    )


def refused_call(number: int, *arguments: str) -> str:
    return f"{SYSCALL}import os\ndenied = call({number}, {', '.join(arguments)}) == -1\n{DENIED}"


READING = {
    "26 siblings in the heap": (
        "import gc\nobjects = gc.get_objects()\n"
        "seen = [o for o in objects if isinstance(o, dict) and 'SECRET_42' in o]\ndenied = not seen"
        + DENIED
    ),
    "27 proc": refused("open('/proc/self/environ')"),
    "28 passwd": refused("open('/etc/passwd')"),
    "28 home": "import os\ndenied = not os.path.exists('/root') and not os.path.exists('/home')"
    + DENIED,
    "28 sys": refused("import os; os.listdir('/sys')"),
    "28 devices": (
        "import os\ndenied = sorted(os.listdir('/dev')) == ['null', 'urandom', 'zero']" + DENIED
    ),
    "29 descriptors": (
        "import os\nopened = []\nfor d in range(4, 256):\n"
        "    try: opened.append(os.fstat(d))\n    except OSError: pass\ndenied = not opened"
        + DENIED
    ),
    "29 request stream": "import os\ndenied = os.read(0, 100) == b''" + DENIED,
    "30 environment": (
        "import os\nknown = '''PYTHONPATH PYTHONHASHSEED LD_LIBRARY_PATH LD_BIND_NOW TZ LC_ALL "
        "OMP_NUM_THREADS OPENBLAS_NUM_THREADS MKL_NUM_THREADS PWD LC_CTYPE'''\n"
        "denied = set(os.environ) <= set(known.split())" + DENIED
    ),
    "31 leaves a file": refused("open('/tmp/left', 'w')"),
    "31 leaves a memory file": refused("import os; os.memfd_create('left')"),
    "31 leaves shared memory": refused_call(29, "1234", "4096", "0o1666"),
    "31 leaves a message queue": refused_call(68, "1234", "0o1666"),
}
HARMING = {
    "33 kills its parent": "import os\ndenied = os.getppid() == 0" + DENIED,
    "33 kills everything": refused("import os; os.kill(-1, 9)"),
    "34 tgkill": refused_call(234, "2", "2", "9"),
    "34 tkill": refused_call(200, "2", "9"),
    "34 rt_sigqueueinfo": refused_call(129, "2", "9", "0"),
    "34 pidfd_send_signal": refused_call(424, "2", "9", "0", "0"),
    "36 prlimit of another": refused_call(302, "2", "0", "0", "0"),
    "36 setpriority": refused("import os; os.setpriority(os.PRIO_PROCESS, 0, -5)"),
    "37 fork": refused("import os; os.fork()"),
    "37 vfork": refused_call(58),
    "37 clone": refused_call(56, "17", "0", "0", "0", "0"),
    "40 subprocess": refused("import subprocess; subprocess.run(['/bin/true'])"),
    "44 raises a limit": (
        "import resource\ntry:\n    resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40))\n"
        "    denied = False\nexcept (ValueError, OSError):\n    denied = True" + DENIED
    ),
    "45 socket": refused("import socket; socket.socket()"),
    "45 unix socket": refused("import socket; socket.socketpair()"),
    "46 io_uring": refused_call(425, "1", "0"),
    "46 clone3": refused_call(435, "0", "0"),
    "47 symbolic link": refused("import os; os.symlink('/etc/passwd', '/tmp/link')"),
    "73 real-time scheduling": refused("import os; os.sched_setscheduler(0, 1, os.sched_param(1))"),
}


@pytest.mark.parametrize("program", READING.values(), ids=list(READING))
def test_what_it_must_not_read_is_not_there(run_one, innocent, program: str) -> None:
    hidden = run_one("SECRET_42 = 1\ndef f(n):\n    return n", "assert f(2) == 2")
    assert hidden.verdict == "passed"
    result = run_one(program, TESTS)
    assert result.verdict == "passed", result.detail
    assert innocent().verdict == "passed"


@pytest.mark.parametrize("program", HARMING.values(), ids=list(HARMING))
def test_what_would_harm_the_harness_is_refused(run_one, innocent, program: str) -> None:
    result = run_one(program, TESTS)
    assert result.verdict == "passed", result.detail
    assert innocent().verdict == "passed"


KILLED = {"ptrace": 101, "process_vm_writev": 311, "mount": 165, "unshare": 272, "setns": 308}
KILLED |= {"pivot_root": 155, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "keyctl": 250}
KILLED |= {"kexec_load": 246, "x32 getpid": 0x40000000 + 39}


@pytest.mark.parametrize("number", KILLED.values(), ids=list(KILLED))
def test_a_call_that_only_an_attack_makes_is_a_security_verdict(
    run_one, innocent, number: int
) -> None:
    assert run_one(f"{SYSCALL}call({number}, 0, 0, 0, 0, 0)\n{RIGHT}", TESTS).verdict == "security"
    assert innocent().verdict == "passed"


ENDINGS = {
    "33 kills its own group": (
        "import os; os.killpg(0, 9)" + RIGHT,
        {"passed", "error", "crashed"},
    ),
    "37 fork bomb": ("import os\nwhile True: os.fork()", {"error"}),
    "38 daemon": ("import os\nif os.fork() == 0:\n    os.setsid()", {"error"}),
    "39 threads": (
        "import threading, time\nthreading.stack_size(1 << 16)\nfor _ in range(10000):\n"
        "    threading.Thread(target=time.sleep, args=(9,), daemon=True).start()" + RIGHT,
        {"error", "memory", "timeout"},
    ),
    "41 ignores signals": (
        "import signal\nfor s in range(1, 65):\n    try: signal.signal(s, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\nwhile True: pass",
        {"timeout"},
    ),
    "42 stops itself": (
        "import os, signal, time\nos.kill(os.getpid(), signal.SIGSTOP)\ntime.sleep(60)",
        {"timeout", "error"},
    ),
    "43 closes everything": ("import os\nos.closerange(0, 64)" + RIGHT, {"error"}),
    "49 deep answer": (
        "def f(n):\n    v = []\n    for _ in range(10 ** 5): v = [v]\n    return v",
        {"failed", "error"},
    ),
    "49 long integer": ("def f(n): return 10 ** 50000", {"failed", "error"}),
    "49 colliding keys": ("def f(n): return {i * (2 ** 61 - 1) for i in range(3000)}", {"failed"}),
    "49 huge answer": ("def f(n): return 'x' * (3 << 20)", {"error", "output_limit"}),
    "50 loops": ("while True: pass", {"timeout"}),
    "51 one long operation": ("10 ** 10 ** 8", {"timeout", "memory"}),
    "51 sum in C": ("sum(range(10 ** 12))", {"timeout"}),
    "52 regular expression": ("import re; re.match('(a+)+$', 'a' * 40 + 'b')", {"timeout"}),
    "53 folding bomb": ("x = ((2 ** 127) ** 2) ** 99999999", {"timeout", "memory", "error"}),
    "53 nested brackets": ("(" * 5000, {"error"}),
    "54 digits": ("int('9' * 5000)", {"error"}),
    "55 large buffer": ("bytearray(10 ** 10)", {"memory"}),
    "56 growing list": ("x = []\nwhile True: x.append('y' * 10000)", {"memory"}),
    "57 swallows memory errors": (
        "x = []\nwhile True:\n    try: x.append(bytearray(1 << 20))\n    except MemoryError: pass",
        {"memory", "timeout"},
    ),
    "58 recursion": ("def g(): g()\ng()", {"error"}),
    "58 deep recursion": (
        "import sys\nsys.setrecursionlimit(10 ** 9)\ndef g(): g()\ng()",
        {"error", "memory", "crashed", "timeout"},
    ),
    "58 recursion in C": (
        "import sys\nsys.setrecursionlimit(10 ** 9)\nx = []\n"
        "for _ in range(10 ** 6): x = [x]\nrepr(x)",
        {"error", "memory", "crashed", "timeout"},
    ),
    "59 decompression bomb": (
        "import zlib\nd = zlib.compressobj(9)\n"
        "b = b''.join(d.compress(bytes(1 << 20)) for _ in range(600))\n"
        "zlib.decompress(b + d.flush())",
        {"memory", "timeout"},
    ),
    "60 sleeps": ("import time; time.sleep(1e6)", {"timeout"}),
    "60 reads nothing": ("input()", {"error"}),
    "61 prints without end": ("while True: print('x' * 1000)", {"output_limit", "error"}),
    "61 ignores errors": (
        "import os\nfor _ in range(3000):\n    try: os.write(1, b'x' * 1000)\n"
        "    except OSError: pass" + RIGHT,
        {"output_limit"},
    ),
    "62 long message": ("raise ValueError('x' * 10 ** 7)", {"error"}),
    "63 strange output": (
        r"import os; os.write(1, b'\x00\xff\x1b[31m' + b'\n' * 1000)" + RIGHT,
        {"passed"},
    ),
    "64 fills the disk": ("open('/tmp/x', 'w').write('x')", {"error"}),
    "64 directories": ("import os; os.makedirs('/tmp/a/b/c')", {"error"}),
    "66 descriptors": ("import os\nwhile True: os.pipe()", {"error"}),
    "67 burns in threads": (
        "import threading\ndef g():\n    while True: pass\n"
        "for _ in range(2): threading.Thread(target=g, daemon=True).start()\ng()",
        {"timeout"},
    ),
    "75 breaks the interpreter": (
        "import sys, builtins\nsys.modules.clear()\nsys.stdout = None\nvars(builtins).clear()",
        {"error"},
    ),
}


@pytest.mark.parametrize(("program", "allowed"), ENDINGS.values(), ids=list(ENDINGS))
def test_exhaustion_ends_in_its_own_verdict(run_one, innocent, program: str, allowed) -> None:
    result = run_one(program, TESTS)
    assert result.verdict in allowed, (result.verdict, result.detail)
    assert len(result.detail) < 3000
    assert len(result.stdout) < 100_000
    assert innocent().verdict == "passed"
