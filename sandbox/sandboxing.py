"""What every backend's sandbox is: a pool of workers, and the judging of jobs on them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sandbox.flavour import Flavour
from sandbox.jobs import Job, Result
from sandbox.pool import Pool
from sandbox.worker import Worker

__all__ = ["PooledSandbox"]


class PooledSandbox:
    """`start` makes a worker of a flavour for one of the slots 0..workers-1, when first needed."""

    def __init__(self, start: Callable[[Flavour, int], Worker], workers: int) -> None:
        self.users: list[Any] = []  # what still runs programs here when the block ends: waited for
        self._pool = Pool(start, workers)

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Yields each job's result as it finishes, in any order, every id exactly once."""
        return self._pool.run(jobs)

    def close(self) -> None:
        self._pool.close()

    def __enter__(self) -> "PooledSandbox":
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            if exception[0] is None:
                for user in self.users:
                    user.wait()
        finally:
            self.close()
