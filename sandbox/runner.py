"""Drives the judging of many jobs at once: a window of open jobs, and a memory of verdicts."""

import hashlib
import queue
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from sandbox.frames import Response
from sandbox.jobs import Job, Result
from sandbox.judge import UNPARSEABLE, Judging, Lost, judge
from sandbox.pool import Pool

__all__ = ["Runner"]

WINDOW = 256
REMEMBERED = 20_000


@dataclass(eq=False)
class _Open:
    """A job being judged, and the ids of the identical jobs that wait for its verdict."""

    key: bytes
    judging: Judging
    ids: list[str] = field(default_factory=list)


class Runner:
    """What `run` is, for any pool of workers."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._known: OrderedDict[bytes, Result] = OrderedDict()
        self._lock = threading.Lock()

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Results as they finish; jobs are read one by one, never more than a window ahead."""
        done: queue.SimpleQueue[tuple[_Open, Response | Lost]] = queue.SimpleQueue()
        opened: dict[bytes, _Open] = {}
        source, more = iter(jobs), True
        try:
            while more or opened:
                if more and len(opened) < WINDOW and done.empty():
                    job = next(source, None)
                    if job is None:
                        more = False
                    else:
                        yield from self._open(job, opened, done)
                elif opened:
                    task, outcome = done.get()
                    yield from self._advance(task, outcome, opened, done)
        finally:
            self._pool.forget(done)

    def _open(
        self,
        job: Job,
        opened: dict[bytes, _Open],
        done: "queue.SimpleQueue[tuple[_Open, Response | Lost]]",
    ) -> Iterator[Result]:
        key = _key(job)
        if same := opened.get(key):
            same.ids.append(job.id)
            return
        with self._lock:
            if known := self._known.get(key):
                self._known.move_to_end(key)
        if known:
            yield replace(known, id=job.id)
            return
        task = opened[key] = _Open(key, judge(job), [job.id])
        yield from self._advance(task, None, opened, done)

    def _advance(
        self,
        task: _Open,
        outcome: Response | Lost | None,
        opened: dict[bytes, _Open],
        done: "queue.SimpleQueue[tuple[_Open, Response | Lost]]",
    ) -> Iterator[Result]:
        try:
            execution = next(task.judging) if outcome is None else task.judging.send(outcome)
        except StopIteration as end:
            result: Result = end.value
        except UNPARSEABLE as problem:  # a source or value that Python itself cannot take apart
            result = Result("", "error", "split", (), f"{type(problem).__name__}: {problem}")
        except Exception as problem:  # one bad job must not end a run of thousands
            result = Result("", "internal", "split", (), f"{type(problem).__name__}: {problem}")
        else:
            self._pool.submit(execution, lambda outcome: done.put((task, outcome)), done)
            return
        del opened[task.key]
        self._remember(task.key, result)
        yield from (replace(result, id=name) for name in task.ids)

    def _remember(self, key: bytes, result: Result) -> None:
        if result.verdict == "internal":
            return
        with self._lock:
            self._known[key] = result
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


def _key(job: Job) -> bytes:
    parts = (job.program, job.tests, job.limits, job.stdin, job.weak_check)
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).digest()
