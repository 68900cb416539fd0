"""Keeps workers busy with the jobs of all runs, in one thread that waits for all at once."""

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue

from sandbox.case import Replies
from sandbox.flavour import Flavour
from sandbox.jobs import Job, Result
from sandbox.schedule import Schedule
from sandbox.worker import Worker

__all__ = ["Pool"]

WINDOW = 256
"""Jobs that a run reads ahead of its results."""


class Pool:
    """`workers` programs run at a time, on workers that `start` makes for a flavour and a slot."""

    def __init__(self, start: Callable[[Flavour, int], Worker], workers: int) -> None:
        self._inbox: deque[tuple[Job | None, Replies]] = deque()
        self._bell = os.eventfd(0, os.EFD_NONBLOCK)
        self._asleep = self._closed = False
        self._door = threading.Lock()  # the bell is not rung once it is gone
        self._schedule = Schedule(start, workers)
        self._thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)
        self._thread.start()

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Results as they come; jobs are read one by one, never more than a window ahead."""
        replies: Replies = SimpleQueue()
        source, more, waiting = iter(jobs), True, 0
        try:
            while more or waiting:
                while more and waiting < WINDOW and replies.empty():
                    if (job := next(source, None)) is None:
                        more = False
                    else:
                        self._post(job, replies)
                        waiting += 1
                for result in replies.get() if waiting else ():
                    waiting -= 1
                    yield result
        finally:
            if waiting:
                with contextlib.suppress(RuntimeError):  # a closed sandbox has forgotten it
                    self._post(None, replies)

    def close(self) -> None:
        """Ends all workers; what was still running is lost."""
        with self._door:
            self._closed = True
            self._ring()
        self._thread.join()

    def _post(self, job: Job | None, replies: Replies) -> None:
        with self._door:
            if self._closed:
                raise RuntimeError("the sandbox is closed")
            self._inbox.append((job, replies))
            if self._asleep:
                self._ring()

    def _ring(self) -> None:
        if self._bell >= 0:
            os.eventfd_write(self._bell, 1)

    def _serve(self) -> None:
        try:
            while not self._closed:
                self._read_inbox()
                self._schedule.feed()
                self._asleep = True
                self._schedule.wait(self._bell, bool(self._inbox) or self._closed)
                self._asleep = False
        finally:
            with self._door:
                self._closed = True
                os.close(self._bell)
                self._bell = -1
            self._read_inbox()
            self._schedule.close()

    def _read_inbox(self) -> None:
        while self._inbox:
            job, replies = self._inbox.popleft()
            if job is None:
                self._schedule.forget(replies)
            else:
                self._schedule.submit(job, replies)
