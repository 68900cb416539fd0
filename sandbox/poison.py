"""Tests with changed expectations, and programs that do nothing: what must not pass.

A program that shares a process with its tests can forge a pass; one that passes wrong tests too
has. A program of stubs that passes shows tests that test nothing.
"""

import ast

__all__ = ["driver_source", "is_identity", "poisoned", "stubbed"]


class _Unrelated(ast.NodeTransformer):
    """Other constants, for the expected side of an assert."""

    def __init__(self) -> None:
        self.changed = False

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        value = node.value
        match value:
            case bool():
                other: object = not value
            case int() | float() | complex():
                other = value + 1 if value + 1 != value else 0
            case str():
                other = value + "x"
            case bytes():
                other = value + b"x"
            case None:
                other = 0
            case _:
                return node
        self.changed = True
        return ast.copy_location(ast.Constant(other), node)


class _Poison(ast.NodeTransformer):
    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        test = node.test
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq):
            change = _Unrelated()
            test.comparators = [change.visit(part) for part in test.comparators]
            if change.changed:
                return node
        node.test = ast.copy_location(ast.UnaryOp(ast.Not(), test), test)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        self.generic_visit(node)
        node.type = ast.copy_location(ast.Name("BufferError", ast.Load()), node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in ("raises", "assertRaises") and node.args:
            node.args[0] = ast.copy_location(ast.Name("BufferError", ast.Load()), node)
        elif name.startswith("assert") and len(node.args) > 1:
            change = _Unrelated()
            node.args[1] = change.visit(node.args[1])
            if not change.changed:
                node.args[1] = ast.copy_location(ast.Constant("no such value"), node)
        elif name in ("assertTrue", "assertFalse") and node.args:
            node.args[0] = ast.copy_location(ast.UnaryOp(ast.Not(), node.args[0]), node)
        return node


class _Incomparable(ast.NodeTransformer):
    """Compares with a fresh object instead, which nothing honest equals or exceeds."""

    def __init__(self) -> None:
        self.changed = False
        self.inside = False

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        self.inside = True
        node.test = self.visit(node.test)
        self.inside = False
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.UnaryOp:
        return node if isinstance(node.op, ast.Not) else self.generic_visit(node)  # type: ignore[return-value]

    def visit_Compare(self, node: ast.Compare) -> ast.Compare:
        if self.inside and not isinstance(node.ops[0], (ast.NotEq, ast.NotIn, ast.IsNot)):
            never: ast.expr = ast.Call(ast.Name("object", ast.Load()), [], [])
            if isinstance(node.ops[0], ast.In):
                never = ast.List([never], ast.Load())
            node.comparators[0] = ast.copy_location(never, node)
            self.changed = True
        return node


def poisoned(tests: str) -> list[str]:
    """The tests with expectations changed, in two ways; an honest program fails at the first.

    Other constants catch a program that read the expected ones; a comparison with a fresh object
    catches one whose answers claim to equal anything.
    """
    trees = [_Poison().visit(ast.parse(tests))]
    incomparable = _Incomparable()
    tree = incomparable.visit(ast.parse(tests))
    if incomparable.changed:
        trees.append(tree)
    return [ast.unparse(ast.fix_missing_locations(tree)) for tree in trees]


class _Stub(ast.NodeTransformer):
    def __init__(self, first: bool) -> None:
        self.first = first

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
        names = names[1:] if names[:1] in (["self"], ["cls"]) else names
        value = (
            (ast.Name(names[0], ast.Load()) if names else ast.Constant(0)) if self.first else None
        )
        node.body = [ast.Return(value)]
        return node


def stubbed(program: str, first: bool) -> str:
    """The program with functions that return None, or their first argument (0 without one)."""
    return ast.unparse(ast.fix_missing_locations(_Stub(first).visit(ast.parse(program))))


def is_identity(program: str) -> bool:
    """Whether some function of the program honestly returns its first argument or a constant."""
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.FunctionDef) and isinstance(node.body[-1], ast.Return):
            value = node.body[-1].value
            first = [argument.arg for argument in node.args.args if argument.arg != "self"][:1]
            if len(node.body) <= 2 and isinstance(value, ast.Name) and [value.id] == first:
                return True
    return False


def driver_source(tree: ast.Module, tests: str) -> str:
    """The tests, and calls of the test functions and test classes that nothing else calls."""
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
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
