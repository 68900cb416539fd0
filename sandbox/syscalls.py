"""Which system calls a program may make, as two seccomp filters (runs inside the sandbox).

The first filter is installed once and inherited by every program: what CPython needs is allowed,
what only an attack needs kills, the rest fails with EPERM and so becomes an ordinary Python error.
The second is small, because it is installed for each program: it takes away what the forking
process itself needs, and pins signals and limits to the program's own process.
"""

import errno
import struct

from sandbox.allowed_calls import ABSENT, ALLOWED, CHECKED, KILLED, NEWER

__all__ = ["PROCESS_NUMBER_AT", "PROGRAM_FILTER", "worker_filter"]

AUDIT_X86_64 = 0xC000003E
X32_BIT = 0x40000000
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, JUMP_EQ, JUMP_GE, JUMP_SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, ARCH_AT, FIRST_ARGUMENT_AT = 0, 4, 16
CLONE_THREAD = 0x00010000

OPENING = frozenset({2, 85, 257})
CLONE, KILL_CALL, TGKILL, PRLIMIT = 56, 62, 234, 302
FORK, VFORK, MEMFD_CREATE, PIDFD_OPEN, SECCOMP, SET_GROUP = 57, 58, 319, 434, 317, 109


def _op(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)


def worker_filter(opening: bool) -> bytes:
    """The inherited filter; without `opening`, no file can be opened."""
    allowed = ALLOWED if opening else ALLOWED - OPENING
    refuse = _op(RETURN, ERRNO | errno.EPERM)
    program = [
        _op(LOAD, ARCH_AT),
        _op(JUMP_EQ, AUDIT_X86_64, 1, 0),
        _op(RETURN, KILL),
        _op(LOAD, NUMBER_AT),
        _op(JUMP_GE, X32_BIT, 0, 1),
        _op(RETURN, KILL),
    ]
    for numbers, action in ((allowed, ALLOW), (KILLED, KILL), (ABSENT, ERRNO | errno.ENOSYS)):
        for number in sorted(numbers):
            program += [_op(JUMP_EQ, number, 0, 1), _op(RETURN, action)]
    for number, wanted in sorted(CHECKED.items()):
        program.append(_op(JUMP_EQ, number, 0, 3 * len(wanted) + 1))
        for place, value in wanted:
            program += [_op(LOAD, FIRST_ARGUMENT_AT + 8 * place), _op(JUMP_EQ, value, 1, 0), refuse]
        program.append(_op(RETURN, ALLOW))
    program += [_op(JUMP_GE, NEWER, 0, 1), _op(RETURN, ERRNO | errno.ENOSYS)]
    return b"".join([*program, refuse])


def _program_filter() -> tuple[bytes, int]:
    refuse = _op(RETURN, ERRNO | errno.EPERM)
    allow = _op(RETURN, ALLOW)
    program = [_op(LOAD, NUMBER_AT)]
    for number in (FORK, VFORK, MEMFD_CREATE, PIDFD_OPEN, SECCOMP, SET_GROUP):
        program += [_op(JUMP_EQ, number, 0, 1), refuse]
    program += [
        _op(JUMP_EQ, CLONE, 0, 4),
        _op(LOAD, FIRST_ARGUMENT_AT),
        _op(JUMP_SET, CLONE_THREAD, 0, 1),
        allow,
        refuse,
        _op(JUMP_EQ, PRLIMIT, 3, 0),
        _op(JUMP_EQ, TGKILL, 2, 0),
        _op(JUMP_EQ, KILL_CALL, 1, 0),
        allow,
        _op(LOAD, FIRST_ARGUMENT_AT),
        _op(JUMP_EQ, 0, 1, 0),  # "myself"; the program is alone in its process group
        _op(JUMP_EQ, 1, 0, 1),  # replaced by the program's own process number, if that is another
        allow,
        refuse,
    ]
    return b"".join(program), (len(program) - 3) * 8 + 4


PROGRAM_FILTER, PROCESS_NUMBER_AT = _program_filter()
"""The filter of one program, and where in it the number of its process goes."""
