"""What of a test is sent to the program's process: nothing that stands beside what it needs.

Only bare names of literals cross as they are. What the tests compute from literals is sent instead
of them: beside `case[0]` may stand what is expected.
"""

import ast
import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.answers import Answers
from sandbox.scope import Scope, Unsplittable
from sandbox.source import bindings, nodes

if TYPE_CHECKING:
    from sandbox.expressions import Splitter

__all__ = ["sent"]


def sent(splitter: "Splitter", node: Any, scope: Scope) -> tuple[Any, str]:
    """The node as it is sent, and its text; the values of new names are in the scope."""
    if not splitter.names(node) & scope.known.keys():
        return node, splitter.text.of(node)
    if bindings(nodes(node)) & scope.known.keys():
        raise Unsplittable("a name of two meanings")

    def own(part: ast.expr) -> bool:
        known = splitter.names(part) & scope.known.keys()
        return bool(known) and not splitter.origins(part, scope)

    def name_for(part: ast.expr) -> str:
        try:
            value = splitter.lower(part, scope).value(Answers([]))
        except Exception as problem:
            raise Unsplittable(f"a part that the host does not compute: {problem}") from None
        name = f"_part{len(splitter.steps)}_{part.lineno}_{part.col_offset}"
        scope.known[name] = value
        return name

    before = len(scope.known)
    picked = pick(node, own, name_for)
    if len(scope.known) == before:
        return node, splitter.text.of(node)
    return picked, ast.unparse(picked)


def pick(
    node: ast.AST, own: Callable[[ast.expr], bool], name_for: Callable[[ast.expr], str]
) -> Any:
    """A copy of the node with names in place of the largest parts that are the tests' own, but for
    those that are just a name."""
    if isinstance(node, ast.Name) or (
        isinstance(node, ast.Starred) and isinstance(node.value, ast.Name)
    ):
        return node
    if isinstance(node, ast.expr) and own(node):
        return ast.Name(name_for(node), ast.Load())
    found = copy.copy(node)
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            setattr(found, field, pick(value, own, name_for))
        elif isinstance(value, list):
            items = [pick(v, own, name_for) if isinstance(v, ast.AST) else v for v in value]
            setattr(found, field, items)
    return found
