"""Which case runs next on which worker, and what becomes of it when its worker fails.

An answer counts once its worker has proved that it still tells the truth; until then results are
held back, and what a worker answered since its last proof begins again when it fails the next one.
"""

import os
import select
import time
from collections import deque
from collections.abc import Callable, Iterator

from sandbox.case import Case, Replies, key_of
from sandbox.execution import Execution
from sandbox.flavour import Flavour
from sandbox.jobs import Job, Result, SandboxUnavailable
from sandbox.judge import Lost
from sandbox.lane import Lane, Turn
from sandbox.remembered import Remembered
from sandbox.worker import Worker, WorkerDied

__all__ = ["Schedule"]

DEATHS = 2
STARTS, START_SECONDS, ENDS = 3, 10.0, 10
"""How many workers in a row may refuse to start (and for how long), or lie; how many may die."""
CONDEMNED = "after it, its worker no longer told right programs from wrong ones"


class Schedule:
    """Slots with one worker per flavour each, of which one is at work at a time."""

    def __init__(self, start: Callable[[Flavour, int], Worker], slots: int) -> None:
        self._start = start
        self._slots: list[dict[Flavour, Lane]] = [{} for _ in range(slots)]
        self._queues: dict[Flavour, deque[Turn]] = {}
        self._alone: deque[Turn] = deque()
        self._exclusive = False
        self._open: dict[bytes, Case] = {}
        self._known = Remembered()
        self._ready: dict[Replies, list[Result]] = {}
        self._failures, self._failing_since, self._try_again = 0, 0.0, 0.0

    def submit(self, job: Job, replies: Replies) -> None:
        """Identical jobs run once, whoever asks."""
        key = key_of(job)
        if same := self._open.get(key):
            same.waiting.append((replies, job.id))
        elif known := self._known.get(key):
            self._answer(Case(job, key, [(replies, job.id)], result=known))
        else:
            case = self._open[key] = Case(job, key, [(replies, job.id)])
            self._next(case, case.begin())

    def forget(self, replies: Replies) -> None:
        """Nobody reads the run's results any more: what has not begun does not begin."""
        for case in [*self._open.values()]:
            case.waiting = [wanted for wanted in case.waiting if wanted[0] is not replies]
            if not case.waiting:
                self._drop(case)

    def close(self) -> None:
        """Ends all workers; what was still running is lost."""
        for lane in self._lanes():
            lane.end()
        for case in [*self._open.values()]:
            self._lose(case, Lost("internal", "the sandbox was closed"))
        self._deliver()

    def feed(self) -> None:
        """Gives the workers what they have room for."""
        idle = not any(lane.running for lane in self._lanes())
        if self._exclusive and not idle:
            return
        while self._alone and self._alone[0].stale:
            self._alone.popleft()
        self._exclusive = bool(self._alone) and idle and self._takes(0, self._alone[0])
        if self._exclusive:
            self._give(0, self._alone.popleft())
        elif not self._alone:
            for slot in range(len(self._slots)):
                while turn := self._pick(slot):
                    self._give(slot, turn)
        self._deliver()

    def wait(self, bell: int, busy: bool) -> None:
        """Until something comes, or something is due; then deals with it."""
        now, poll = time.monotonic(), select.poll()
        poll.register(bell, select.POLLIN)
        lanes: dict[int, Lane] = {}
        due = [now if busy else now + 3600]
        if any(self._queues.values()) and self._try_again > now:
            due.append(self._try_again)
        for lane in self._lanes():
            when = self._attend(lane, now)
            due += [when] if when is not None else []
            for descriptor, events in lane.worker.interests() if lane.worker else ():
                lanes[descriptor] = lane
                poll.register(descriptor, events)
        pause = max(0.0, min(due) - now)
        late = [lane for lane in lanes.values() if lane.worker and lane.worker.late(now)]
        for descriptor, event in poll.poll(pause * 1000 + (pause > 0)):
            if descriptor == bell:
                os.eventfd_read(bell)
            else:
                self._move(lanes[descriptor], event)
        for lane in late:
            if lane.worker and lane.worker.late(now):  # what had come by then has been read
                self._bury(lane, "no answer in time")
        self._deliver()

    def _lanes(self) -> Iterator[Lane]:
        for slot in self._slots:
            yield from slot.values()

    def _next(self, case: Case, execution: Execution | None) -> None:
        if execution is None:
            self._release(case)
            return
        turn = Turn(case, execution, case.attempt)
        queue = self._alone if execution.alone else self._queues.setdefault(case.flavour, deque())
        queue.append(turn)

    def _pick(self, slot: int) -> Turn | None:
        """The next turn for a slot: of the flavour that it is at, or else of any."""
        lanes = self._slots[slot]
        busy = [flavour for flavour, lane in lanes.items() if lane.running]
        for flavour in busy or self._queues:
            queue = self._queues.get(flavour)
            while queue and queue[0].stale:
                queue.popleft()
            if queue and self._takes(slot, queue[0]):
                return queue.popleft()
        return None

    def _takes(self, slot: int, turn: Turn) -> bool:
        lane = self._slots[slot].get(turn.case.flavour)
        if lane is None or lane.worker is None:
            return time.monotonic() >= self._try_again
        return lane.takes(turn.case.solo)

    def _give(self, slot: int, turn: Turn) -> None:
        case = turn.case
        lane = self._slots[slot].get(case.flavour)
        if lane is None:
            lane = Lane(lambda: self._start(case.flavour, slot), case.flavour)
            self._slots[slot][case.flavour] = lane
        try:
            lane.give(turn)
        except SandboxUnavailable as problem:
            self._failed()
            patient = time.monotonic() - self._failing_since < START_SECONDS
            self._queues.setdefault(case.flavour, deque()).appendleft(turn)
            if self._failures >= STARTS and not patient:
                self._give_up(case.flavour, f"no worker could be started: {problem}")
        except WorkerDied as problem:
            self._bury(lane, str(problem))
            self._queues.setdefault(case.flavour, deque()).appendleft(turn)

    def _failed(self) -> None:
        """A worker that did not start, or ended at once: the next may have to wait a little."""
        now = time.monotonic()
        self._failing_since = self._failing_since if self._failures else now
        self._failures += 1
        self._try_again = now + min(2.0, 0.02 * 2**self._failures)

    def _attend(self, lane: Lane, now: float) -> float | None:
        """Checks a worker, or gives it up, when that is due; else says when it will be."""
        queue = self._queues.get(lane.flavour)
        more = bool(queue) and not self._alone and lane.takes(queue[0].case.solo)
        worker, due = lane.worker, lane.due(more)
        try:
            if due is not None and due <= now:
                lane.check()
                due = None
        except WorkerDied as problem:
            self._bury(lane, str(problem))
            return now
        deadline = worker.deadline if worker else None
        return min((when for when in (due, deadline) if when is not None), default=None)

    def _move(self, lane: Lane, event: int) -> None:
        """Bytes from or to a worker; unless it has been ended meanwhile."""
        try:
            if lane.worker:
                lane.worker.move(event)
                for turn, response in lane.responses():
                    if not turn.stale:
                        self._next(turn.case, turn.case.advance(response))
                for epoch in lane.believed():
                    self._failures = 0
                    for case in epoch.cases:
                        self._release(case)
        except WorkerDied as problem:
            self._bury(lane, str(problem))

    def _release(self, case: Case) -> None:
        """Once all that its result rests on is believed."""
        if case.result is None or self._open.get(case.key) is not case:
            return  # or it was forgotten, and asked for again
        if all(epoch.good for epoch in case.epochs):
            self._drop(case)
            self._answer(case)
            self._known.keep(case.key, case.result)

    def _answer(self, case: Case) -> None:
        for replies, result in case.answers():
            self._ready.setdefault(replies, []).append(result)

    def _deliver(self) -> None:
        for replies, results in self._ready.items():
            replies.put(results)
        self._ready.clear()

    def _drop(self, case: Case) -> None:
        case.attempt += 1
        del self._open[case.key]

    def _lose(self, case: Case, lost: Lost) -> None:
        case.lose(lost)
        self._release(case)

    def _bury(self, lane: Lane, problem: str) -> None:
        """A worker that died or lied. Who was running, or was answered before, runs again with a
        check of its own, and is to blame when the same happens again; unless the worker never told
        the truth."""
        failure = lane.fail()
        if failure.new:
            self._failed()
        for case in failure.answered | failure.flying:
            if self._open.get(case.key) is not case:
                continue
            if case is failure.running:
                case.deaths += 1
            elif case in failure.answered and case.solo:
                case.deaths += DEATHS if failure.lied else 1
            case.solo |= bool(case.deaths) or (case in failure.answered and not failure.running)
            if case.deaths >= DEATHS:
                why = CONDEMNED if failure.lied else f"its worker ended twice: {problem}"
                self._lose(case, Lost("security", why))
            else:
                self._next(case, case.begin())
        if failure.new and self._failures >= (STARTS if failure.lied else ENDS):
            self._give_up(lane.flavour, f"no worker holds: {problem}")

    def _give_up(self, flavour: Flavour, problem: str) -> None:
        """Everything that waits for such a worker; it is the machine's fault, not the programs'."""
        for turn in self._queues.pop(flavour, ()):
            if not turn.stale:
                self._lose(turn.case, Lost("internal", problem))
