"""What a call means: its arguments as JSON, and how two calls differ.

What defines a result is part of it (models and prompts by digest, functions by source, tables by
what they were made from). A resource that is opened and closed (a sandbox, a client) is where a
stage runs, not what it does, and is left out.
"""

import dataclasses
import enum
import functools
import inspect
import math
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from data.identity import digest
from data.rows import Row, arrow_schema
from pipeline.errors import ContractError

__all__ = ["describe", "differences"]


def _function(function: types.FunctionType) -> dict[str, Any]:
    """What it does, as compiled (its source may change on disk meanwhile), and the plain values
    that it reads from around it."""
    around = inspect.getclosurevars(function)
    values = {**around.globals, **around.nonlocals}
    plain = (bool, int, float, str, tuple, frozenset, list, dict, Path)
    return {
        "function": function.__qualname__,
        "code": digest(_compiled(function.__code__).encode()),
        "defaults": describe([function.__defaults__, function.__kwdefaults__]),
        "around": {
            name: describe(value) if name in around.nonlocals else repr(value)
            for name, value in values.items()
            if value is not function and (name in around.nonlocals or isinstance(value, plain))
        },
    }


def _compiled(code: types.CodeType) -> str:
    consts = [_compiled(c) if isinstance(c, types.CodeType) else repr(c) for c in code.co_consts]
    # the docstring is a constant too, and says nothing of what it does
    return repr((code.co_code, code.co_names, code.co_varnames, consts[1:]))


def describe(value: Any) -> Any:
    """The value as JSON that is equal when, and only when, it means the same. Raises
    ContractError for what has no stable meaning."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}  # JSON has no word for it
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(mark := getattr(value, "fingerprint", None), str):
        return {type(value).__name__: mark}
    if isinstance(value, type):
        schema = str(arrow_schema(value)) if issubclass(value, Row) else None
        return {"type": value.__qualname__, "schema": schema}
    if dataclasses.is_dataclass(value):
        fields = {f.name: describe(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {type(value).__name__: fields}
    if isinstance(value, pl.Expr):
        return {"expression": digest(value.meta.serialize())}
    if isinstance(value, enum.Enum):
        return describe(value.value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {str(k): describe(v) for k, v in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(describe(v) for v in value)
    if isinstance(value, Sequence):
        return [describe(v) for v in value]
    if isinstance(value, functools.partial):
        return [describe(value.func), describe(value.args), describe(value.keywords)]
    if isinstance(value, types.FunctionType):
        return _function(value)
    if callable(getattr(value, "close", None)):
        return None
    raise ContractError(
        f"An argument of a stage, {value!r:.80}, has no identity that a resume could check: pass "
        "plain values, frozen dataclasses, functions, or an object with a `fingerprint` (or with "
        "`close()`, if it is where the stage runs)."
    )


def differences(old: Any, new: Any, path: str = "") -> list[str]:
    """Each place in which two descriptions differ, as `path: old -> new`."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            line
            for key in dict.fromkeys([*old, *new])
            for line in differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)
        ]
    return [] if old == new else [f"{path}: {_short(old)} -> {_short(new)}"]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
