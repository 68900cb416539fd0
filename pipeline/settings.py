"""Settings: a flow's signature is its configuration.

A TOML file, then `key=value` words; later wins. Grouped settings (frozen dataclasses) are tables in
TOML and dotted in words: `sampling.temperature=0.7`. An unknown key fails with the nearest real
one, a value of the wrong type with the type that was wanted. `none` is no value, where one may be
left out.
"""

import dataclasses
import difflib
import inspect
import tomllib
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pydantic

from pipeline.errors import SettingError

__all__ = ["defaults", "from_toml", "from_words", "merge", "plain", "resolve"]


def _parameters(flow: Callable[..., Any]) -> dict[str, tuple[Any, Any]]:
    """Setting -> (type, default); the flow's first parameter is its run."""
    hints = typing.get_type_hints(flow)
    (_, *settings) = inspect.signature(flow).parameters.values()
    return {p.name: (hints.get(p.name, Any), p.default) for p in settings}


def defaults(flow: Callable[..., Any]) -> dict[str, Any]:
    """Every setting with its default (inspect.Parameter.empty where there is none)."""
    return {name: default for name, (_, default) in _parameters(flow).items()}


def from_toml(path: Path) -> dict[str, Any]:
    """The settings in a TOML file."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        near = ", ".join(sorted(p.name for p in path.parent.glob("*.toml"))) or "no .toml file"
        raise SettingError(f"There is no settings file {path}. In that folder: {near}.") from None
    except OSError as error:
        raise SettingError(f"The settings file {path} cannot be read: {error}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} is not TOML: {error}.") from None


def from_words(words: Sequence[str]) -> dict[str, Any]:
    """`a=1 b.c=x` as nested settings; values are TOML, or text where TOML would need quotes."""
    found: dict[str, Any] = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign:
            raise SettingError(f"{word!r} is no setting; write key=value.")
        try:
            parsed = tomllib.loads(f"x = {value}")["x"]
        except tomllib.TOMLDecodeError:
            parsed = value
        *groups, last = key.split(".")
        inner = found
        for group in groups:
            inner = inner.setdefault(group, {})
            if not isinstance(inner, dict):
                raise SettingError(f"{key}: {group} was given a value and parts of it.")
        inner[last] = parsed
    return found


def merge(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Both; where they differ, the second wins."""
    merged = dict(first)
    for key, value in second.items():
        old = merged.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        merged[key] = merge(old, value) if both else value  # type: ignore[arg-type]
    return merged


def resolve(flow: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Every setting as the flow's type: given, or its default. Raises SettingError naming
    everything wrong."""
    parameters = _parameters(flow)
    wrong, values = [], {}
    for key in given:
        if key not in parameters:
            wrong.append(_unknown(key, list(parameters)))
    for name, (kind, default) in parameters.items():
        if name not in given:
            if default is inspect.Parameter.empty:
                wrong.append(f"{name}: needed, and not given ({_named(kind)}): {name}=...")
            else:
                values[name] = default
            continue
        try:
            values[name] = _value(kind, default, given[name], name)
        except SettingError as error:
            wrong.append(str(error))
    if wrong:
        raise SettingError("Settings that do not fit:\n  " + "\n  ".join(wrong))
    return values


def _value(kind: Any, default: Any, given: Any, path: str) -> Any:
    group = next((k for k in (kind, *typing.get_args(kind)) if dataclasses.is_dataclass(k)), None)
    if isinstance(given, Mapping) and dataclasses.is_dataclass(group):
        hints = typing.get_type_hints(group)
        names = [f.name for f in dataclasses.fields(group)]
        if wrong := [
            _unknown(f"{path}.{k}", [f"{path}.{n}" for n in names]) for k in given if k not in names
        ]:
            raise SettingError("; ".join(wrong))
        base = default if dataclasses.is_dataclass(default) else None
        values = {}
        for k, v in given.items():
            inner = getattr(base, k, None)
            values[k] = _value(hints[k], inner, v, f"{path}.{k}")
        try:
            return dataclasses.replace(base, **values) if base else group(**values)  # type: ignore[type-var]
        except (TypeError, ValueError, SettingError) as error:
            raise SettingError(f"{path}: {error}") from None
    if given == "none" and type(None) in typing.get_args(kind):
        return None  # TOML has no word for it
    if kind in (str, str | None) and isinstance(given, int | float | date):
        given = str(given)  # a word like name=5 is read as TOML first
    try:
        adapter: Any = pydantic.TypeAdapter(kind)  # type: ignore[arg-type]
        return adapter.validate_python(given)
    except pydantic.ValidationError:
        if typing.get_origin(kind) is typing.Literal:
            words = ", ".join(map(repr, typing.get_args(kind)))
            raise SettingError(f"{path}: {given!r} is none of {words}") from None
        raise SettingError(f"{path}: {given!r} is no {_named(kind)}") from None


def _unknown(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    return f"{key}: no such setting; {hint}"


def _named(kind: Any) -> str:
    return getattr(kind, "__name__", str(kind)).replace("typing.", "")


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Resolved settings as JSON and TOML can say them."""

    return pydantic.TypeAdapter(dict[str, Any]).dump_python(dict(values), mode="json")
