"""Which tests may drive the program through proxies: those that only call its functions."""

import ast
import re

from sandbox.source import BUILTINS, free_names, nodes

__all__ = ["Survey", "driver_names", "driver_source", "program_names", "redefined_builtins"]

KNOWN = BUILTINS | {"__name__", "__file__"}
MODULES = frozenset({"math", "pytest", "unittest"})


class Survey:
    """The names of tests: `used` are free in them, `own` they define or import themselves."""

    def __init__(self, tree: ast.Module) -> None:
        self.nodes = nodes(tree)
        self.used = free_names(self.nodes)
        self.defined: set[str] = set()
        self.own: set[str] = set()
        for node in self.nodes:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self.defined.add(node.name)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self.own |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ExceptHandler) and node.name:
                self.own.add(node.name)
        self.own |= self.defined


def redefined_builtins(tests: Survey, program: str) -> frozenset[str]:
    """Built-in names that the program defines and the tests call, if they call nothing else of it.

    A program must not replace `sorted` in `assert f(x) == sorted(x)`, but may be asked for `sum`.
    """
    if tests.used - BUILTINS - MODULES:
        return frozenset()
    compared = [node for node in tests.nodes if isinstance(node, ast.Compare)]
    right = {
        name.id
        for node in compared
        for side in node.comparators
        for name in nodes(side)
        if isinstance(name, ast.Name)
    }
    return frozenset(
        name for name in tests.used - right if re.search(rf"^(?:def|class) {name}\b", program, re.M)
    )


def program_names(tests: Survey, program: str) -> set[str]:
    """The names in the tests that are left for the program to define."""
    names = tests.used - tests.own
    return names - (KNOWN - redefined_builtins(tests, program)) - MODULES


def driver_names(tests: Survey, program: str) -> list[str] | None:
    """The functions to stand in for; None where the tests need the program's own objects."""
    names = program_names(tests, program)
    if not names or any(name[:1].isupper() for name in names):
        return None
    fine: set[int] = set()
    for node in tests.nodes:
        if isinstance(node, ast.Call):
            fine.add(id(node.func))
            if isinstance(node.func, ast.Name):
                fine |= {id(argument) for argument in node.args}
        elif isinstance(node, ast.Assign):
            fine.add(id(node.value))
        elif isinstance(node, (ast.Tuple, ast.List)):
            fine |= {id(item) for item in node.elts}
    uses = [node for node in tests.nodes if isinstance(node, ast.Name) and node.id in names]
    return sorted(names) if all(id(use) in fine for use in uses) else None


def driver_source(tree: ast.Module, tests: str) -> str:
    """The tests, and calls of the test functions and test classes that nothing else calls."""
    called = {ast.unparse(node.func) for node in nodes(tree) if isinstance(node, ast.Call)}
    lines = [tests]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            parametrised = any("parametrize" in ast.unparse(d) for d in node.decorator_list)
            if node.name not in called and (parametrised or not node.args.args):
                lines.append(f"{node.name}()")
        elif isinstance(node, ast.ClassDef) and any(
            "TestCase" in ast.unparse(b) for b in node.bases
        ):
            lines.append(RUN_CASES.format(name=node.name))
    return "\n".join(lines) + "\n"


RUN_CASES = """
for _case in __import__("unittest").defaultTestLoader.loadTestsFromTestCase({name}):
    _case.debug()
"""
