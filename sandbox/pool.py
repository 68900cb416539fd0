"""Threads that keep workers busy: a queue of executions, and what happens when a worker dies."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
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
    deaths: int = 0


@dataclass
class _Desk:
    """Shared by all threads, under one lock."""

    changed: threading.Condition = field(default_factory=threading.Condition)
    tasks: deque[_Task] = field(default_factory=deque)
    alone: deque[_Task] = field(default_factory=deque)
    busy: int = 0
    reserved: bool = False
    closed: bool = False


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

    def submit(self, execution: Execution, deliver: Callable[[Response | Lost], None]) -> None:
        """`deliver` is called once, from another thread."""
        with self._desk.changed:
            if self._desk.closed:
                raise RuntimeError("the sandbox is closed")
            tasks = self._desk.alone if execution.alone else self._desk.tasks
            tasks.append(_Task(execution, deliver))
            self._desk.changed.notify_all()

    def close(self) -> None:
        """Ends all workers; what was still running is lost."""
        with self._desk.changed:
            self._desk.closed = True
            left = [*self._desk.tasks, *self._desk.alone]
            self._desk.tasks.clear()
            self._desk.alone.clear()
            self._desk.changed.notify_all()
        for task in left:
            task.deliver(Lost("internal", "the sandbox was closed"))
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        worker: Worker | None = None
        running: deque[_Task] = deque()
        while self._take(running):
            try:
                if worker is None:
                    worker = self._fresh()
                while worker.pending < len(running):
                    worker.send(running[worker.pending].execution.request)
                response = worker.receive()
            except WorkerDied as problem:
                if worker:
                    worker.close()
                worker = None
                self._bury(running, str(problem))
                continue
            self._done(running.popleft()).deliver(response)
            if worker.served >= RECYCLE and not running:
                worker.close()
                worker = None
        if worker:
            worker.close()
        for task in running:
            task.deliver(Lost("internal", "the sandbox was closed"))

    def _fresh(self) -> Worker:
        for attempt in range(STARTS):
            with suppress(WorkerDied):
                return self._start()
            if self._desk.closed or attempt == STARTS - 1:
                break
        raise WorkerDied("no worker could be started")

    def _take(self, running: deque[_Task]) -> bool:
        """Fills the thread's own queue; waits only if it is empty. False when the pool closes."""
        desk = self._desk
        with desk.changed:
            while not desk.closed:
                alone = bool(running) and (running[0].execution.alone or running[0].deaths)
                while desk.tasks and len(running) < AHEAD and not alone and not desk.alone:
                    task = desk.tasks[0]
                    if task.deaths and running:
                        break
                    alone = bool(task.deaths)
                    running.append(desk.tasks.popleft())
                    desk.busy += 1
                if desk.alone and not running and not desk.busy:
                    running.append(desk.alone.popleft())
                    desk.busy += 1
                if running:
                    return True
                desk.changed.wait()
        return False

    def _done(self, task: _Task) -> _Task:
        with self._desk.changed:
            self._desk.busy -= 1
            self._desk.changed.notify_all()
        return task

    def _bury(self, running: deque[_Task], problem: str) -> None:
        """The one in flight runs again alone on a fresh worker, and is to blame the second time."""
        suspect = running[0]
        suspect.deaths += 1
        again = list(running)
        running.clear()
        for task in again:
            self._done(task)
        if suspect.deaths >= DEATHS:
            again.remove(suspect)
            suspect.deliver(Lost("security", f"ended its worker twice: {problem}"))
        with self._desk.changed:
            for task in reversed(again):
                (self._desk.alone if task.execution.alone else self._desk.tasks).appendleft(task)
            self._desk.changed.notify_all()
