"""The standard library's own functions with the examples of their docstrings, as jobs.

A program is a whole module as it is installed, its tests are the examples that state a value and
that hold here, outside of the sandbox, too. Examples of one docstring stay together and in order,
because they build on each other.
"""

import ast
import contextlib
import doctest
import importlib
import io
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from sandbox import Job, Limits

__all__ = ["examples", "library_doctests"]

MODULES = """
_pydecimal _threading_local bisect calendar collections difflib enum fractions functools
hashlib heapq http.cookiejar http.cookies importlib.metadata importlib.metadata._collections
importlib.metadata._functools importlib.metadata._itertools importlib.metadata._text ipaddress json
json.encoder pickle pickletools random shlex shutil statistics string textwrap uuid zipfile
zipfile._path zipfile._path.glob
"""
"""Some exist only in some versions of Python, or have examples only there."""
LIMITS = Limits(cpu_seconds=10.0, wall_seconds=30.0, memory_mb=512)
LARGE, TOGETHER = 100_000, 40
"""A module of so many characters takes longer to compile than an example to run: its docstrings
share a job until there are so many lines."""


def library_doctests() -> Iterator[Job]:
    """Their ids name the module, and the function whose examples they are (or begin with)."""
    for name in MODULES.split():
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        source = _standing_alone(Path(str(module.__file__)).read_text(encoding="utf-8"), module)
        together = TOGETHER if len(source) > LARGE else 1
        seen: Counter[str] = Counter()
        for first, tests in _batches(source, module, together):
            again = f"/{seen[first]}" if seen[first] else ""
            seen[first] += 1
            yield Job(f"library/{name}/{first}{again}", source, tests, LIMITS)


def examples(job: Job) -> int:
    """How many values the tests of a job state."""
    return str(job.tests).count("assert ")


def _batches(source: str, module: ModuleType, together: int) -> Iterator[tuple[str, str]]:
    """The tests of a module, one docstring or more at a time, with the name of the first."""
    first, lines = "", []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            continue
        scope = dict(vars(module))
        found = doctest.DocTestParser().get_examples(ast.get_docstring(node) or "")
        tests = [_as_test(example, scope) for example in found]
        if any(test.startswith("assert ") for test in tests):
            first = first or getattr(node, "name", "module")
            lines += tests
        if len(lines) >= together:
            yield first, "\n".join(lines)
            first, lines = "", []
    if lines:
        yield first, "\n".join(lines)


def _as_test(example: doctest.Example, scope: dict[str, Any]) -> str:
    """The example as an assert where it states its value, else as the line that it is.

    It is run here first. What raises is left out: it stands there to show the exception.
    """
    source, wanted = example.source.strip(), example.want.strip()
    try:
        tree = ast.parse(source)
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if not wanted or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
                exec(source, scope)
                return source
            value = eval(source, scope)
    except Exception:
        return "pass"
    text, shown = ast.unparse(tree), repr(value)
    try:
        if ast.literal_eval(wanted) == ast.literal_eval(shown):
            return f"assert ({text}) == {wanted}"
    except (ValueError, SyntaxError):
        if shown == wanted:
            return f"assert repr({text}) == {wanted!r}"
    return source


def _standing_alone(source: str, module: ModuleType) -> str:
    """Relative imports, for which a program has no package, become absolute ones."""
    package = str(module.__package__)
    for dots, parent in (("..", package.rpartition(".")[0]), (".", package)):
        start = rf"^(\s*)from {re.escape(dots)}"
        source = re.sub(rf"{start}(?=\w)", rf"\1from {parent}.", source, flags=re.MULTILINE)
        source = re.sub(rf"{start}(?= import)", rf"\1from {parent}", source, flags=re.MULTILINE)
    return source
