"""Names and source text of syntax trees: what the planner asks about a piece of a test."""

import ast
import builtins
from collections.abc import Iterable

__all__ = ["BUILTINS", "Text", "bindings", "dotted", "free_names", "nodes", "targets"]

BUILTINS = frozenset(dir(builtins))


class Text:
    """The source of nodes, cut by position (`ast.get_source_segment` splits the text each time)."""

    def __init__(self, source: str) -> None:
        self.lines = [line.encode("utf-8", "surrogatepass") for line in source.split("\n")]

    def of(self, node: ast.expr | ast.stmt) -> str:
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        start, end = node.col_offset, node.end_col_offset
        if first == last:
            return self.lines[first][start:end].decode("utf-8", "surrogatepass")
        lines = [self.lines[first][start:], *self.lines[first + 1 : last], self.lines[last][:end]]
        return b"\n".join(lines).decode("utf-8", "surrogatepass")


def nodes(node: ast.AST) -> list[ast.AST]:
    """As ast.walk in any order, in half its time: every part of every test is looked through."""
    found, left = [], [node]
    while left:
        part = left.pop()
        found.append(part)
        if type(part) is not ast.Name and type(part) is not ast.Constant:
            for value in vars(part).values():
                if isinstance(value, ast.AST):
                    left.append(value)
                elif type(value) is list:
                    left += [item for item in value if isinstance(item, ast.AST)]
    return found


def free_names(parts: Iterable[ast.AST]) -> set[str]:
    """Names that the parts read and do not bind."""
    parts = [*parts]
    read = {part.id for part in parts if isinstance(part, ast.Name)}
    return read - bindings(parts)


def bindings(parts: Iterable[ast.AST]) -> set[str]:
    """Names that the parts bind (by lambda, comprehension or walrus)."""
    bound = set()
    for part in parts:
        if isinstance(part, ast.Name):
            if type(part.ctx) is not ast.Load:
                bound.add(part.id)
        elif isinstance(part, ast.arg):
            bound.add(part.arg)
    return bound


def targets(node: ast.expr) -> list[str] | None:
    """The plain names that an assignment binds; None if it binds anything else."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, (ast.Tuple, ast.List)):
        names = [targets(part) for part in node.elts]
        return None if None in names else [name for part in names for name in part or ()]
    return None


def dotted(node: ast.expr) -> str:
    """`a.b.c` as text, empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""
