"""Stubs in a program's place: tests that they pass could not fail.

Nothing of the program is in them: what stands at its top level might pass the tests for them.
"""

import ast
from collections.abc import Iterable

from sandbox.source import nodes

__all__ = ["stubs"]

PARSED = 64 << 10
"""Longer programs are not looked at on the host."""


def stubs(names: Iterable[str], program: str) -> list[str]:
    """Programs without a line of the program: functions that return None, and (unless one honestly
    does so) functions that return their first argument."""
    values = ["None"] if is_identity(program) else ["None", "a[0] if a else 0"]
    return ["\n".join(_stub(name, value) for name in sorted(names)) + "\n" for value in values]


def _stub(name: str, value: str) -> str:
    if not name[:1].isupper():
        return f"def {name}(*a, **k):\n    return {value}"
    return (
        f"class {name}(Exception):\n    def __init__(self, *a, **k):\n        pass\n"
        f"    def __getattr__(self, name):\n        return lambda *a, **k: {value}"
    )


def is_identity(program: str) -> bool:
    """Whether some function of the program honestly returns its first argument or a constant."""
    if len(program) > PARSED:
        return False
    try:
        tree = ast.parse(program)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    for node in nodes(tree):
        if isinstance(node, ast.FunctionDef) and isinstance(node.body[-1], ast.Return):
            value = node.body[-1].value
            first = [argument.arg for argument in node.args.args if argument.arg != "self"][:1]
            if len(node.body) <= 2 and isinstance(value, ast.Name) and [value.id] == first:
                return True
    return False
