"""Ten thousand programs, some of them untidy: after them there is what was there before."""

import gc
import os
import tempfile
import threading
from collections import Counter
from pathlib import Path

import pytest

from sandbox import Job, Limits, Profile, Sandbox, lane
from sandbox.flavour import Flavour
from tests.sandbox.cases.backends import open_sandbox
from tests.sandbox.machine import (
    below,
    containers,
    each_worker,
    running,
    soon,
    volumes,
    zygotes,
)

PROGRAMS = {"local": 10_000, "docker": 3_000}
LIMITS = Limits(cpu_seconds=2.0, wall_seconds=9.0, memory_mb=128, output_bytes=50_000)
UNTIDY = [
    ("import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()", "std"),
    ("import threading\nthreading.Thread(target=input, daemon=True).start()", "std"),
    ("kept = [open('/dev/zero', 'rb') for _ in range(20)]", "base"),
    ("import os\nkept = [os.dup(0) for _ in range(20)]", "base"),
    ("import os\nkept = [os.pipe() for _ in range(8)]", "base"),
    ("import mmap\nkept = mmap.mmap(-1, 1 << 22)\nkept[::4096] = b'x' * 1024", "base"),
    ("kept = bytearray(60 << 20)", "base"),
    ("kept = bytearray(10 ** 10)", "base"),
    ("print('x' * 40_000)", "base"),
    ("print('x' * 90_000)", "base"),
    ("import atexit\natexit.register(print, 'late')", "base"),
    ("import signal\nsignal.setitimer(signal.ITIMER_REAL, 99, 1)", "base"),
    ("import ctypes\nctypes.CDLL(None).shmget(1234, 4096, 0o1666)", "base"),
    ("import ctypes\nctypes.CDLL(None).semget(1234, 4, 0o1666)", "base"),
    ("import ctypes\nctypes.CDLL(None).msgget(1234, 0o1666)", "base"),
    ("import ctypes\nctypes.CDLL(None).memfd_create(b'left', 0)", "base"),
    ("import ctypes\nctypes.CDLL(None).unshare(0x40000000)", "base"),
    ("import ctypes\nctypes.string_at(0)", "base"),
    ("open('left', 'w').write('x' * 100_000)", "scratch"),
    ("import os\nos.makedirs('a/b/c', 0o300)\nos.symlink('/', 'a/out')", "scratch"),
]


def programs(first: int, last: int) -> list[Job]:
    """One in twelve is untidy; the others are "right…" and must pass."""
    jobs = []
    for number in range(first, last):
        right = f"def f(n):\n    return n + {number}\n"
        tests = f"assert f(1) == {number + 1}"
        extra, where = UNTIDY[number // 12 % len(UNTIDY)] if number % 12 == 0 else ("", "base")
        profile = Profile(scratch_mb=2 if where == "scratch" else 0)
        name = f"untidy {number}" if extra else f"right {number}"
        jobs.append(Job(name, f"{extra}\n{right}", tests, LIMITS, profile=profile))
    return jobs


def run(box: Sandbox, jobs: list[Job]) -> None:
    results = list(box.run(jobs))
    assert Counter(result.id for result in results) == Counter(job.id for job in jobs)
    right = [result for result in results if result.id.startswith("right")]
    assert {result.verdict for result in right} == {"passed"}


def size(pid: int) -> float:
    """What a process has in memory, in megabytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def descriptors(pid: int) -> int:
    """How many a process has open; -1 for a worker, into which only root may look."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except PermissionError:
        return -1


def own() -> dict[str, int]:
    """What this process has open, apart from memory."""
    return {"descriptors": descriptors(os.getpid()), "threads": threading.active_count()}


def lying_around() -> dict[str, int]:
    """What the whole machine has of things that outlive processes (others may add to them)."""
    networks = set()
    for folder in os.listdir("/proc"):
        if folder.isdigit():
            try:
                networks.add(os.readlink(f"/proc/{folder}/ns/net"))
            except OSError:
                continue
    groups = Path("/proc/cgroups").read_text().splitlines()[1:]
    found = {
        "network name spaces": len(networks),
        "mounts": len(Path("/proc/self/mountinfo").read_text().splitlines()),
        "cgroups": sum(int(line.split()[2]) for line in groups),
    }
    found |= {folder: len(os.listdir(folder)) for folder in (tempfile.gettempdir(), "/dev/shm")}
    for what in ("shm", "sem", "msg"):
        found[what] = len(Path(f"/proc/sysvipc/{what}").read_text().splitlines())
    return found


def test_thousands_of_programs_leave_nothing(backend: str) -> None:
    half = PROGRAMS[backend] // 2
    open_sandbox(backend).close()
    before, others, kept = own(), running(backend), volumes(backend)
    around = lying_around()
    with open_sandbox(backend, 2) as box:
        run(box, programs(0, half))
        gc.collect()
        middle, memory = own(), size(os.getpid())
        workers = {pid: (descriptors(pid), size(pid)) for pid in zygotes(backend)}
        assert len(workers) == 6, "two workers of three flavours"
        run(box, programs(half, 2 * half))
        gc.collect()
        assert own() == middle
        assert size(os.getpid()) < memory + 10
        assert zygotes(backend) == sorted(workers), "a worker had to be replaced"
        for pid, (open_then, size_then) in workers.items():
            assert len(below(pid)) <= 1, "more than the process for the next program"
            assert descriptors(pid) == open_then
            assert size(pid) < size_then + 1
    assert soon(lambda: running(backend) <= others and own() == before)
    assert soon(lambda: not containers(os.getpid()) if backend == "docker" else True)
    assert volumes(backend) <= kept
    left = {what: number - around[what] for what, number in lying_around().items()}
    assert max(left.values()) < 30, left  # not even one for each hundred programs


def test_a_worker_is_replaced_after_many_programs_and_none_is_lost(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "RECYCLE", 60)
    others, many = running(backend), 300  # as many as there are untidy ones of all flavours
    with open_sandbox(backend, 1) as box:
        started = Counter[Flavour]()
        each_worker(box, lambda _, flavour: started.update([flavour]))
        run(box, programs(0, many))
        assert len(zygotes(backend)) <= 3, "of each flavour one"
        open_then = own()
        run(box, programs(many, 2 * many))
        assert own() == open_then
    assert started[Flavour("base")] > 2 * many / 100
    assert soon(lambda: running(backend) <= others)


def test_remembered_verdicts_take_little_memory_whatever_programs_show_of_themselves() -> None:
    def showing(first: int) -> list[Job]:
        text = "\n".join(f"v{n} = '{n}' * 10_000" for n in range(9))
        return [Job(str(n), f"# {n}\n{text}", "", trace=True) for n in range(first, first + 300)]

    with open_sandbox("local", 2) as box:
        assert len(next(iter(box.run(showing(0)))).states or ()) == 9
        list(box.run(showing(0)))
        gc.collect()
        before = size(os.getpid())
        list(box.run(showing(300)))
        gc.collect()
        assert size(os.getpid()) < before + 10


def test_opening_and_closing_leaves_nothing(backend: str) -> None:
    open_sandbox(backend).close()
    before, others = own(), running(backend)
    for number in range(5):
        box = open_sandbox(backend, 2)
        list(box.run(programs(1000 * number, 1000 * number + 13)))
        box.close()
        box.close()
    assert soon(lambda: running(backend) <= others and own() == before)
