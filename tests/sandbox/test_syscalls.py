"""The system calls of a program: what honest ones make is allowed, all else is held back."""

import pytest

from sandbox import Job, Limits, Profile, Sandbox
from sandbox import allowed_calls as lists
from sandbox.allowed_calls import ABSENT, ALLOWED, CHECKED, KILLED, NEWER, refusal
from tests.sandbox.conftest import RunOne

LIMITS = Limits(cpu_seconds=5.0, wall_seconds=15.0)
X32 = 0x40000000
PROBES = {335, 336}  # the kernel's own: some versions let no filter see them, and end the caller
CALL = """
import ctypes, errno
C = ctypes.CDLL(None, use_errno=True)
def call(number, *words):
    ctypes.set_errno(0)
    C.syscall(ctypes.c_long(number), *map(ctypes.c_long, words))
    return errno.errorcode.get(ctypes.get_errno(), "none")
"""
PERMISSION = """
import {imports}
def f():
    try:
        {line}
    except PermissionError:
        return "refused"
    except OSError as problem:
        return repr(problem)
    return "done"
"""


def test_what_was_derived_is_allowed_and_the_lists_do_not_contradict_each_other() -> None:
    derived = {*lists.PROGRAMS.values(), *lists.WORKER.values()}
    assert len(derived) > 100
    assert derived <= ALLOWED | CHECKED.keys()
    assert not ALLOWED & (KILLED | ABSENT | CHECKED.keys())
    assert not KILLED & ABSENT
    assert not {*lists.REFUSED.values()} & (ALLOWED | CHECKED.keys())
    assert not {*lists.ADDED.values()} & derived


def test_every_call_on_no_list_is_refused_with_a_plain_error(run_one: RunOne) -> None:
    others = sorted(set(range(NEWER)) - ALLOWED - KILLED - ABSENT - CHECKED.keys() - PROBES)
    program = f"{CALL}\ndef f(): return {{call(number) for number in {others}}}"
    assert len(others) > 150
    result = run_one(program, "assert f() == {'EPERM'}", LIMITS)
    assert result.verdict == "passed", result.detail


def test_calls_that_have_older_forms_and_calls_of_the_future_are_said_to_be_unknown(
    run_one: RunOne,
) -> None:
    unknown = [*sorted(ABSENT), *range(NEWER, NEWER + 100)]
    program = f"{CALL}\ndef f(): return {{call(number) for number in {unknown}}}"
    result = run_one(program, "assert f() == {'ENOSYS'}", LIMITS)
    assert result.verdict == "passed", result.detail


def test_calls_that_only_attacks_make_end_the_program(sandbox: Sandbox) -> None:
    numbers = [*sorted(KILLED), X32 | 1, X32 | 520]
    jobs = [Job(str(n), f"{CALL}\ncall({n})", "assert True", LIMITS) for n in numbers]
    verdicts = {int(result.id): result.verdict for result in sandbox.run(jobs)}
    assert verdicts == dict.fromkeys(numbers, "security")


FAMILIES = {"unix": 1, "inet": 2, "inet6": 10, "netlink": 16, "packet": 17, "rds": 21, "can": 29}
FAMILIES |= {"tipc": 30, "bluetooth": 31, "alg": 38, "vsock": 40, "qipcrtr": 42, "xdp": 44}


def test_no_socket_of_any_family(run_one: RunOne) -> None:
    program = """
import socket
def f(family, kind):
    try:
        socket.socket(family, kind)
    except OSError as problem:
        return problem.errno
"""
    cases = [(family, kind) for family in FAMILIES.values() for kind in (1, 2, 3, 5)]
    tests = "\n".join(f"assert f({family}, {kind}) == 1" for family, kind in cases)
    result = run_one(program, tests)
    assert result.verdict == "passed", result.detail


def test_the_only_pair_of_sockets_is_what_an_event_loop_needs(run_one: RunOne) -> None:
    program = """
import socket
def pair(family, kind):
    try:
        a, b = socket.socketpair(family, kind)
    except OSError as problem:
        return problem.errno
    a.send(b"hello")
    return b.recv(10)
def refused(what, *words):
    a, b = socket.socketpair()
    try:
        getattr(a, what)(*words)
    except OSError as problem:
        return problem.errno
"""
    tests = "assert pair(1, 1) == b'hello'\n"
    tests += "".join(f"assert pair(1, {kind}) == 1\n" for kind in (2, 3, 5))
    tests += "".join(f"assert pair({family}, 1) == 1\n" for family in (2, 10, 16, 30, 40))
    tests += "assert refused('send', b'x', 1) == 1\n"  # MSG_OOB
    tests += "assert refused('recv', 1, 1) == 1\n"
    tests += "assert refused('sendmsg', [b'x']) == 1\n"  # could pass descriptors
    tests += "assert refused('recvmsg', 1) == 1\n"
    tests += "assert refused('connect', '/tmp/x') == 1\n"
    tests += "assert refused('bind', '\\0x') == 1\n"
    tests += "assert refused('listen') == 1"
    result = run_one(program, tests)
    assert result.verdict == "passed", result.detail


def test_an_event_loop_runs(run_one: RunOne) -> None:
    program = """
import asyncio
async def square(n):
    await asyncio.sleep(0.001 * n)
    return n * n
def f(numbers):
    async def main():
        return await asyncio.gather(*map(square, numbers))
    return asyncio.run(main())
"""
    result = run_one(program, "assert f([3, 1, 2]) == [9, 1, 4]")
    assert (result.verdict, result.trust) == ("passed", "split"), result.detail


@pytest.mark.parametrize(
    ("imports", "line"),
    [
        ("os", "os.fork()"),
        ("os", "os.forkpty()"),
        ("os", "os.posix_spawn('/bin/true', ['true'], {})"),
        ("os", "os.execv('/python/bin/python', ['python'])"),
        ("sys, subprocess", "subprocess.run([sys.executable, '-c', ''])"),
        ("multiprocessing", "multiprocessing.get_context('fork').Process(target=print).start()"),
        ("concurrent.futures", "concurrent.futures.ProcessPoolExecutor().submit(abs, 1).result()"),
        ("os", "os.memfd_create('x')"),
        ("os", "os.pidfd_open(1)"),
        ("os", "os.setxattr('/', 'user.x', b'')"),
        ("os", "os.mkfifo('x')"),
        ("os", "os.sched_setaffinity(0, {0})"),
        ("os", "os.nice(1)"),
        ("time", "time.clock_settime(0, 0)"),
    ],
)
def test_what_reaches_out_of_a_program_is_an_ordinary_error(
    run_one: RunOne, imports: str, line: str
) -> None:
    result = run_one(PERMISSION.format(imports=imports, line=line), "assert f() != 'done'")
    assert result.verdict == "passed", result.detail


def test_without_files_the_same_calls_are_held_back(run_one: RunOne) -> None:
    program = f"{CALL}\ndef f(number): return call(number)"
    tests = "assert [f(2), f(85), f(257), f(41), f(437)] == ['EPERM'] * 4 + ['ENOSYS']"
    result = run_one(program, tests, LIMITS, profile=Profile(imports="bare"))
    assert result.verdict == "passed", result.detail


def test_another_machine_is_refused_with_a_reason() -> None:
    assert refusal("Linux", "x86_64") == ""
    assert "Linux on aarch64" in refusal("Linux", "aarch64")
    assert "Darwin" in refusal("Darwin", "x86_64")
