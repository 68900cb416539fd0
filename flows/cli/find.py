"""Finding flows: by name, because their file is in flows/, or by the path of a file.

The list is read from the syntax trees, so that listing flows imports none of them.
"""

import ast
import importlib
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import flows
from data.errors import UserError
from flows.cli.mistakes import nearest

if TYPE_CHECKING:
    from pipeline.flow import Flow

__all__ = ["Listed", "known_flows", "open_flow"]

FLOWS = Path(flows.__path__[0])


@dataclass(frozen=True)
class Listed:
    """A flow as its source shows it."""

    name: str
    summary: str
    file: Path
    function: str


def known_flows() -> list[Listed]:
    """The flows of flows/*.py, by name."""
    found = [each for file in sorted(FLOWS.glob("*.py")) for each in _declared(file)]
    return sorted(found, key=lambda each: each.name)


def _declared(file: Path) -> list[Listed]:
    tree = ast.parse(file.read_bytes(), str(file))
    return [
        Listed(_named(node.name), _summary(node) or _summary(tree), file, node.name)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and any(map(_is_flow, node.decorator_list))
    ]


def _is_flow(decorator: ast.expr) -> bool:
    return ast.unparse(decorator).rpartition(".")[2] == "flow"


def _summary(node: ast.FunctionDef | ast.Module) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0]


def _named(word: str) -> str:
    return word.replace("_", "-").replace(".", "-")


def open_flow(word: str) -> tuple["Flow", str]:
    """A flow by its name, `FILE.py` or `FILE.py:NAME`; and the reference that finds it again from
    any directory."""
    path, _, name = word.partition(".py:")
    if word.endswith(".py") or name:
        file = Path(path + ".py" if name else word).expanduser().absolute()
        return _from_file(file, name)
    listed = {each.name: each for each in known_flows()}
    if (found := listed.get(_named(word))) is None:
        raise UserError(
            f"There is no flow {word!r}. {nearest(_named(word), listed, 'flow')} "
            "A flow of your own is named by its file: ./my_loop.py"
        )
    module = importlib.import_module(f"flows.{found.file.stem}")
    return getattr(module, found.function), found.name


def _from_file(file: Path, name: str) -> tuple["Flow", str]:
    from pipeline.flow import Flow

    if not file.is_file():
        there = nearest(file.name, (p.name for p in file.parent.glob("*.py")), ".py file")
        raise UserError(f"There is no file {file}. {there}")
    module = _imported(file)
    here = {
        _named(key): value
        for key, value in vars(module).items()
        if isinstance(value, Flow) and value.function.__module__ == module.__name__
    }
    if name:
        if (found := here.get(_named(name))) is None:
            raise UserError(f"{file} has no flow {name!r}. {nearest(name, here, 'flow in it')}")
        return found, f"{file}:{name}"
    if not here:
        raise UserError(
            f"{file} has no flow. A flow is a function of a run under @flow "
            "(from pipeline.flow import flow)."
        )
    if len(here) > 1:
        choices = "\n  ".join(f"{file}:{key}" for key in here)
        raise UserError(f"{file} has {len(here)} flows; name one:\n  {choices}")
    return next(iter(here.values())), str(file)


def _imported(file: Path) -> ModuleType:
    name = f"flow_file_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # as Python does for a script: its neighbours can be imported, its classes know their module
    sys.path.insert(0, str(file.parent))
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise UserError(f"{error.filename}, line {error.lineno}: {error.msg}.") from None
    return module
