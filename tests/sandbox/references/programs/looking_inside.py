"""Programs about programs: syntax trees, bytecode, signatures, modules made by hand."""

import ast
import code
import dis
import importlib
import inspect
import io
import keyword
import pkgutil
import symtable
import sys
import tokenize
import types


def evaluated(text: str) -> float:
    """Arithmetic only."""
    signs = {ast.Add: "__add__", ast.Sub: "__sub__", ast.Mult: "__mul__"}

    def value(node: ast.expr) -> float:
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return float(node.value)
        if isinstance(node, ast.BinOp):
            return getattr(value(node.left), signs[type(node.op)])(value(node.right))
        raise ValueError(ast.dump(node))

    return value(ast.parse(text, mode="eval").body)


def renamed(source: str, old: str, new: str) -> str:
    class Rename(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.Name:
            return ast.Name(new if node.id == old else node.id, node.ctx)

    return ast.unparse(Rename().visit(ast.parse(source)))


def arguments() -> list[str]:
    def example(a: int, /, b: str = "x", *rest: int, key: bool = False, **more: object) -> None: ...

    return [str(parameter) for parameter in inspect.signature(example).parameters.values()]


def source_of_the_library() -> bool:
    """The library's files can be read."""
    text = inspect.getsource(textwrap := importlib.import_module("textwrap"))
    return "def dedent" in text and inspect.getfile(textwrap).endswith("textwrap.py")


def made() -> int:
    module = types.ModuleType("made")
    exec(compile("def f(x): return x + y\ny = 2", "made", "exec"), module.__dict__)
    sys.modules["made"] = module
    return importlib.import_module("made").f(3)


def session(lines: list[str]) -> str:
    console, out = code.InteractiveConsole(), io.StringIO()
    before, sys.stdout = sys.stdout, out
    try:
        for line in lines:
            console.push(line)
    finally:
        sys.stdout = before
    return out.getvalue()


def modules() -> int:
    return len(list(pkgutil.iter_modules()))


def tokens(source: str) -> list[str]:
    read = io.StringIO(source).readline
    return [token.string for token in tokenize.generate_tokens(read) if token.string.strip()]


# tests
assert evaluated("2 * 3 + 4 - 1") == 9.0
assert renamed("x = a + b", "a", "c") == "x = c + b"
assert arguments() == [
    "a: int", "b: str = 'x'", "*rest: int", "key: bool = False", "**more: object",
]  # fmt: skip
assert source_of_the_library()
assert made() == 5
assert session(["x = 20", "x + 1"]) == "21\n"
assert tokens("x=1 # note") == ["x", "=", "1", "# note"]
assert "RETURN" in " ".join(i.opname for i in dis.get_instructions(lambda: 1))
assert symtable.symtable("def f(a): b = a", "x", "exec").get_children()[0].get_name() == "f"
assert keyword.iskeyword("lambda")
assert modules() > 150
