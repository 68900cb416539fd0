"""Which tests may drive the program through proxies: those that only call its functions."""

import ast
import re

from sandbox.source import BUILTINS, free_names

__all__ = ["driver_names", "program_names", "redefined_builtins"]

KNOWN = BUILTINS | {"__name__", "__file__"}
MODULES = frozenset({"math", "pytest", "unittest"})


def redefined_builtins(tree: ast.Module, program: str) -> frozenset[str]:
    """Built-in names that the program defines and the tests call, if they call nothing else of it.

    A program must not replace `sorted` in `assert f(x) == sorted(x)`, but may be asked for `sum`.
    """
    used = free_names(tree)
    own = {
        name for name in used & BUILTINS if re.search(rf"^(?:def|class) {name}\b", program, re.M)
    }
    return frozenset(own) if own and not used - BUILTINS - MODULES else frozenset()


def program_names(tree: ast.Module, program: str) -> set[str]:
    """The names in the tests that are left for the program to define."""
    names = free_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.discard(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names -= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.discard(node.name)
    return names - (KNOWN - redefined_builtins(tree, program)) - MODULES


def driver_names(tree: ast.Module, program: str) -> list[str] | None:
    """The functions to stand in for; None where the tests need the program's own objects."""
    names = program_names(tree, program)
    if not names or any(name[:1].isupper() for name in names):
        return None
    fine: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            fine.add(id(node.func))
            if isinstance(node.func, ast.Name):
                fine |= {id(argument) for argument in node.args}
        elif isinstance(node, ast.Assign):
            fine.add(id(node.value))
        elif isinstance(node, (ast.Tuple, ast.List)):
            fine |= {id(item) for item in node.elts}
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in names]
    return sorted(names) if all(id(use) in fine for use in uses) else None
