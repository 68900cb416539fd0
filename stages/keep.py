"""keep: rows that follow a rule go on, the others are dropped with the reason."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import polars as pl

from data.rows import Row
from data.table import Rows
from pipeline.errors import ContractError
from pipeline.stage import Stage

__all__ = ["Rule", "apply", "keep", "passing"]

R = TypeVar("R", bound=Row)

Rule = pl.Expr | Callable[[Mapping[str, Any]], bool | str | None]


def keep(rows: Rows[R], rule: Rule, name: str = "keep") -> Rows[R]:
    """The rows that follow `rule`: a polars expression or a function of one row.

    It gives the reason against a row (null or None keeps it), or whether to keep it (then the
    reason is the rule's name).
    """
    # what looks at other rows must see them all, not those of one shard
    whole = isinstance(rule, pl.Expr) and not _row_by_row(rule)
    called = Stage(_keep, Row, Row, name, whole=whole)
    return cast("Rows[R]", called(cast("Any", rows), rule))


def _row_by_row(rule: pl.Expr) -> bool:
    """Whether each row's verdict depends on that row alone; in doubt, no."""
    try:
        separable = rule.meta.is_literal() or rule.meta.is_row_separable()
    except pl.exceptions.PolarsError:
        return False
    return separable and all(_row_by_row(part) for part in rule.meta.pop())


def _keep(rows: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    verdict, name = apply(rule, rows)
    if verdict.dtype == pl.Boolean:
        kept = verdict.fill_null(False)
        verdict = pl.select(pl.when(~kept).then(pl.lit(f"not {name}"))).to_series()
    return rows.with_columns(dropped=verdict.cast(pl.String))


def apply(rule: Rule, rows: pl.DataFrame) -> tuple[pl.Series, str]:
    """What a rule says of each row (booleans, or reasons), and the rule's name."""
    if isinstance(rule, pl.Expr):
        verdict, name = rows.select(verdict=rule)["verdict"], "the rule"
    else:
        found = [rule(row) for row in rows.iter_rows(named=True)]
        name = getattr(rule, "__name__", "the rule")
        plain = all(isinstance(f, bool) for f in found) and bool(found)
        if not plain:  # a rule that gives both: False is a reason without words
            found = [None if f is True else f"not {name}" if f is False else f for f in found]
        verdict = pl.Series("verdict", found, dtype=pl.Boolean if plain else pl.String)
    if len(verdict) != rows.height:
        raise ContractError(
            f"The rule gave {len(verdict)} verdicts on {rows.height} rows; it must give one each."
        )
    return verdict, name


passing = pl.when(pl.col("verdict") != "passed").then(pl.format("verdict {}", pl.col("verdict")))
"""The rule that keeps what passed its tests."""
