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
    called = Stage(_keep, Row, Row, name, whole=looks_around(rule))
    return cast("Rows[R]", called(cast("Any", rows), rule))


def looks_around(rule: Rule) -> bool:
    """Whether a row's verdict may depend on other rows too."""
    return isinstance(rule, pl.Expr) and not _row_by_row(rule)


def _row_by_row(rule: pl.Expr) -> bool:
    """Whether each row's verdict depends on that row alone; in doubt, no."""
    try:
        separable = rule.meta.is_literal() or rule.meta.is_row_separable()
    except pl.exceptions.PolarsError:
        return False
    return separable and all(_row_by_row(part) for part in rule.meta.pop())


def _keep(rows: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    return rows.with_columns(dropped=apply(rule, rows, True))


def apply(rule: Rule, rows: pl.DataFrame, wanted: bool) -> pl.Series:
    """The reason that a rule gives for each row, null for none. A rule that gives True or False
    names itself as the reason where that is not what is wanted."""
    if isinstance(rule, pl.Expr):
        name, verdict = "the rule", rows.select(verdict=rule)["verdict"]
        found = (verdict.fill_null(False) if verdict.dtype == pl.Boolean else verdict).to_list()
    else:
        name = getattr(rule, "__name__", "the rule")
        found = [rule(row) for row in rows.iter_rows(named=True)]
    if len(found) != rows.height:
        raise ContractError(
            f"The rule gave {len(found)} verdicts on {rows.height} rows; it must give one each."
        )
    if odd := [f for f in found if not isinstance(f, bool | str | None)]:
        raise ContractError(
            f"The rule gave {odd[0]!r}; it must give True, False, a reason or None."
        )
    words = {wanted: None, not wanted: f"not {name}" if wanted else name}
    reasons = [words[f] if isinstance(f, bool) else f for f in found]
    return pl.Series("reason", reasons, dtype=pl.String)


passing = pl.when(pl.col("verdict") != "passed").then(pl.format("verdict {}", pl.col("verdict")))
"""The rule that keeps what passed its tests."""
