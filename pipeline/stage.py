"""A stage: a typed function from frame to frame under one decorator.

    @stage(reads=Attempt, writes=Executed)
    def execute(attempts: pl.DataFrame, sandbox: Sandbox, limits: Limits = LIMITS) -> pl.DataFrame:
        ...

Called with a frame it is that function, with its contract checked. Called with a table in a flow it
returns at once with the handle of a table that is still being written, shard by shard as its input
comes. A row that is not to go on gets its reason in a column `dropped`; a reason that begins with
"failed" counts as a failure. No row vanishes: that is checked.
"""

from collections.abc import Callable
from typing import Any, Concatenate, Generic, NamedTuple, ParamSpec, TypeVar, overload

import polars as pl

from data.rows import Row, fields, misfits, polars_schema
from data.shards import full_disk
from data.table import Rows
from pipeline.errors import Cancelled, ContractError, InfrastructureError, StageFailed, UserError
from pipeline.run import current_run

__all__ = ["Outcome", "Stage", "stage"]

P = ParamSpec("P")
R = TypeVar("R", bound=Row)
W = TypeVar("W", bound=Row)


class Outcome(NamedTuple):
    """What became of a frame: the kept rows, and the dropped ones with their reason."""

    kept: pl.DataFrame
    dropped: pl.DataFrame

    @property
    def reasons(self) -> dict[str, int]:
        """How many rows were dropped for which kind of reason (the text before the first colon)."""
        if self.dropped.is_empty():
            return {}
        kind = pl.col("dropped").str.split(":").list.first()
        counts = self.dropped.group_by(kind).len().sort("len", "dropped", descending=[True, False])
        return dict(counts.iter_rows())

    @property
    def failed(self) -> int:
        return sum(n for reason, n in self.reasons.items() if reason.startswith("failed"))


class Stage(Generic[P, R, W]):
    """A function on frames with its contract. `whole`: it needs the whole table at once;
    `max_failed`: the share of rows that may fail before the stage stops."""

    def __init__(
        self,
        body: Callable[Concatenate[pl.DataFrame, P], pl.DataFrame],
        reads: type[R],
        writes: type[W],
        name: str,
        whole: bool = False,
        max_failed: float = 0.5,
    ) -> None:
        self.body, self.reads, self.writes = body, reads, writes
        self.name, self.whole, self.max_failed = name, whole, max_failed
        self.__name__, self.__doc__, self.__wrapped__ = name, body.__doc__, body

    @overload
    def __call__(self, table: Rows[R], *args: P.args, **kwargs: P.kwargs) -> Rows[W]: ...
    @overload
    def __call__(self, table: pl.DataFrame, *args: P.args, **kwargs: P.kwargs) -> pl.DataFrame: ...
    def __call__(self, table: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
        if isinstance(table, pl.DataFrame):
            outcome = self.apply(table, *args, **kwargs)
            if table.height and outcome.failed == table.height:
                raise StageFailed(
                    f"{self.name} failed on every row: {outcome.dropped['dropped'][0]}"
                )
            return outcome.kept
        if not isinstance(table, Rows):
            raise ContractError(
                f"{self.name} got a {type(table).__name__}; it takes the handle of a table, or a "
                "polars frame."
            )
        if (run := current_run()) is None:
            raise UserError(
                f"{self.name} was given a table outside a flow. Call it in a flow, or with a "
                "frame: table.frame()."
            )
        if table.in_memory:
            raise UserError(
                f"{self.name} got a table in memory in a flow; load() makes one on disk."
            )
        if missing := set(polars_schema(self.reads)) - set(polars_schema(table.row)):
            raise ContractError(
                f"{self.name} reads {self.reads.__name__}, and {table.row.__name__} lacks its "
                f"columns {', '.join(sorted(missing))}."
            )
        from pipeline.shardwise import start

        return start(self, run, table, args, kwargs)

    def named(self, name: str) -> "Stage[P, R, W]":
        """The same stage under another name, where a flow uses it for several things."""
        return Stage(self.body, self.reads, self.writes, name, self.whole, self.max_failed)

    def apply(self, frame: pl.DataFrame, *args: P.args, **kwargs: P.kwargs) -> Outcome:
        """The body on one frame, with its contract checked before and after."""
        if wrong := misfits(frame, self.reads, exact=False):
            raise ContractError(_listed(f"{self.name} reads {self.reads.__name__}", wrong))
        done = self._isolating(frame, args, kwargs, allowed=frame.height)
        outcome = Outcome(
            pl.concat([o.kept for o in done], how="diagonal_relaxed"),
            pl.concat([o.dropped for o in done], how="diagonal_relaxed"),
        )
        self._conserve(frame, outcome)
        return outcome

    def _isolating(
        self, frame: pl.DataFrame, args: Any, kwargs: Any, allowed: int
    ) -> list[Outcome]:
        """One bad row must not spoil its neighbours: when the body raises, halves are tried, down
        to the row that makes it raise."""
        try:
            body: Any = self.body
            return [self._checked(frame, body(frame, *args, **kwargs))]
        except (UserError, InfrastructureError, Cancelled, MemoryError):
            raise
        except Exception as error:
            if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
                if full_disk(error):
                    raise
                raise InfrastructureError(f"{self.name}: {error}") from error
            if self.whole or frame.is_empty():
                raise
            if frame.height == 1:
                reason = f"failed {type(error).__name__}: {error}"[:500]
                nothing = pl.DataFrame(schema=polars_schema(self.writes))
                return [Outcome(nothing, frame.with_columns(dropped=pl.lit(reason)))]
            half = frame.height // 2
            halves = [frame[:half], frame[half:]]
            done = [o for part in halves for o in self._isolating(part, args, kwargs, allowed)]
            if allowed >= 10 and sum(o.failed for o in done) == allowed:
                # not one row went through: the body is wrong, not the rows
                raise StageFailed(
                    f"{self.name} failed on every row; the first said: {error!r}"
                ) from error
            return done

    def row_after(self, row: type[Row]) -> type[Row]:
        """The type of what is written when `row` is read: a stage that only adds columns carries
        on the columns that it does not know."""
        if not issubclass(self.writes, self.reads):
            return self.writes
        if issubclass(row, self.writes):
            return row
        known = fields(self.writes)
        extra = {name: kind for name, kind in fields(row).items() if name not in known}
        if not extra:
            return self.writes
        return type(self.writes.__name__, (self.writes,), {"__annotations__": extra})

    def _carried(self, frame: pl.DataFrame) -> list[str]:
        if not issubclass(self.writes, self.reads):
            return []
        known = polars_schema(self.writes)
        return [c for c in frame.columns if c not in known and c != "dropped"]

    def _checked(self, frame: pl.DataFrame, output: pl.DataFrame) -> Outcome:
        if not isinstance(output, pl.DataFrame):
            raise ContractError(
                f"{self.name} returned a {type(output).__name__}; a stage returns a polars frame."
            )
        if "dropped" in output.columns:
            gone = output.filter(pl.col("dropped").is_not_null())
            output = output.filter(pl.col("dropped").is_null()).drop("dropped")
        else:
            gone = output.clear().with_columns(dropped=pl.lit(None, pl.String))
        carried = self._carried(frame)
        wrong = misfits(output.drop(carried, strict=False), self.writes, exact=True)
        for column in carried:
            if column not in output.columns:
                wrong.append(f"{column}: missing (the rows that were read have it)")
            elif output.schema[column] != frame.schema[column]:
                wrong.append(
                    f"{column}: became {output.schema[column]}, was {frame.schema[column]}"
                )
        if wrong:
            raise ContractError(_listed(f"{self.name} writes {self.writes.__name__}", wrong))
        schema = polars_schema(self.writes)
        columns = [pl.col(c).cast(t) for c, t in schema.items()]
        return Outcome(output.select(*columns, *carried), gone)

    def _conserve(self, frame: pl.DataFrame, outcome: Outcome) -> None:
        parts = []
        for rows in outcome:
            if "id" in rows.columns:
                parts.append(rows["id"].cast(pl.String))
            if "parents" in rows.columns:
                parts.append(rows["parents"].cast(pl.List(pl.String)).explode())
        seen = pl.concat(parts)
        lost = frame["id"].filter(~frame["id"].is_in(seen.drop_nulls().implode()))
        if lost.len():
            raise ContractError(
                f"{self.name} lost {lost.len()} of {frame.height} rows (the first is {lost[0]}): "
                "each row must come out, be named in the `parents` of one that does, or be given a "
                "reason in the column `dropped`."
            )
        if "id" in outcome.dropped.columns:
            twice = outcome.kept["id"].is_in(outcome.dropped["id"].cast(pl.String).implode()).sum()
            if twice:
                raise ContractError(f"{self.name} both kept and dropped {twice} rows.")
        if repeated := outcome.kept.height - outcome.kept["id"].n_unique():
            raise ContractError(
                f"{self.name} wrote {repeated} rows whose id is not unique; make the ids of new "
                "rows with work().row_id(parents, sample)."
            )


def stage(
    *,
    reads: type[R],
    writes: type[W],
    name: str | None = None,
    whole: bool = False,
    max_failed: float = 0.5,
) -> Callable[[Callable[Concatenate[pl.DataFrame, P], pl.DataFrame]], Stage[P, R, W]]:
    """Declare a stage. Its name is the function's."""

    def declare(body: Callable[Concatenate[pl.DataFrame, P], pl.DataFrame]) -> Stage[P, R, W]:
        called = name or getattr(body, "__name__", "stage")
        return Stage(body, reads, writes, called, whole, max_failed)

    return declare


def _listed(what: str, wrong: list[str]) -> str:
    return f"{what}, but:\n  " + "\n  ".join(wrong)
