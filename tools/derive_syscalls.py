"""Derives which system calls right programs make, by tracing the reference programs.

python tools/derive_syscalls.py [python ...]     needs strace; writes sandbox/allowed_calls.py

The references run in the real sandbox, in a copy of it that allows every call, under `strace -f`:
unlike a logging filter it needs no log of the kernel's (where lines get lost, and which a container
does not have), shows arguments, and follows threads and forks. What counts is what happens after
a process confined itself, which the trace shows as a call of its own. Names and numbers are those
of the machine; each interpreter named adds what it calls in place of others.
"""

import os
import re
import runpy
import shutil
import subprocess
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
LISTS = ROOT / "sandbox" / "allowed_calls.py"
EVERYTHING = "\nALLOWED, CHECKED, KILLED = frozenset(range(512)) - ABSENT, {}, frozenset()\n"
WIDTH = 99
TRACE = "strace -D -f -qq -n -s 8 -e signal=none --decode-pids=pidns"
RUN = """
from sandbox import LocalSandbox
from tests.sandbox.references import references

jobs = [job for job in references() if not job.id.startswith("world/task/")]
with LocalSandbox() as sandbox:
    for result in sandbox.run(jobs):
        if result.verdict != "passed":
            print(f"{result.id}: {result.verdict}, {result.detail[:200]}")
print(len(jobs), "references")
"""
LINE = re.compile(r"(\d+) +\[ *(\d+)\] (?:<\.\.\. )?(\w+)( resumed|\()(.*)")
CHILD = re.compile(r"= (\d+)(?: /\* (\d+) in strace's PID NS \*/)?$")

Calls = dict[str, int]


@dataclass
class Process:
    """A traced thread: its calls in order, where it confined itself, and who made it, when."""

    calls: list[tuple[str, int]] = field(default_factory=list)
    confined: int | None = None
    parent: "Process | None" = None
    born: int = 0
    thread: bool = False


def trace(python: str, folder: Path) -> Iterable[str]:
    """The lines of all traces of one run of the references."""
    shutil.copytree(ROOT / "sandbox", folder / "sandbox")
    with (folder / "sandbox" / LISTS.name).open("a") as lists:
        lists.write(EVERYTHING)
    tracer = folder / "bwrap"
    command = f"exec {TRACE} -o {folder}/trace.$$ {shutil.which('bwrap')}"
    tracer.write_text(f'#!/bin/sh\n{command} "$@"\n')
    tracer.chmod(0o755)
    path = {"PATH": f"{folder}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    subprocess.run([python, "-c", RUN], cwd=folder, env=os.environ | path, check=True)
    for file in folder.glob("trace.*"):
        with file.open(errors="replace") as lines:
            yield from lines
        yield ""


def processes(lines: Iterable[str]) -> list[Process]:
    """What each thread did, and which one made it."""
    found: list[Process] = []
    alive: dict[int, Process] = defaultdict(Process)
    for line in lines:
        if not line:  # the next trace may use the same numbers again
            found += alive.values()
            alive = defaultdict(Process)
        if not (match := LINE.match(line)):
            continue
        process = alive[int(match[1])]
        if match[4] == "(":
            process.calls.append((match[3], int(match[2])))
        if match[3] == "prctl" and match[5].startswith("PR_SET_SECCOMP"):
            process.confined = len(process.calls)
        if match[3].startswith("clone") and (made := CHILD.search(match[5])):
            child = alive[int(made[2] or made[1])]
            child.parent, child.born = process, len(process.calls)
            child.thread = "CLONE_THREAD" in line
    return found


def split(found: Iterable[Process]) -> tuple[Calls, Calls]:
    """What confined programs call, and what the forking process and its children call before."""
    programs, worker = {}, {}
    for process in found:
        root = process
        while root.thread and root.parent:
            root = root.parent
        forked = root.parent is not None and _confined(root.parent, root.born)
        for place, (name, number) in enumerate(process.calls):
            if forked:
                confined = process.thread or _confined(process, place)
                (programs if confined else worker)[name] = number
            elif not process.thread and _confined(process, place):
                worker[name] = number
    return programs, worker


def _confined(process: Process, place: int) -> bool:
    return process.confined is not None and place >= process.confined


def rewritten(text: str, name: str, calls: Calls) -> str:
    """The lists' file with one of its derived lists made anew."""
    ordered = sorted(calls.items(), key=lambda pair: pair[1])
    lines = textwrap.fill(" ".join(f"{call}={number}" for call, number in ordered), WIDTH)
    pattern = re.compile(rf'^({name} = _calls\("""\n).*?(?="""\))', re.DOTALL | re.MULTILINE)
    text, count = pattern.subn(lambda match: f"{match[1]}{lines}\n", text)
    assert count == 1, f"{LISTS.name} has {count} lists {name}"
    return text


def main() -> None:
    programs: Calls = {}
    worker: Calls = {}
    for python in sys.argv[1:] or [sys.executable]:
        with TemporaryDirectory() as folder:
            found = split(processes(trace(python, Path(folder))))
        programs |= found[0]
        worker |= found[1]
    lists = runpy.run_path(str(LISTS))
    elsewhere = lists["REFUSED"] | lists["LACKING"] | lists["ADDED"]
    programs = {name: programs[name] for name in programs.keys() - elsewhere}
    worker = {name: worker[name] for name in worker.keys() - elsewhere - programs.keys()}
    text = rewritten(LISTS.read_text(), "PROGRAMS", programs)
    LISTS.write_text(rewritten(text, "WORKER", worker))


if __name__ == "__main__":
    main()
