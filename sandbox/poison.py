"""Tests with changed expectations: what must not pass.

A program that shares a process with its tests can forge a pass; one that passes wrong tests too
has. The changes are made in the text, so that nothing but the expectations tells the wrong tests
from the right ones.
"""

import ast
import builtins
import secrets
from typing import Any, TypeGuard

from sandbox.source import Text, dotted, nodes

__all__ = ["poisoned"]

COMMON = ("KeyError", "IndexError", "ZeroDivisionError", "AttributeError", "FileNotFoundError")
UNLIKELY = ("BlockingIOError", "ChildProcessError", "FloatingPointError", "UnicodeTranslateError")
TYPES = frozenset({"bool", "int", "float", "complex", "str", "bytes", "list", "tuple", "dict"})
RAISING = frozenset({"raises", "assertRaises"})
PREDICATES = frozenset({"isinstance", "issubclass", "hasattr"})
PREDICATES |= {"isclose", "allclose", "array_equal"}

SINGLE = 4
"""Asserts that are changed one by one: each costs a run."""

Edit = tuple[ast.expr, str]


def poisoned(tests: str, names: set[str]) -> list[str]:
    """The tests with expectations changed, all at once and some one by one; an honest program
    fails them all.

    Other constants catch a program that reads the expected ones; a value that nothing equals, one
    whose answers claim to equal anything; other arguments of predicates, one that patched those.
    `names` are the program's: what is passed to them is no expectation.
    """
    tree = ast.parse(tests)
    change = _Change(tree, Text(tests), names)
    ways = change.ways() + [change.one(test) for test in _some(tree)]
    return [_spliced(tests, edits) for edits in ways if edits]


def _some(tree: ast.Module) -> list[ast.expr]:
    """A few of the asserts that surely run: a program may meet one honestly and forge the rest."""
    called = {node.func.id for node in nodes(tree) if _called(node)}
    surely: list[ast.expr] = []
    left: list[ast.stmt] = [*tree.body]
    while left:
        match left.pop():
            case ast.Assert(test=test):
                surely.append(test)
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=attr)) as call) if (
                attr.startswith("assert") and attr not in RAISING
            ):
                surely.append(call)
            case ast.FunctionDef(name=name, body=body, decorator_list=[]) if (
                name in called or name.startswith("test")
            ):
                left += body
            case ast.ClassDef(name=name, body=body) if name.startswith("Test"):
                left += [part for part in body if isinstance(part, ast.FunctionDef)]
            case ast.For(iter=ast.List(elts=[_, *_]) | ast.Tuple(elts=[_, *_]), body=body):
                left += body
    chosen = secrets.SystemRandom().sample(surely, min(len(surely), SINGLE))
    return chosen if len(surely) > 1 else []


def _called(node: ast.AST) -> TypeGuard[Any]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


class _Change:
    def __init__(self, tree: ast.Module, text: Text, names: set[str]) -> None:
        self.nodes, self.text, self.names = nodes(tree), text, names
        self.unlikely = _unrelated(self.nodes)

    def ways(self) -> list[list[Edit]]:
        tests = [node.test for node in self.nodes if isinstance(node, ast.Assert)]
        expected = [edit for test in tests for edit in self._expected(test)]
        return [
            expected + self._raising() + self._methods(),
            [edit for test in tests for edit in self._comparisons(test)],
            [edit for test in tests for edit in self._predicates(test)],
        ]

    def one(self, test: ast.expr) -> list[Edit]:
        """One assert changed, in a way that finds most."""
        if isinstance(test, ast.Call) and (changed := self._method(test)):
            return changed
        ways = [self._expected(test), self._comparisons(test)]
        return self._predicates(test) or secrets.choice([way for way in ways if way])

    def _expected(self, test: ast.expr) -> list[Edit]:
        """The constants on the right of `==`; else the contrary of the whole."""
        found: list[Edit] = []
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq):
            found = [edit for part in test.comparators for edit in self._constants(part)]
        return found or [self._not(test)]

    def _not(self, test: ast.expr) -> Edit:
        return test, f"not ({self.text.of(test)})"

    def _constants(self, node: ast.AST) -> list[Edit]:
        """The constants in an expression, and text that is put together, changed."""
        if isinstance(node, ast.JoinedStr):
            return [(node, f"({self.text.of(node)} + '{_fresh(1)}')")]
        if isinstance(node, ast.Constant):
            changed = _changed(node.value, self.text.of(node))
            return [] if changed is None else [(node, changed)]
        if isinstance(node, ast.Call) and dotted(node.func).split(".")[0] in self.names:
            return []
        return [edit for child in ast.iter_child_nodes(node) for edit in self._constants(child)]

    def _comparisons(self, test: ast.AST) -> list[Edit]:
        """A fresh text in every comparison that must hold."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return []
        if isinstance(test, ast.Compare):
            if isinstance(test.ops[0], (ast.NotEq, ast.NotIn, ast.IsNot)):
                return []
            fresh = f'"{_fresh(6)}"'
            member = isinstance(test.ops[0], ast.In)
            return [(test.comparators[0], f"[{fresh}]" if member else fresh)]
        return [edit for child in ast.iter_child_nodes(test) for edit in self._comparisons(child)]

    def _predicates(self, test: ast.expr) -> list[Edit]:
        """The constants and types that a call which must be true compares with."""
        if isinstance(test, ast.BoolOp):
            return [edit for part in test.values for edit in self._predicates(part)]
        if not isinstance(test, ast.Call):
            return []
        found: list[Edit] = []
        if dotted(test.func).rpartition(".")[2] in PREDICATES:
            for argument in test.args[1:]:
                types = [n for n in nodes(argument) if isinstance(n, ast.Name) and n.id in TYPES]
                found += [(name, self.unlikely) for name in types] or self._constants(argument)
        loops = [node for node in test.args if isinstance(node, (ast.GeneratorExp, ast.ListComp))]
        return found + [edit for loop in loops for edit in self._predicates(loop.elt)]

    def _raising(self) -> list[Edit]:
        """Expected exceptions, replaced by one that nothing raises; and errors raised by hand."""
        found: list[Edit] = []
        for node in self.nodes:
            if isinstance(node, ast.ExceptHandler) and node.type:
                found.append((node.type, self.unlikely))
            elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in RAISING:
                found += [(argument, self.unlikely) for argument in node.args[:1]]
            elif isinstance(node, ast.If) and any(isinstance(n, ast.Raise) for n in node.body):
                found.append(self._not(node.test))
        return found

    def _methods(self) -> list[Edit]:
        """The expectations of unittest's methods, and of numpy's functions of that kind."""
        calls = [node for node in self.nodes if isinstance(node, ast.Call)]
        return [edit for call in calls for edit in self._method(call)]

    def _method(self, call: ast.Call) -> list[Edit]:
        name = dotted(call.func).rpartition(".")[2]
        if not name.startswith("assert") or name in RAISING:
            return []
        if name in ("assertTrue", "assertFalse"):
            return [self._not(given) for given in call.args[:1]]
        if len(call.args) < 2:
            return []
        return self._constants(call.args[1]) or [(call.args[1], f'"{_fresh(6)}"')]


def _changed(value: object, written: str) -> str | None:
    """Another constant, written as this one is."""
    match value:
        case bool():
            return repr(not value)
        case int() | float():
            other = value + 1 if value + 1 != value else 0
            return repr(other) if abs(other) < float("inf") else "0"
        case complex():
            return f"{value.imag + 1}j"
        case str() | bytes():
            quotes = 3 if written.endswith(("'''", '"""')) else 1
            return written[:-quotes] + _fresh(1) + written[-quotes:]
        case None:
            return "0"
    return None


def _unrelated(parts: list[ast.AST]) -> str:
    """An exception that has nothing to do with those that the tests name."""
    named = {part.id for part in parts if isinstance(part, ast.Name)}
    found = [getattr(builtins, name, None) for name in sorted(named)]
    known = [kind for kind in found if isinstance(kind, type) and issubclass(kind, BaseException)]
    common = [
        name
        for name in COMMON
        if not any(
            issubclass(kind, getattr(builtins, name)) or issubclass(getattr(builtins, name), kind)
            for kind in known
        )
    ]
    return secrets.choice(common or UNLIKELY)


def _fresh(letters: int) -> str:
    """Of letters that end no escape."""
    return "".join(secrets.choice("ghijkmpqwyz") for _ in range(letters))


def _spliced(tests: str, edits: list[Edit]) -> str:
    """The outermost edits, from the last to the first, so that positions stay right."""
    lines = [line.encode("utf-8", "surrogatepass") for line in tests.split("\n")]
    taken: list[tuple[tuple[int, int], tuple[int, int], str]] = []
    for node, new in edits:
        start, end = (
            (node.lineno, node.col_offset),
            (node.end_lineno or 0, node.end_col_offset or 0),
        )
        taken.append((start, end, new))
    taken.sort(key=lambda edit: (edit[0], [-number for number in edit[1]]))
    kept: list[tuple[tuple[int, int], tuple[int, int], str]] = []
    for edit in taken:
        if not kept or edit[0] >= kept[-1][1]:
            kept.append(edit)
    for (first, start), (last, end), new in reversed(kept):
        head, tail = lines[first - 1][:start], lines[last - 1][end:]
        lines[first - 1 : last] = [head + new.encode("utf-8", "surrogatepass") + tail]
    return b"\n".join(lines).decode("utf-8", "surrogatepass")
