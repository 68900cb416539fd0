"""What takes a process's powers away, through ctypes (runs inside the sandbox).

Functions and buffers are bound before the first fork: a first ctypes call in the child would cost
a hundred page faults. PyDLL keeps the interpreter's lock across the calls, which a raw clone needs.
"""

import ctypes
import os
import resource
import signal
import struct

from sandbox.syscalls import PROCESS_NUMBER_AT, PROGRAM_FILTER, worker_filter

__all__ = ["clone", "confine_program", "confine_worker", "keep_capabilities", "set_limits"]

DESCRIPTORS = 32
NEW_USER, NEW_PROCESS_NUMBERS = 0x10000000, 0x20000000
CLONE, CAPGET, CAPSET = 56, 125, 126
SET_DUMPABLE, SET_SECCOMP, SET_NO_NEW_PRIVS, SECCOMP_FILTER = 4, 22, 38, 2

_libc = ctypes.PyDLL(None, use_errno=True)
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long
_prctl = _libc.prctl


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def _filter_program(code: bytes) -> tuple[ctypes.Array[ctypes.c_char], _FilterProgram]:
    buffer = ctypes.create_string_buffer(code, len(code))
    return buffer, _FilterProgram(len(code) // 8, ctypes.addressof(buffer))


_program_code, _program_filter = _filter_program(PROGRAM_FILTER)
_program_filter_pointer = ctypes.byref(_program_filter)
_myself = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0), 8)
_no_capabilities = ctypes.create_string_buffer(24)


def _check(returned: int, what: str) -> None:
    if returned < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def clone(namespaces: int) -> int:
    """Forks, into new namespaces of these kinds; 0 in the child."""
    pid = _syscall(CLONE, signal.SIGCHLD | namespaces, 0, 0, 0, 0)
    _check(pid, "clone")
    return pid


def keep_capabilities(*numbers: int) -> None:
    """Gives up all others."""
    words = ctypes.create_string_buffer(24)
    _check(_syscall(CAPGET, _myself, words), "capget")
    _, permitted, *_ = struct.unpack("6I", words.raw)
    kept = permitted & sum(1 << number for number in numbers)
    _check(_syscall(CAPSET, _myself, struct.pack("6I", kept, kept, 0, 0, 0, 0)), "capset")


def confine_worker(opening: bool) -> None:
    """Once per worker: whatever is forked from here on keeps the big filter, and these limits."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_STACK, 16 << 20),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        resource.setrlimit(what, (most, most))
    _, program = _filter_program(worker_filter(opening))
    _check(_prctl(SET_DUMPABLE, 0, 0, 0, 0), "PR_SET_DUMPABLE")
    _check(_prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS")
    _check(_prctl(SET_SECCOMP, SECCOMP_FILTER, ctypes.byref(program), 0, 0), "PR_SET_SECCOMP")


def set_limits(cpu_seconds: int, memory_bytes: int, file_bytes: int, threads: int) -> None:
    """Kernel limits of one program; CPU soft equals hard, because process 1 ignores SIGXCPU."""
    limit = resource.setrlimit
    limit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    limit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    limit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    limit(resource.RLIMIT_NPROC, (threads, threads))
    limit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


def confine_program(user: int) -> None:
    """Per program: its own process group and, if given, user; no capability; the small filter."""
    os.setpgid(0, 0)  # a session would be a group of the scheduler too, made for every processor
    if user:
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)  # with which root's capabilities go
    else:
        _check(_syscall(CAPSET, _myself, _no_capabilities), "capset")
    pid = os.getpid()
    if pid != 1:  # which the filter has, for a process with numbers of its own
        struct.pack_into("I", _program_code, PROCESS_NUMBER_AT, pid)
    _check(_prctl(SET_SECCOMP, SECCOMP_FILTER, _program_filter_pointer, 0, 0), "PR_SET_SECCOMP")
