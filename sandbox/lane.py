"""One worker at a time, what it is doing, and what of its answers is not yet believed."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sandbox.canary import Canary, canaries
from sandbox.case import Case, Epoch
from sandbox.execution import Execution, killed
from sandbox.flavour import Flavour
from sandbox.frames import Response
from sandbox.worker import Worker, WorkerDied

__all__ = ["Failure", "Lane", "Turn"]

AHEAD = 4
"""Requests that a worker holds: one runs, the others wait in its pipe."""
BRISK_US = 20_000
"""Where programs take longer, none waits in the pipe: waiting there saves nothing by then."""
BATCH = 128
PATIENCE = 1.0
"""Answers between two checks of a worker, and seconds."""
LULL = 0.003
"""Seconds without work after which a worker is checked, so that its answers can go out."""
RECYCLE = 10_000


@dataclass(frozen=True)
class Turn:
    """One execution of a case."""

    case: Case
    execution: Execution
    attempt: int

    @property
    def stale(self) -> bool:
        return self.case.attempt != self.attempt


class Failure(NamedTuple):
    """What a worker leaves: the case that was running, all that were in its pipe, those whose
    answers are not believed; whether it failed a check instead of dying, and whether its first."""

    running: Case | None
    flying: set[Case]
    answered: set[Case]
    lied: bool
    new: bool


class Lane:
    """Runs the cases of one flavour, on workers that `start` makes."""

    def __init__(self, start: Callable[[], Worker], flavour: Flavour) -> None:
        self.flavour = flavour
        self.worker: Worker | None = None
        self._start = start
        self._sent: deque[tuple[Turn | Canary, Epoch]] = deque()
        self._epoch = Epoch()
        self._checked: deque[Epoch] = deque()
        self._alarmed = self._lied = self._new = False
        self._quiet, self._brisk = 0.0, True

    @property
    def running(self) -> bool:
        return bool(self._sent)

    def takes(self, solo: bool) -> bool:
        """Whether there is room for a case, or for one that is to be checked by itself."""
        spent = self.worker is not None and self.worker.served >= RECYCLE
        if solo or spent or self._epoch.solo:
            return not self._sent and not self._epoch.cases
        return len(self._sent) < (AHEAD if self._brisk else 1)

    def give(self, turn: Turn) -> None:
        """Starts a worker if need be; raises SandboxUnavailable, or WorkerDied of the old one."""
        if self.worker and self.worker.served >= RECYCLE:
            self.end()
        if self.worker is None:
            self.worker = self._start()
            self._new = True
            self.check()  # a machine on which no worker tells the truth is no program's fault
        if self._epoch.cases and not self._sent and time.monotonic() > self._epoch.began + PATIENCE:
            self.check()  # what is answered does not wait for the next one
        if not self._epoch.cases and all(epoch is not self._epoch for _, epoch in self._sent):
            self._epoch = Epoch(began=time.monotonic(), solo=turn.case.solo)
        self._sent.append((turn, self._epoch))
        try:
            self.worker.send(turn.execution.request)
        except WorkerDied:
            self._sent.pop()  # it was not this one
            raise

    def responses(self) -> Iterator[tuple[Turn, Response]]:
        """The turns that are done; WorkerDied if a canary did not sing."""
        while self.worker and (response := self.worker.take()):
            what, epoch = self._sent.popleft()
            self._quiet = time.monotonic()
            if isinstance(what, Turn):
                self._brisk = response.header.wall_us < BRISK_US
                epoch.cases.add(what.case)
                if not what.stale:
                    what.case.epochs.add(epoch)
                self._alarmed |= bool(response.header.ended or response.header.status & 0x7F)
                yield what, response
            elif not what.sings(response):
                self._lied = not killed(response)
                raise WorkerDied(f"it no longer tells programs that {what.verdict}")

    def believed(self) -> Iterator[Epoch]:
        """The epochs all of whose canaries have sung."""
        open_ = {epoch for _, epoch in self._sent}
        while self._checked and self._checked[0] not in open_:
            epoch = self._checked.popleft()
            epoch.good, self._new = True, False
            yield epoch

    def due(self, more: bool) -> float | None:
        """When the worker is to be checked; None for not as things stand. `more`: work waits."""
        epoch = self._epoch
        if not epoch.cases:
            return None
        if self._alarmed or epoch.solo or len(epoch.cases) >= BATCH:
            return 0.0
        if not more and not self._sent:
            return self._quiet + LULL
        return epoch.began + PATIENCE

    def check(self) -> None:
        """Sends the canaries for what was answered so far; what comes later is a new epoch."""
        assert self.worker
        epoch, self._epoch = self._epoch, Epoch(began=time.monotonic())
        self._checked.append(epoch)
        self._alarmed = False
        for canary in canaries():
            self._sent.append((canary, epoch))
            self.worker.send(canary.execution.request)

    def fail(self) -> Failure:
        """Ends the worker."""
        turns = [what for what, _ in self._sent if isinstance(what, Turn) and not what.stale]
        head = self._sent[0][0] if self._sent else None
        doubtful = {epoch for _, epoch in self._sent} | {*self._checked, self._epoch}
        answered = {case for epoch in doubtful for case in epoch.cases}
        failure = Failure(
            head.case if isinstance(head, Turn) and not head.stale else None,
            {turn.case for turn in turns},
            {case for case in answered if not case.epochs.isdisjoint(doubtful)},
            self._lied,
            self._new,
        )
        self.end()
        return failure

    def end(self) -> None:
        if self.worker:
            self.worker.close()
        self.worker = None
        self._sent.clear()
        self._checked.clear()
        self._epoch = Epoch()
        self._alarmed = self._lied = self._new = False
