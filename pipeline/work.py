"""What a stage's body may know of the work it is part of: names, seeds, the journal, progress.

A body asks `work()`. Outside a run it gets one with seed 0, a journal in memory and no progress, so
every body is testable as frame in, frame out.
"""

import contextlib
import contextvars
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from data.identity import row_id, seed_of
from pipeline.journal import Journal

__all__ = ["Work", "doing", "work"]


def _silent(rows: int, tokens: int) -> None:
    pass


@dataclass
class Work:
    """One shard of one stage, being worked on. `label` is unique in a run: it names iteration and
    stage, and is part of the ids and seeds made here."""

    label: str = "stage"
    seed: int = 0
    journal: Journal = field(default_factory=Journal)
    progress: Callable[[int, int], None] = _silent
    tokens: int = 0

    def row_id(self, parents: Iterable[str], sample: int = 0) -> str:
        return row_id(parents, self.label, sample)

    def seed_of(self, row: str, sample: int = 0) -> int:
        return seed_of(self.seed, self.label, row, sample)

    def advance(self, rows: int, tokens: int = 0) -> None:
        """Rows were finished: for the progress bar, and for the count of tokens."""
        self.tokens += tokens
        self.progress(rows, tokens)


_CURRENT: contextvars.ContextVar[Work | None] = contextvars.ContextVar("work", default=None)


def work() -> Work:
    """The work that the calling body is part of."""
    return _CURRENT.get() or Work()


@contextlib.contextmanager
def doing(current: Work) -> Iterator[Work]:
    """Make `current` the work of the code inside."""
    token = _CURRENT.set(current)
    try:
        yield current
    finally:
        _CURRENT.reset(token)
