"""Which code made a table: the digests of the files that define a stage and the functions it was
given, and of the files beside them that these import."""

import ast
import dataclasses
import functools
import inspect
import types
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from data.identity import digest_file

__all__ = ["ROOT", "code_of", "functions_in"]

ROOT = Path(__file__).resolve().parent.parent


def code_of(*functions: Callable[..., Any]) -> dict[str, str]:
    """File -> digest. Files of this checkout are named from its root, others by their name alone:
    neither moves with the folder they are in."""
    found: dict[Path, str] = {}
    left = [path for function in functions for path in _file(function)]
    while left:
        if (path := left.pop()) not in found:
            found[path], beside = _read(path)
            left += beside
    named = {str(p.relative_to(ROOT)) if ROOT in p.parents else p.name: d for p, d in found.items()}
    return dict(sorted(named.items()))


def functions_in(values: Iterable[Any]) -> Iterator[Callable[..., Any]]:
    """The functions among the arguments of a stage, and in the dataclasses among them."""
    for value in values:
        if isinstance(value, types.FunctionType):
            yield value
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            yield from functions_in(getattr(value, f.name) for f in dataclasses.fields(value))


def _file(function: Callable[..., Any]) -> Iterator[Path]:
    try:
        path = Path(inspect.getfile(inspect.unwrap(function))).resolve()
    except TypeError:
        return  # typed at a prompt
    if path.is_file():
        yield path


@functools.cache
def _read(path: Path) -> tuple[str, list[Path]]:
    """The digest of a file and the files beside it that it imports; read once, since what was
    imported does not change when the file does."""
    beside = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
        elif isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        else:
            continue
        for name in names:
            *package, module = name.split(".")
            if package in ([], [path.parent.name]):
                beside.append(path.parent / f"{module}.py")
    return digest_file(path), [each for each in beside if each.is_file()]
