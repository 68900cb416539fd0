"""Names and source text of syntax trees: what the planner asks about a piece of a test."""

import ast
import builtins

__all__ = ["BUILTINS", "Text", "dotted", "free_names", "targets"]

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


def free_names(node: ast.AST) -> set[str]:
    """Names that the node reads and does not bind itself (by lambda, comprehension or walrus)."""
    read, bound = set(), set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            (read if isinstance(part.ctx, ast.Load) else bound).add(part.id)
        elif isinstance(part, ast.arg):
            bound.add(part.arg)
    return read - bound


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
