"""Threads that keep workers busy: a queue of executions, and what happens when a worker dies."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.execution import Execution
from sandbox.frames import Response
from sandbox.judge import Lost
from sandbox.worker import Worker, WorkerDied

__all__ = ["Pool"]

AHEAD = 3
"""Requests that a worker holds: one runs, the others wait in its pipe."""
RECYCLE = 10_000
DEATHS = 2
STARTS = 3


@dataclass(eq=False)
class _Task:
    execution: Execution
    deliver: Callable[[Response | Lost], None]
    run: object
    deaths: int = 0


@dataclass
class _Desk:
    """Shared by all threads, under one lock."""

    changed: threading.Condition = field(default_factory=threading.Condition)
    tasks: deque[_Task] = field(default_factory=deque)
    alone: deque[_Task] = field(default_factory=deque)
    workers: set[Worker] = field(default_factory=set)
    busy: int = 0
    reserved: bool = False
    closed: bool = False

    def next(self, running: deque[_Task]) -> _Task | None:
        """What a thread with these running tasks should take up now."""
        if self.reserved or len(running) >= AHEAD:
            return None
        if self.alone:
            self.reserved = not running and not self.busy
            return self.alone.popleft() if self.reserved else None
        if not self.tasks or (running and (running[0].deaths or self.tasks[0].deaths)):
            return None
        return self.tasks.popleft()


class Pool:
    """Runs executions on a fixed number of workers, each made by `start` when first needed."""

    def __init__(self, start: Callable[[], Worker], workers: int) -> None:
        self._start = start
        self._desk = _Desk()
        self._threads = [
            threading.Thread(target=self._work, name=f"sandbox-{number}", daemon=True)
            for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(
        self, execution: Execution, deliver: Callable[[Response | Lost], None], run: object
    ) -> None:
        """`deliver` is called once, from another thread, unless the run is forgotten before."""
        with self._desk.changed:
            if self._desk.closed:
                raise RuntimeError("the sandbox is closed")
            self._queue(execution).append(_Task(execution, deliver, run))
            self._desk.changed.notify_all()

    def forget(self, run: object) -> None:
        """Drops what a run has waiting: nobody reads its results any more."""
        desk = self._desk
        with desk.changed:
            for name in ("tasks", "alone"):
                kept = deque(task for task in getattr(desk, name) if task.run is not run)
                setattr(desk, name, kept)

    def close(self) -> None:
        """Ends all workers; what was still running is lost."""
        with self._desk.changed:
            self._desk.closed = True
            left = [*self._desk.tasks, *self._desk.alone]
            for worker in self._desk.workers:
                worker.stream.kill()
            self._desk.changed.notify_all()
        for thread in self._threads:
            thread.join()
        for task in left:
            task.deliver(Lost("internal", "the sandbox was closed"))

    def _queue(self, execution: Execution) -> deque[_Task]:
        return self._desk.alone if execution.alone else self._desk.tasks

    def _work(self) -> None:
        worker: Worker | None = None
        running: deque[_Task] = deque()
        while self._take(running):
            try:
                worker = worker or self._fresh()
                while worker.pending < len(running):
                    worker.send(running[worker.pending].execution.request)
                response = worker.receive()
            except WorkerDied as problem:
                if worker:
                    self._discard(worker)
                self._bury(running, str(problem), blame=worker is not None)
                worker = None
                continue
            task = running.popleft()
            self._done(task)
            task.deliver(response)
            if worker.served >= RECYCLE and not running:
                self._discard(worker)
                worker = None
        if worker:
            self._discard(worker)
        for task in running:
            task.deliver(Lost("internal", "the sandbox was closed"))

    def _fresh(self) -> Worker:
        worker = self._start()
        with self._desk.changed:
            self._desk.workers.add(worker)
        return worker

    def _discard(self, worker: Worker) -> None:
        with self._desk.changed:
            self._desk.workers.discard(worker)
        worker.close()

    def _take(self, running: deque[_Task]) -> bool:
        """Fills the thread's own queue; waits only if it is empty. False when the pool closes."""
        desk = self._desk
        with desk.changed:
            while not desk.closed:
                while task := desk.next(running):
                    running.append(task)
                    desk.busy += 1
                if running:
                    return True
                desk.changed.wait()
        return False

    def _done(self, task: _Task) -> None:
        with self._desk.changed:
            self._desk.busy -= 1
            if task.execution.alone:
                self._desk.reserved = False
            if self._desk.alone or task.execution.alone:
                self._desk.changed.notify_all()

    def _bury(self, running: deque[_Task], problem: str, blame: bool) -> None:
        """The one in flight runs again alone on another worker, and is to blame the second time."""
        suspect = running[0]
        suspect.deaths += 1
        again = list(running)
        running.clear()
        for task in again:
            self._done(task)
        if suspect.deaths >= (DEATHS if blame else STARTS):
            again.remove(suspect)
            verdict = "security" if blame else "internal"
            suspect.deliver(Lost(verdict, f"its worker ended twice: {problem}"))
        with self._desk.changed:
            if not self._desk.closed:
                for task in reversed(again):
                    self._queue(task.execution).appendleft(task)
                self._desk.changed.notify_all()
                return
        for task in again:
            task.deliver(Lost("internal", "the sandbox was closed"))
