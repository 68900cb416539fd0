"""How a stage runs over a table: shard by shard as its input comes, committing each, and skipping
what an earlier start of the run committed."""

import inspect
import time
from typing import Any

import polars as pl
import pyarrow as pa

from data.rows import arrow_schema, conform
from data.shards import (
    ShardStats,
    commit_shard,
    committed,
    read_shard,
    shard_digest,
    sweep,
)
from data.table import Rows
from pipeline.code import code_of, functions_in
from pipeline.errors import StageFailed
from pipeline.identity import describe
from pipeline.journal import Journal
from pipeline.record import Record
from pipeline.run import Run
from pipeline.stage import Outcome, Stage
from pipeline.work import Work, doing
from pipeline.writing import dropped_table, finish, intact, launch, reuse, same_input, write_whole

__all__ = ["start"]


def start(
    stage: Stage[Any, Any, Any], run: Run, table: Rows[Any], args: Any, kwargs: Any
) -> Rows[Any]:
    """The handle of the table that `stage` makes of `table`, while it is being made."""
    folder, row = run.place(stage.name), stage.row_after(table.row)
    label = f"{run.phase}/{folder.name}"  # now: the flow may be an iteration further when it starts
    bound = inspect.signature(stage.body).bind(None, *args, **kwargs)
    bound.apply_defaults()
    (_, *settings) = bound.arguments.items()
    identity = {
        "reads": table.fingerprint,
        "writes": str(arrow_schema(row)),
        "seed": run.seed,
        "place": label,  # part of the ids and seeds that are made here
        "settings": {name: describe(value) for name, value in settings},
    }
    code = code_of(stage.body, *functions_in([*args, *kwargs.values()]))
    record = Record.open(folder, stage.name, identity, code)
    output: Rows[Any] = Rows(folder, row, record.fingerprint)
    for argument in [*args, *kwargs.values()]:
        users = getattr(argument, "users", None)  # a sampler waits for the stages that use it
        if isinstance(users, list):
            users.append(output)
    inputs = [table, *(a for a in [*args, *kwargs.values()] if isinstance(a, Rows))]

    def work() -> None:
        if intact(record):
            return reuse(record, output, inputs)
        _Running(stage, run, table, output, label, args, kwargs).go()
        finish(record, output, inputs)

    launch(run, output, label, work)
    return output


class _Running:
    """One stage at work on one table."""

    def __init__(
        self,
        stage: Stage[Any, Any, Any],
        run: Run,
        table: Rows[Any],
        output: Rows[Any],
        label: str,
        args: Any,
        kwargs: Any,
    ) -> None:
        self.stage, self.run, self.table, self.output = stage, run, table, output
        self.args, self.kwargs = args, kwargs
        self.folder = output.folder
        self.label = label
        self.seen = self.failed = 0
        self.reasons: dict[str, int] = {}
        self.example = ""

    def go(self) -> None:
        sweep(self.folder)
        self.there = set(committed(self.folder))
        self.bar = self.run.progress.stage(self.label)
        done = False
        try:
            if self.stage.whole:
                self._whole()
            else:
                for number in self.table.numbers():
                    self.run.check()
                    self._shard(number)
            self._enough(final=True)
            done = True
        finally:
            self.bar.close(done)

    def _shard(self, number: int) -> None:
        source = shard_digest(self.table.folder, number)
        if number in self.there:
            stats = same_input(self.output, self.table, number, source)
            read_shard(self.folder, number)  # its checksum is compared
            self._count(stats)
            return
        began = time.monotonic()
        # named for its input too: answers about other rows must not be replayed
        journal = Journal(self.folder / ".journal" / f"{number:05d}-{source[:8]}.jsonl")
        work = Work(self.label, self.run.seed, journal, self._advance)
        frame = read_shard(self.table.folder, number)
        if self.table.complete:
            self.bar.total(len(self.table))
        try:
            with doing(work):
                outcome = self.stage.apply(frame, *self.args, **self.kwargs)
        finally:
            journal.close()
        self._note_example(outcome)
        stats = ShardStats(
            rows_in=frame.height,
            kept=outcome.kept.height,
            dropped=outcome.reasons,
            failed=outcome.failed,
            tokens=work.tokens,
            seconds=round(time.monotonic() - began, 3),
            input=source,
        )
        self._count(stats)
        self._enough(final=False)
        self._commit(number, outcome, stats)
        journal.close(remove=True)

    def _advance(self, rows: int, tokens: int) -> None:
        self.run.check()
        self.bar.advance(rows, tokens)

    def _whole(self) -> None:
        frame = self.table.frame()
        began = time.monotonic()
        self.bar.total(frame.height)
        journal = Journal(self.folder / ".journal" / f"whole-{self.table.content()[:8]}.jsonl")
        with doing(Work(self.label, self.run.seed, journal, self._advance)) as work:
            outcome = self.stage.apply(frame, *self.args, **self.kwargs)
        journal.close()
        self.seen = outcome.kept.height + outcome.dropped.height
        self.failed, self.reasons = outcome.failed, outcome.reasons
        self._note_example(outcome)
        self._enough(final=False)
        seconds = time.monotonic() - began
        reads = (self.table.row,)
        write_whole(outcome, self.output, reads, self.bar, self.table, work.tokens, seconds)
        journal.close(remove=True)

    def _note_example(self, outcome: Outcome) -> None:
        for reason in outcome.dropped["dropped"]:
            if reason.startswith("failed") and not self.example:
                self.example = f" The first: {reason}"

    def _commit(self, number: int, outcome: Outcome, stats: ShardStats) -> None:
        kept = conform(outcome.kept, self.output.row)
        commit_shard(self.folder, number, kept, self._lost(outcome.dropped), stats)
        self.output.add(number)

    def _lost(self, dropped: pl.DataFrame) -> pa.Table | None:
        return dropped_table(dropped, self.table.row, self.output.row)

    def _count(self, stats: ShardStats) -> None:
        self.seen += stats.kept + sum(stats.dropped.values())
        self.failed += stats.failed
        for reason, n in stats.dropped.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + n
        self.bar.shard(stats.rows_in, stats.kept, sum(stats.dropped.values()))

    def _enough(self, final: bool) -> None:
        # a handful of bad rows never ends a run
        too_many = self.failed >= 10 and self.failed > self.stage.max_failed * self.seen
        if too_many or (final and self.failed and self.failed >= self.seen):
            counted = ", ".join(f"{n} x {reason}" for reason, n in self.reasons.items())
            raise StageFailed(
                f"{self.label}: {self.failed} of {self.seen} rows failed, more than the stage "
                f"allows ({self.stage.max_failed:.0%}). Reasons: {counted}.{self.example}"
            )
