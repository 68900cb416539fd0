"""What a program may ask of the machine it runs on."""

import os
import platform
import shutil
import sys
import sysconfig
import threading


def identity() -> bool:
    return os.getpid() > 0 and os.getppid() >= 0 and os.getuid() >= 0 and os.getgid() >= 0


def more_identity() -> bool:
    ids = (*os.getresuid(), *os.getresgid(), os.geteuid(), os.getegid(), *os.getgroups())
    return min(ids) >= 0 and os.getpgrp() >= 0 and os.getpgid(0) >= 0 and os.getsid(0) >= 0


def processors() -> bool:
    return (os.cpu_count() or 1) >= 1 and len(os.sched_getaffinity(0)) >= 1


def randomness() -> int:
    return len(os.urandom(32)) + len(os.getrandom(8))


def system() -> str:
    return f"{os.uname().sysname} {platform.system()} {sys.platform}"


def names() -> bool:
    return bool(platform.python_version() and platform.machine() and platform.platform())


def scheduling() -> bool:
    os.sched_yield()
    before = os.umask(0o022)
    os.umask(before)
    return os.getpriority(os.PRIO_PROCESS, 0) >= -20 and os.sched_getscheduler(0) >= 0


def terminal() -> bool:
    return shutil.get_terminal_size().columns > 0 and not sys.stdin.isatty()


def sizes() -> bool:
    pages = os.sysconf("SC_PHYS_PAGES")
    return os.sysconf("SC_PAGE_SIZE") == 4096 and pages > 0 and os.sysconf("SC_OPEN_MAX") > 0


def threads() -> bool:
    return threading.get_native_id() > 0 and threading.active_count() == 1


def environment(name: str) -> str:
    os.environ[name] = "set"
    return os.path.expandvars(f"${name}")


def paths() -> bool:
    return os.path.isdir(sysconfig.get_path("stdlib")) and sys.executable is not None


# tests
assert identity()
assert more_identity()
assert processors()
assert randomness() == 40
assert system() == "Linux Linux linux"
assert names()
assert scheduling()
assert terminal()
assert sizes()
assert threads()
assert environment("REFERENCE") == "set"
assert paths()
assert sum(os.times()[:2]) >= 0
