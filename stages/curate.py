"""Stages that look across rows or at evaluation texts: near-duplicates, contamination, sampling,
stacking tables."""

import random
from typing import Any, TypeVar, cast

import polars as pl

from data.rows import Row
from data.table import Rows
from pipeline.errors import ContractError, SettingError
from pipeline.stage import Stage
from pipeline.work import work
from stages.contamination import contained_reference, reference_sharing_ngram, same_reference
from stages.near_duplicates import near_duplicates

__all__ = ["decontaminate", "distinct", "draw", "stack"]

R = TypeVar("R", bound=Row)


def distinct(
    rows: Rows[R], column: str, threshold: float, ngram: int, name: str = "distinct"
) -> Rows[R]:
    """Rows whose `column` is no near-duplicate of an earlier kept row's: Jaccard similarity of word
    n-grams, exact (stages.near_duplicates). Needs the whole table."""
    called = Stage(_distinct, Row, Row, name, whole=True)
    return cast("Rows[R]", called(cast("Any", rows), column, threshold, ngram))


def _distinct(rows: pl.DataFrame, column: str, threshold: float, ngram: int) -> pl.DataFrame:
    if column not in rows.columns:
        raise ContractError(f"There is no column {column!r}; there is {', '.join(rows.columns)}.")
    of = near_duplicates(rows[column], threshold, ngram)
    first = pl.Series(rows["id"].gather(of.fill_null(0)) if rows.height else rows["id"])
    reason = pl.format(f"near-duplicate {column}: of {{}}", pl.lit(first))
    return rows.with_columns(dropped=pl.when(pl.lit(of).is_not_null()).then(reason))


def decontaminate(
    rows: Rows[R],
    held_out: Rows[Any],
    column: str,
    against: tuple[str, ...],
    ngram: int | None = None,
    name: str = "decontaminate",
) -> Rows[R]:
    """Rows whose `column` contains no text of the held-out columns `against`, letter by letter but
    for white space and case (a short text must be all of it); with `ngram`, also none that shares
    so many words in a row."""
    called = Stage(_decontaminate, Row, Row, name)
    return cast("Rows[R]", called(cast("Any", rows), held_out, column, against, ngram))


def _decontaminate(
    rows: pl.DataFrame,
    held_out: Rows[Any],
    column: str,
    against: tuple[str, ...],
    ngram: int | None,
) -> pl.DataFrame:
    reason = pl.Series("dropped", [None] * rows.height, dtype=pl.String)
    references = held_out.frame()
    for other in against:
        texts = references[other]
        hits = [
            ("contains", contained_reference(rows[column], texts)),
            ("is", same_reference(rows[column], texts)),
        ]
        if ngram is not None:
            hits.append(
                (
                    f"shares {ngram} words with",
                    reference_sharing_ngram(rows[column], texts, ngram),
                )
            )
        for how, hit in hits:
            # the held-out row is named by id: its text must not reach the loop's tables
            ids = references["id"].gather(hit.fill_null(0)) if references.height else hit
            found = pl.select(
                pl.when(pl.lit(hit).is_not_null()).then(
                    pl.format(f"contaminated: {how} the {other} of {{}}", pl.lit(ids))
                )
            ).to_series()
            reason = reason.zip_with(reason.is_not_null(), found)
    return rows.with_columns(dropped=reason)


def draw(rows: Rows[R], count: int | None, name: str = "draw") -> Rows[R]:
    """`count` rows at random, other ones in each iteration; None: all, in a random order. Raises
    SettingError for a count below 0."""
    if count is not None and count < 0:
        raise SettingError(f"{count} rows are to be drawn; wanted 0 or more, or None for all.")
    called = Stage(_draw, Row, Row, name, whole=True)
    return cast("Rows[R]", called(cast("Any", rows), count))


def _draw(rows: pl.DataFrame, count: int | None) -> pl.DataFrame:
    order = list(range(rows.height))
    random.Random(work().seed_of("draw")).shuffle(order)
    drawn = rows[order].with_row_index("place")
    left = pl.when(pl.col("place") >= (rows.height if count is None else count))
    return drawn.with_columns(dropped=left.then(pl.lit("not drawn"))).drop("place")


def stack(rows: Rows[R], *earlier: Rows[R], name: str = "stack") -> Rows[R]:
    """The rows of several tables in one, the earlier tables' first."""
    if not earlier:
        return rows
    called = Stage(_stack, Row, Row, name, whole=True)
    return cast("Rows[R]", called(cast("Any", rows), *cast("Any", earlier)))


def _stack(rows: pl.DataFrame, *earlier: Rows[Any]) -> pl.DataFrame:
    return pl.concat([*(table.frame() for table in earlier), rows], how="diagonal_relaxed")
