"""Which questions may be put to a program's process: those that ask for a value, deciding nothing.

A program can patch what its own process imports, and its objects can answer every operation. So a
question may call the program, look into what it returned, and hand that to plain built-ins; it may
not bring what the program returned together with what the tests know. Such tests run elsewhere.
"""

import ast
from collections.abc import Callable

from sandbox.scope import Unsplittable
from sandbox.source import BUILTINS, nodes

__all__ = ["refuse_decisions"]

Origins = Callable[[ast.AST, frozenset[str]], frozenset[str]]
DECIDING = (ast.Compare, ast.BoolOp, ast.IfExp, ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)
DECIDERS = frozenset({"isinstance", "issubclass", "hasattr", "getattr", "setattr", "type", "super"})
OF_DATA = frozenset(
    name
    for kind in (str, bytes, int, float, complex, list, tuple, set, dict, range)
    for name in dir(kind)
)
OF_DATA |= {"all", "any", "equal", "equals", "is_equal", "is_equal_to", "matches", "same_as"}
DECIDERS |= {"eval", "exec", "compile", "__import__"}


def refuse_decisions(
    node: ast.AST,
    origins: Origins,
    from_class: Callable[[ast.AST], bool],
    bound: frozenset[str] = frozenset(),
) -> None:
    """Raises Unsplittable if some part of the node judges what the program made; `bound` are the
    names of loops and lambdas around it. Objects of the program's classes have methods of their
    own; what else it made is data, whose methods are to be those of data."""

    def made(part: ast.AST) -> bool:
        return "program" in origins(part, bound)

    if not made(node):
        return
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=attr)) if (
            attr in OF_DATA and made(owner) and not from_class(owner)
        ):
            raise Unsplittable("a method of data")
        case ast.Call():
            _call(node, made, any("input" in origins(part, bound) for part in node.args))
        case ast.BinOp(left=left, right=right) if made(left) != made(right):
            raise Unsplittable("an operation on what the program returned")
        case ast.Dict(keys=keys) if any(key and made(key) for key in keys):
            raise Unsplittable("keys that the program returned")
        case ast.Set():
            raise Unsplittable("keys that the program returned")
        case ast.Subscript(value=value) if not made(value):
            raise Unsplittable("a look-up of what the program returned")
        case ast.Attribute(attr=attr) if attr.startswith("__"):
            raise Unsplittable("a special method of a program's object")
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            for part in node.generators:
                if part.ifs or made(part.iter):
                    raise Unsplittable("a loop over what the program returned")
            targets = [name for part in node.generators for name in nodes(part.target)]
            bound |= {name.id for name in targets if isinstance(name, ast.Name)}
        case ast.Lambda():
            bound |= {
                argument.arg for argument in nodes(node.args) if isinstance(argument, ast.arg)
            }
    if isinstance(node, DECIDING):
        raise Unsplittable("a comparison inside a question")
    for child in ast.iter_child_nodes(node):
        refuse_decisions(child, origins, from_class, bound)


def _call(node: ast.Call, made: Callable[[ast.AST], bool], mixed: bool) -> None:
    function = node.func
    arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
    if made(function) or not any(made(argument) for argument in arguments):
        return
    match function:
        case ast.Attribute(value=ast.Constant(value=str()), attr="join" | "format"):
            return
        case ast.Name(id=name) if name in BUILTINS:
            code = [a for a in arguments if isinstance(a, (ast.Lambda, ast.Attribute))]
            choice = name in ("max", "min") and len(node.args) > 1
            if not (mixed or choice or name in DECIDERS or not all(made(part) for part in code)):
                return
    raise Unsplittable("a function of the tests on what the program returned")
