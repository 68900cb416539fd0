"""Expected exceptions in tests: `pytest.raises`, `assertRaises`, and try/except by hand."""

import ast
from dataclasses import dataclass

from sandbox.answers import Answers
from sandbox.scope import Unsplittable
from sandbox.source import dotted

__all__ = ["Expectation", "expectation"]

RAISING = frozenset({"pytest.raises", "raises", "self.assertRaises"})
EVERYTHING = frozenset({"BaseException"})


@dataclass(frozen=True)
class Expectation:
    """One line, the exceptions that it may raise, and whether it may also not raise."""

    line: ast.stmt
    kinds: frozenset[str]
    optional: bool
    message: str = ""

    def __str__(self) -> str:
        return f"raises {' or '.join(sorted(self.kinds))}"

    def met(self, answers: Answers, step: int) -> bool:
        raised = answers.raised(step)
        if raised is None:
            return self.optional
        if not self.kinds & raised.kinds:
            raise raised
        return self.message in raised.text


def expectation(node: ast.stmt) -> Expectation:
    """The simple forms; Unsplittable for the rest."""
    if isinstance(node, ast.With):
        return _raises(node)
    if isinstance(node, ast.Try):
        return _try(node)
    raise Unsplittable(type(node).__name__)


def _line(body: list[ast.stmt]) -> ast.stmt:
    if len(body) != 1 or not isinstance(body[0], (ast.Expr, ast.Assign)):
        raise Unsplittable("more than one line that may raise")
    return body[0]


def _raises(node: ast.With) -> Expectation:
    match node.items:
        case [ast.withitem(context_expr=ast.Call(func=func, args=[kinds], keywords=keywords))]:
            if dotted(func) not in RAISING or node.items[0].optional_vars:
                raise Unsplittable("a with block")
            return Expectation(_line(node.body), _kinds(kinds), False, _message(keywords))
    raise Unsplittable("a with block")


def _message(keywords: list[ast.keyword]) -> str:
    """`match=` is a regular expression: only plain text is matched here."""
    match [(keyword.arg, keyword.value) for keyword in keywords]:
        case []:
            return ""
        case [("match", ast.Constant(value=str(text)))] if not set(text) & set(r"\.^$*+?{}[]|()"):
            return text
    raise Unsplittable("a message pattern")


def _kinds(node: ast.expr | None) -> frozenset[str]:
    if node is None:
        return EVERYTHING
    if isinstance(node, ast.Tuple):
        return frozenset[str]().union(*map(_kinds, node.elts))
    name = dotted(node)
    if not name:
        raise Unsplittable("a computed exception")
    return frozenset({name.rpartition(".")[2]})


def _try(node: ast.Try) -> Expectation:
    if node.finalbody or not all(_harmless(handler.body) for handler in node.handlers):
        raise Unsplittable("a try block that does more")
    kinds = frozenset[str]().union(*(_kinds(handler.type) for handler in node.handlers))
    body, forced = node.body, False
    if len(body) == 2 and _gives_up(body[1]):
        body, forced = body[:1], not kinds & {"AssertionError", "Exception", "BaseException"}
    if len(node.orelse) == 1 and _gives_up(node.orelse[0]):
        forced = True
    elif node.orelse:
        raise Unsplittable("a try block with more in its else")
    return Expectation(_line(body), kinds, not forced)


def _gives_up(node: ast.stmt) -> bool:
    match node:
        case ast.Assert(test=ast.Constant(value=value)):
            return not value
        case ast.Raise(exc=ast.Call(func=ast.Name(id="AssertionError"))):
            return True
        case ast.Raise(exc=ast.Name(id="AssertionError")):
            return True
        case ast.Expr(value=ast.Call(func=func)):
            return dotted(func) in ("pytest.fail", "self.fail")
    return False


def _harmless(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(line, (ast.Pass, ast.Continue))
        or (
            isinstance(line, ast.Assert)
            and isinstance(line.test, ast.Constant)
            and bool(line.test.value)
        )
        or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        or (isinstance(line, ast.Expr) and _prints(line.value))
        for line in body
    )


def _prints(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func) == "print"
