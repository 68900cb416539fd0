"""Splits a test's expression: calls of the program become questions, the rest stays on the host.

`sorted(f([3, 1])) == [1, 3]` becomes the question `f([3, 1])` and a host function that sorts and
compares its answer. The expected side, and the comparison, never enter the program's process.
"""

import ast
import time
from collections.abc import Callable
from typing import Any

from sandbox.asking import refuse_decisions
from sandbox.bounded import BINARY, COMPARE, CONSTANTS, FUNCTIONS, KEYWORDS, METHODS, UNARY, hashed
from sandbox.scope import (
    Lowered,
    Scope,
    Unsplittable,
    as_text,
    crossable,
    decide,
    immutable,
    weighed,
)
from sandbox.sending import sent
from sandbox.source import BUILTINS, Text, dotted, free_names, nodes

__all__ = ["Splitter"]

STEPS = 2000
PLANNING_SECONDS = 1.0
"""Processor time that the host gives to taking one job's tests apart."""
HOST_MODULES = frozenset({"math", "pytest", "unittest"})


class Splitter:
    """Collects the questions, in order, as steps for the program's process."""

    def __init__(self, source: str, redefined: frozenset[str]) -> None:
        self.text = Text(source)
        self.redefined = redefined
        self.steps: list[tuple[str, int, Any]] = []
        self.touched = False
        self.helpers: set[str] = set()
        self._names: dict[ast.AST, frozenset[str]] = {}
        self.started = time.thread_time()

    def origin(self, name: str, scope: Scope) -> str:
        """Where a name lives: "host", "input" or "program"."""
        if name in scope.remote:
            return scope.remote[name]
        if name in scope.known or name in scope.alias:
            return "host"
        if name in self.helpers:
            raise Unsplittable("a helper of the tests")
        if name in self.redefined:
            return "program"
        return "host" if name in BUILTINS or name in HOST_MODULES else "program"

    def origins(
        self, node: ast.AST, scope: Scope, bound: frozenset[str] = frozenset()
    ) -> frozenset[str]:
        """Of all names but those bound around the node."""
        names = self.names(node) - bound if bound else self.names(node)
        return frozenset(self.origin(name, scope) for name in names) - {"host"}

    def from_class(self, node: ast.AST, scope: Scope) -> bool:
        """Whether a class of the program has a part in it."""
        return any(
            name in scope.objects
            or (name[:1].isupper() and name not in scope.remote and name not in scope.known)
            for name in self.names(node)
        )

    def names(self, node: ast.AST) -> frozenset[str]:
        """The node's free names, found once: each level of an expression asks for them."""
        found = self._names.get(node)
        if found is None:
            found = self._names[node] = frozenset(free_names(nodes(node)))
        return found

    def step(self, kind: str, scope: Scope, what: Any) -> int:
        if len(self.steps) >= STEPS:
            raise Unsplittable("too many steps")
        self.steps.append((kind, scope.number, what))
        return len(self.steps)

    def hurry(self) -> None:
        if time.thread_time() - self.started > PLANNING_SECONDS:
            raise Unsplittable("tests that take long to take apart")

    def lower(self, node: ast.expr, scope: Scope) -> Lowered:
        """The expression as a host function, with whatever must be asked as new steps."""
        self.hurry()
        before = len(self.steps)
        try:
            parts = self._parts(node, scope)
        except Unsplittable:
            if not self.origins(node, scope):
                raise
            self.steps[before:] = [step for step in self.steps[before:] if step[0] == "set"]
            parts = None
        return parts or self.ask(node, scope)

    def ask(self, node: ast.expr, scope: Scope) -> Lowered:
        """The whole expression goes to the program's process; it may decide nothing there."""
        node, text = sent(self, node, scope)
        origins = self.prepare(node, scope)
        step = self.step("ask", scope, f"({text}\n)")
        kept = frozenset({"program"}) if "program" in origins else frozenset({"input"})
        return Lowered(lambda answers: answers.value(step), kept, step)

    def prepare(self, node: ast.expr | ast.stmt, scope: Scope) -> frozenset[str]:
        """Checks that code may run in the program's process, and sends the literals it reads."""
        origins = self.origins(node, scope)
        if "program" in origins:
            refuse_decisions(
                node,
                lambda part, bound: self.origins(part, scope, bound),
                lambda part: self.from_class(part, scope),
            )
            self.touched = True
        for name in sorted(self.names(node)):
            if name in scope.alias or name in ("pytest", "unittest"):
                raise Unsplittable(f"{name} inside a question")
            if name in scope.known and name not in scope.sent:
                value = scope.known[name]
                crossable(value)
                self.step("set", scope, {name: value})
                scope.sent.add(name)
                if not immutable(value):
                    scope.forget(name)
                    scope.remote[name] = "input"
        if "program" in origins:  # which may have put something of its own into the others
            for name in self.names(node) & scope.remote.keys() - scope.imported:
                scope.remote[name] = "program"
        return origins

    def _parts(self, node: ast.expr, scope: Scope) -> Lowered | None:
        """The expression taken apart on the host, or None if it is a question itself."""
        match node:
            case ast.Constant(value=value):
                return Lowered(lambda _: value)
            case ast.Name(id=name) if self.origin(name, scope) == "host":
                return self._host_name(name, scope)
            case ast.Name():
                return None
            case ast.Tuple(elts=items):
                return self._apply(lambda *v: weighed(tuple(v)), items, scope)
            case ast.List(elts=items):
                return self._apply(lambda *v: weighed(list(v)), items, scope)
            case ast.Set(elts=items):
                return self._apply(lambda *v: hashed(set)(v), items, scope)
            case ast.Dict(keys=keys, values=values) if None not in keys:
                size = len(keys)
                items = [*(key for key in keys if key), *values]
                pair = lambda *v: [*zip(v[:size], v[size:], strict=True)]  # noqa: E731
                build = lambda *v: weighed(hashed(dict)(pair(*v)))  # noqa: E731
                return self._apply(build, items, scope)
            case ast.UnaryOp(op=op, operand=operand):
                return self._apply(UNARY[type(op)], [operand], scope)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
                return self._apply(BINARY[type(op)], [left, right], scope)
            case ast.BoolOp(op=op, values=values):
                return self._bool(isinstance(op, ast.And), values, scope)
            case ast.Compare(left=left, ops=ops, comparators=others):
                tests = [COMPARE[type(op)] for op in ops]
                compare = lambda *v: all(t(a, b) for t, a, b in zip(tests, v, v[1:], strict=False))  # noqa: E731
                return self._apply(compare, [left, *others], scope)
            case ast.Call():
                return self._call(node, scope)
            case ast.Attribute() if dotted(node) in CONSTANTS:
                return Lowered(lambda _: CONSTANTS[dotted(node)])
            case ast.Subscript(value=value, slice=key) if not self.origins(node, scope):
                return self._apply(lambda v, k: v[k], [value, key], scope)
            case ast.Attribute() | ast.Subscript() if self.origins(node, scope):
                return None
        raise Unsplittable(type(node).__name__)

    def _host_name(self, name: str, scope: Scope) -> Lowered:
        if name in scope.known:
            value = scope.known[name]
            return Lowered(lambda _: value)
        name = scope.alias.get(name, name)
        if name not in CONSTANTS:
            raise Unsplittable(name)
        return Lowered(lambda _: CONSTANTS[name])

    def _apply(self, function: Callable[..., Any], nodes: list[ast.expr], scope: Scope) -> Lowered:
        parts = [self.lower(node, scope) for node in nodes]
        values = [part.value for part in parts]
        origins = frozenset[str]().union(*(part.origins for part in parts))
        shown = next((part.step for part in parts if part.step), 0)
        return Lowered(lambda answers: function(*[v(answers) for v in values]), origins, shown)

    def _bool(self, conjunction: bool, nodes: list[ast.expr], scope: Scope) -> Lowered:
        parts = [self.lower(node, scope) for node in nodes]
        origins = frozenset[str]().union(*(part.origins for part in parts))
        shown = next((part.step for part in parts if part.step), 0)
        values = [part.value for part in parts]
        return Lowered(lambda answers: decide(conjunction, values, answers), origins, shown)

    def _call(self, node: ast.Call, scope: Scope) -> Lowered | None:
        name = dotted(node.func)
        root = name.split(".")[0]
        if name in ("repr", "str") and len(node.args) == 1 and self.origins(node, scope):
            return None  # of an object, it is what its class says
        if root and self.origin(root, scope) == "host" and root not in scope.known:
            function = FUNCTIONS.get(scope.alias.get(name, name))
            named = {keyword.arg: keyword.value for keyword in node.keywords}
            if function is None or not named.keys() <= KEYWORDS:
                raise Unsplittable(f"{name}()")
            return self._named(function, node.args, named, scope)
        if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS and not node.keywords:
            owner = node.func.value
            if isinstance(owner, ast.Call) and dotted(owner.func).islower():
                method = node.func.attr
                return self._apply(
                    lambda text, *v: getattr(as_text(text), method)(*v), [owner, *node.args], scope
                )
        if not self.origins(node, scope):
            raise Unsplittable("a call that the host does not make")
        return None

    def _named(
        self,
        function: Callable[..., Any],
        positional: list[ast.expr],
        named: dict[str | None, ast.expr],
        scope: Scope,
    ) -> Lowered:
        count, keys = len(positional), [key for key in named if key]

        def call(*values: Any) -> Any:
            return function(*values[:count], **dict(zip(keys, values[count:], strict=True)))

        return self._apply(call, [*positional, *named.values()], scope)
