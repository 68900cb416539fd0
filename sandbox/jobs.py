"""What goes into a sandbox and what comes out of it.

A job is a program with its tests; a result is one verdict with the trust that it deserves.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, get_args

from sandbox.states import States
from sandbox.tracebacks import Traceback

__all__ = [
    "VERDICTS",
    "Call",
    "Job",
    "Limits",
    "Profile",
    "Result",
    "Sandbox",
    "SandboxUnavailable",
    "Stdout",
    "Trust",
    "Verdict",
]

Verdict = Literal[
    "internal",
    "security",
    "output_limit",
    "memory",
    "timeout",
    "crashed",
    "error",
    "failed",
    "passed",
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""In order of precedence: a program gets the first one that applies."""

Trust = Literal["split", "poisoned", "inproc"]
"""split: the expected values never entered the program's process. poisoned: tests and program
shared a process, and the program did not pass when the expectations were changed. inproc: they
shared a process (only ever with a verdict other than passed)."""


class SandboxUnavailable(Exception):
    """This machine cannot isolate programs; the message says why and what to do."""


@dataclass(frozen=True)
class Limits:
    """What one program may use. CPU time decides a timeout; wall time only ends sleepers."""

    cpu_seconds: float = 2.0
    wall_seconds: float = 9.0
    memory_mb: int = 256
    output_bytes: int = 1 << 20
    threads: int = 16


@dataclass(frozen=True)
class Profile:
    """What a program finds around it.

    imports: "bare" (a few common modules; no file can be opened), "stdlib", or "numpy" (both).
    scratch_mb: size of a writable working directory in memory, emptied after each program; with 0
    nothing is writable.
    """

    imports: Literal["bare", "stdlib", "numpy"] = "stdlib"
    scratch_mb: int = 0

    def __post_init__(self) -> None:
        if self.imports not in ("bare", "stdlib", "numpy"):
            raise ValueError(f"imports is {self.imports!r}: use 'bare', 'stdlib' or 'numpy'")
        if self.scratch_mb < 0 or (self.scratch_mb and self.imports == "bare"):
            raise ValueError("scratch_mb is for programs that may open files, and not negative")


@dataclass(frozen=True)
class Call:
    """One explicit test: `function(*args, **kwargs) == expected`, all plain data."""

    function: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    expected: Any = None


@dataclass(frozen=True)
class Stdout:
    """The program, run as a script, must print exactly these bytes."""

    expected: bytes


@dataclass(frozen=True)
class Job:
    """A Python program and what it must do; `tests` is source, calls, or expected output.

    `weak_check` asks, for a program that passed, whether its tests could fail at all. `trace` asks
    for the variables after each statement of the program: for those that are straight lines.
    """

    id: str
    program: str
    tests: str | Sequence[Call] | Stdout
    limits: Limits = Limits()
    stdin: bytes | None = None
    weak_check: bool = False
    profile: Profile = Profile()
    trace: bool = False


@dataclass(frozen=True)
class Result:
    """The verdict on one job. `flags` holds notes such as "weak_tests" that decide nothing.

    `exception` is what the program, or a call of it by the tests, raised, where that decided the
    verdict. `states` are there if the job asked for them, and as far as the program came.
    """

    id: str
    verdict: Verdict
    trust: Trust
    flags: tuple[str, ...] = ()
    detail: str = ""
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    memory_mb: float = 0.0
    stdout: str = ""
    exception: Traceback | None = None
    states: States | None = None


class Sandbox(Protocol):
    """What runs untrusted programs, wherever it runs them."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Yields each job's result as it finishes, in any order, every id exactly once."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> "Sandbox": ...

    def __exit__(self, *exception: object) -> None: ...
