"""Which system calls a program may make, as two seccomp filters (runs inside the sandbox).

The first filter is installed once and inherited by every program: what CPython needs is allowed,
what only an attack needs kills, the rest fails with EPERM and so becomes an ordinary Python error.
The second is small, because it is installed for each program: it takes away what the forking
process itself needs, and pins signals and limits to the program's own process.
"""

import errno
import struct

__all__ = ["PROCESS_NUMBER_AT", "PROGRAM_FILTER", "worker_filter"]

AUDIT_X86_64 = 0xC000003E
X32_BIT = 0x40000000
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, JUMP_EQ, JUMP_GE, JUMP_SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, ARCH_AT, FIRST_ARGUMENT_AT = 0, 4, 16
CLONE_THREAD = 0x00010000

# x86-64 numbers. Files: the file system is read-only, so that writing calls may report EROFS.
FILES = (0, 1, 2, 3, 4, 5, 6, 8, 16, 17, 18, 19, 20, 21, 40, 72, 73, 74, 75, 76, 77, 78, 79, 80)
FILES += (81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 137, 138, 217, 221, 257, 258, 262, 263)
FILES += (264, 265, 266, 267, 268, 269, 275, 276, 295, 296, 316, 332, 436, 439)
MEMORY = (9, 10, 11, 12, 25, 26, 27, 28, 324)
WAITING = (7, 22, 23, 32, 33, 35, 213, 230, 232, 233, 270, 271, 281, 284, 290, 291, 292, 293)
SIGNALS = (13, 14, 15, 34, 36, 37, 38, 127, 128, 130, 131, 62, 234)
PROCESS = (24, 39, 56, 60, 61, 63, 96, 97, 98, 99, 100, 102, 104, 107, 108, 110, 111, 112, 115)
PROCESS += (118, 120, 121, 124, 125, 126, 157, 158, 160, 186, 201, 202, 204, 218, 219, 228, 229)
PROCESS += (231, 247, 273, 274, 302, 309, 317, 318, 319, 334, 434, 95)
USERS = (105, 106, 116, 117, 119)  # a worker that is root gives each program a user of its own
ALLOWED = frozenset(FILES + MEMORY + WAITING + SIGNALS + PROCESS + USERS)

# ptrace, process_vm_*, the mount family, name spaces, chroot, bpf, perf, userfaultfd, keys, kexec,
# modules, open_by_handle_at, swap, reboot, port access: no honest program calls these.
KILLED = (101, 310, 311, 165, 166, 272, 308, 155, 161, 321, 298, 323, 248, 249, 250, 246, 320)
KILLED += (175, 176, 313, 304, 167, 168, 169, 172, 173, 428, 429, 430, 431, 432, 442)
ABSENT = (435, 437, 425, 426, 427)  # clone3, openat2, io_uring: libc falls back on older calls

OPENING = frozenset({2, 85, 257})
CLONE, KILL_CALL, TGKILL, PRLIMIT = 56, 62, 234, 302
FORK, VFORK, MEMFD_CREATE, PIDFD_OPEN, SECCOMP = 57, 58, 319, 434, 317


def _op(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)


def worker_filter(opening: bool) -> bytes:
    """The inherited filter; without `opening`, no file can be opened."""
    allowed = ALLOWED if opening else ALLOWED - OPENING
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
    return b"".join([*program, _op(RETURN, ERRNO | errno.EPERM)])


def _program_filter() -> tuple[bytes, int]:
    refuse = _op(RETURN, ERRNO | errno.EPERM)
    allow = _op(RETURN, ALLOW)
    program = [_op(LOAD, NUMBER_AT)]
    for number in (FORK, VFORK, MEMFD_CREATE, PIDFD_OPEN, SECCOMP):
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
        _op(JUMP_EQ, 0, 0, 1),  # replaced by the program's own process number
        allow,
        refuse,
    ]
    return b"".join(program), (len(program) - 3) * 8 + 4


PROGRAM_FILTER, PROCESS_NUMBER_AT = _program_filter()
"""The filter of one program, and where in it the number of its process goes."""
