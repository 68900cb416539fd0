"""A job on its way through the pool, and what its verdict still depends on."""

import hashlib
from dataclasses import dataclass, field, replace
from queue import SimpleQueue

from sandbox.execution import Execution
from sandbox.flavour import Flavour, wanted
from sandbox.frames import Response
from sandbox.jobs import Job, Result
from sandbox.judge import Judging, Lost, judge

__all__ = ["Case", "Epoch", "Replies", "key_of"]

BASE = Flavour("base")
Replies = SimpleQueue[list[Result]]
"""Where a run waits for its results."""


def key_of(job: Job) -> bytes:
    """Equal for jobs that must have equal verdicts."""
    parts = [value for name, value in vars(job).items() if name != "id"]
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).digest()


@dataclass(eq=False)
class Epoch:
    """What a worker answered between two checks of it: believed only once the second succeeds."""

    cases: set["Case"] = field(default_factory=set)
    began: float = 0.0
    good: bool = False
    solo: bool = False


@dataclass(eq=False)
class Case:
    """`waiting` says who wants the result, under which id. A case that begins again has a new
    `attempt`; what comes back from an older one is ignored."""

    job: Job
    key: bytes
    waiting: list[tuple[Replies, str]]
    flavour: Flavour = BASE
    attempt: int = 0
    deaths: int = 0
    solo: bool = False
    result: Result | None = None
    epochs: set[Epoch] = field(default_factory=set)
    _judging: Judging | None = None

    def begin(self) -> Execution | None:
        """From the start, whatever was found before; then as `advance`."""
        self.attempt += 1
        self.result = None
        self.epochs.clear()
        job = self.job
        tests = job.tests if isinstance(job.tests, str) else ""
        try:
            self.flavour = wanted(job.profile.imports, job.profile.scratch_mb, job.program, tests)
        except Exception as problem:  # of a job that is not made of text
            return self._end(problem)
        self._judging = judge(job)
        return self.advance(None)

    def advance(self, outcome: Response | Lost | None) -> Execution | None:
        """The next execution that the judging asks for, or None when `result` is there."""
        assert self._judging
        try:
            return next(self._judging) if outcome is None else self._judging.send(outcome)
        except StopIteration as end:
            self.result = end.value
        except Exception as problem:  # one bad job must not end a run of thousands
            return self._end(problem)
        return None

    def lose(self, lost: Lost) -> None:
        """A verdict that rests on no answer."""
        self.epochs.clear()
        self.advance(lost)
        if self.result is None:  # it wanted to go on all the same
            self.result = Result("", lost.verdict, "split", (), lost.detail)

    def answers(self) -> list[tuple[Replies, Result]]:
        assert self.result
        return [(replies, replace(self.result, id=name)) for replies, name in self.waiting]

    def _end(self, problem: Exception) -> None:
        """What cannot be judged is an error of the job: were it ours, "internal" would have it run
        again for ever, and a program could bring that about."""
        detail = f"{type(problem).__name__}: {problem}"[:2000]
        self.result = Result("", "error", "split", (), f"cannot be judged: {detail}")
