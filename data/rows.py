"""What a row is: a class of annotations, from which the Arrow schema of its table follows.

    class Task(Row):
        instruction: str
        concepts: list[str]
        score: float | None

A subclass only adds columns, so the class tree is the lineage of a table. Nested records are
classes of annotations too. Instances are never made: rows live in polars frames, and the class
names their columns. (Dataclasses or pydantic models were rejected: a million objects for what
is one Arrow buffer.)
"""

import inspect
import types
import typing
from datetime import datetime
from typing import Any, Union, get_args, get_origin

import polars as pl
import pyarrow as pa

__all__ = [
    "Message",
    "Row",
    "arrow_schema",
    "conform",
    "misfits",
    "nullable_columns",
    "polars_schema",
]

_PLAIN: dict[Any, tuple[pa.DataType, pl.DataType]] = {
    str: (pa.string(), pl.String()),
    int: (pa.int64(), pl.Int64()),
    float: (pa.float64(), pl.Float64()),
    bool: (pa.bool_(), pl.Boolean()),
    bytes: (pa.binary(), pl.Binary()),
    datetime: (pa.timestamp("us", "UTC"), pl.Datetime("us", "UTC")),
}


class Row:
    """One record. `id` is stable (data.identity); `parents` are the ids it was made from."""

    id: str
    parents: list[str]


class Message:
    """One chat message; `train` says whether its tokens count in the loss."""

    role: str
    content: str
    train: bool


def _optional(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [a for a in get_args(annotation) if a is not type(None)]
        if len(inner) == 1 and len(get_args(annotation)) == 2:
            return inner[0], True
    return annotation, False


def fields(row: type) -> dict[str, Any]:
    """Column name -> annotation; base classes first, so that id and parents lead every table."""
    names: dict[str, None] = {}
    for cls in reversed(row.__mro__):
        names.update(dict.fromkeys(inspect.get_annotations(cls)))
    hints = typing.get_type_hints(row)
    return {name: hints[name] for name in names}


def _types(annotation: Any, where: str) -> tuple[pa.DataType, pl.DataType]:
    annotation, _ = _optional(annotation)
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if get_origin(annotation) is list:
        arrow, polars = _types(get_args(annotation)[0], where)
        return pa.list_(arrow), pl.List(polars)
    if isinstance(annotation, type) and not get_args(annotation) and fields(annotation):
        inner = {name: _types(a, f"{where}.{name}") for name, a in fields(annotation).items()}
        return (
            pa.struct([pa.field(name, t[0]) for name, t in inner.items()]),
            pl.Struct({name: t[1] for name, t in inner.items()}),
        )
    raise TypeError(
        f"{where}: {annotation!r} is no column type; use str, int, float, bool, bytes, datetime, "
        "list[...], a class of annotations, or one of these | None"
    )


def arrow_schema(row: type, nullable: bool = False) -> pa.Schema:
    """The declared schema; with `nullable`, every column may be null (tables of dropped rows)."""
    return pa.schema(
        [
            pa.field(name, _types(a, f"{row.__name__}.{name}")[0], nullable or _optional(a)[1])
            for name, a in fields(row).items()
        ]
    )


def polars_schema(row: type) -> dict[str, pl.DataType]:
    """Column name -> polars type, in declared order."""
    return {name: _types(a, f"{row.__name__}.{name}")[1] for name, a in fields(row).items()}


def nullable_columns(row: type) -> set[str]:
    """The columns declared `X | None`."""
    return {name for name, a in fields(row).items() if _optional(a)[1]}


def _fits(actual: Any, wanted: Any) -> bool:
    if actual == wanted or actual == pl.Null:
        return True
    if isinstance(wanted, pl.List) and isinstance(actual, pl.List | pl.Array):
        return _fits(actual.inner, wanted.inner)
    if isinstance(wanted, pl.Struct) and isinstance(actual, pl.Struct):
        have = {f.name: f.dtype for f in actual.fields}
        return set(have) == {f.name for f in wanted.fields} and all(
            _fits(have[f.name], f.dtype) for f in wanted.fields
        )
    if wanted == pl.Int64:
        return actual.is_integer()
    if wanted == pl.Float64:
        return actual.is_numeric()
    if wanted == pl.String:
        return isinstance(actual, pl.Categorical | pl.Enum)
    return isinstance(wanted, pl.Datetime) and isinstance(actual, pl.Datetime)


def misfits(frame: pl.DataFrame, row: type, *, exact: bool) -> list[str]:
    """Every way in which a frame is not a table of `row`, one line each.

    `exact` also counts columns that the row does not declare.
    """
    wanted, wrong = polars_schema(row), []
    for name, dtype in wanted.items():
        if name not in frame.columns:
            wrong.append(f"{name}: missing (declared {dtype})")
        elif not _fits(frame.schema[name], dtype):
            wrong.append(f"{name}: is {frame.schema[name]}, declared {dtype}")
        elif name not in nullable_columns(row) and (n := frame[name].null_count()):
            wrong.append(f"{name}: {n} of {frame.height} values are null (declare it `| None`)")
    if exact:
        wrong += [f"{name}: not declared" for name in frame.columns if name not in wanted]
    return wrong


def conform(frame: pl.DataFrame, row: type, nullable: bool = False) -> pa.Table:
    """The frame as an Arrow table of exactly the declared schema (a column of nulls keeps its
    declared type: otherwise every reader of the folder breaks)."""
    wanted = polars_schema(row)
    cast = frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in wanted.items()
    )
    if frame.is_empty():
        cast = cast.clear()
    return cast.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(arrow_schema(row, nullable))
