"""One attack: a program, the tests that it meets, and the verdicts that are right for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from sandbox import Job, Limits, Profile, Stdout
from sandbox.flavour import wanted

__all__ = ["BIG", "LONG", "MODES", "QUICK", "SHORT", "SMALL", "USUAL", "Case", "Mode"]

QUICK = Limits(cpu_seconds=0.25, wall_seconds=2.0, memory_mb=128)
SHORT = Limits(cpu_seconds=0.25, wall_seconds=0.4, memory_mb=128)
LONG = Limits(cpu_seconds=1.5, wall_seconds=5.0, memory_mb=128)
SMALL = Limits(cpu_seconds=1.0, wall_seconds=3.0, memory_mb=80)
BIG = Limits(cpu_seconds=2.0, wall_seconds=6.0, memory_mb=600)
USUAL = Limits()

Mode = Literal["split", "driven", "beside", "stdout"]
"""split: the tests become questions. driven: they run in a second process. beside: they must run in
the program's own, where only the poison run protects the verdict. stdout: the program is a script.
"""
MODES: tuple[Mode, ...] = get_args(Mode)
TESTS: dict[Mode, str | Stdout] = {
    "split": "assert f(2) == 4\nassert f(3) == 9",
    "driven": "assert all(f(n) == n * n for n in (2, 3))\nassert f(5) == 25",
    "beside": "f.__doc__\nassert all(f(n) == n * n for n in (2, 3))\nassert f(5) == 25",
    "stdout": Stdout(b"4\n"),
}
IMPORTING = {"std": "import csv\n", "numpy": "import numpy\n"}
"""What makes a program need the same warm interpreter."""
STDLIB = Profile()
INNOCENT = Limits(cpu_seconds=2.0, wall_seconds=9.0)


@dataclass(frozen=True)
class Case:
    """`right` has the verdicts that are right in each mode in which it runs.

    `tests` replaces a mode's own. `before` runs first, on the same worker. `flags` are among those
    of the result. `unrunnable` says why, if it cannot run here.
    """

    number: int
    name: str
    program: str
    right: Mapping[Mode, frozenset[str]]
    tests: Mapping[Mode, str] = field(default_factory=dict)
    before: str = ""
    flags: frozenset[str] = frozenset()
    weak_check: bool = False
    limits: Limits = QUICK
    profile: Profile = STDLIB
    stdin: bytes | None = None
    unrunnable: str = ""

    @property
    def title(self) -> str:
        return f"{self.number} {self.name}"

    def jobs(self, mode: Mode, number: int) -> list[Job]:
        """What runs before, if anything, the case, and an innocent program, on one worker."""
        own = self._job(mode)
        jobs = [own, self._innocent(mode, number)]
        if self.before:
            program = self._importing(mode) + self.before
            jobs.insert(0, replace(own, id=f"{own.id} before", program=program))
        return jobs

    def _job(self, mode: Mode) -> Job:
        return Job(
            f"{self.title}-{mode}",
            self.program,
            self.tests.get(mode, TESTS[mode]),
            self.limits,
            stdin=self.stdin,
            weak_check=self.weak_check,
            profile=self.profile,
        )

    def _innocent(self, mode: Mode, number: int) -> Job:
        """A right program that needs the same worker, never the same twice."""
        left = "import os\nassert os.listdir('/tmp') == []\n" if self.profile.scratch_mb else ""
        program = (
            f"{self._importing(mode)}{left}SECRET_42 = 'SECRET-{number:06}'\n"
            f"def f(n):\n    return n + {number}"
        )
        tests = f"assert f(1) == {number + 1}"
        limits = replace(INNOCENT, memory_mb=self.limits.memory_mb)
        name = f"{self.title}-{mode} innocent"
        return Job(name, program, tests, limits, profile=self.profile)

    def _importing(self, mode: Mode) -> str:
        tests = self._job(mode).tests
        sources = (self.program, tests if isinstance(tests, str) else "")
        name = wanted(self.profile.imports, self.profile.scratch_mb, *sources).name
        return IMPORTING.get(name, "")
