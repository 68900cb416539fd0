"""Compiles tests into a plan: questions for the program, and checks that the host makes.

Straight-line asserts, literal variables, loops over literals, test functions (called, named test_*,
or taking the candidate), expected exceptions and explicit calls are covered. Whatever is not
raises Unsplittable, and the tests then run beside the program, watched by the poison run.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.answers import Answers
from sandbox.checks import Check
from sandbox.driving import Survey
from sandbox.expressions import Splitter
from sandbox.scope import Scope, Unsplittable, lasting
from sandbox.sending import sent
from sandbox.source import targets
from sandbox.trying import Expectation, expectation

__all__ = ["Plan", "plan_source"]

NESTING = 5


@dataclass(frozen=True)
class Plan:
    """Steps (kind, scope, what) for the program's process, and the host's checks of the answers."""

    steps: list[tuple[str, int, Any]]
    checks: list[Check]
    touches: bool


def plan_source(tree: ast.Module, source: str, redefined: frozenset[str], survey: Survey) -> Plan:
    """The plan of tests written as Python; Unsplittable if they need more than data to cross.

    `redefined` are the built-in names that the program's functions go by.
    """
    planner = _Planner(source, redefined)
    planner.splitter.helpers |= survey.defined
    scope = Scope(0)
    planner.block(tree.body, scope)
    for name, function in planner.functions.items():
        if name.startswith("test") and name not in planner.entered:
            planner.enter(function, [], scope)
    if any(name.startswith("Test") for name in planner.classes):
        raise Unsplittable("a test class")
    return Plan(planner.splitter.steps, planner.checks, planner.splitter.touched)


class _Planner:
    def __init__(self, source: str, redefined: frozenset[str]) -> None:
        self.splitter = Splitter(source, redefined)
        self.checks: list[Check] = []
        self.functions: dict[str, ast.FunctionDef] = {}
        self.classes: set[str] = set()
        self.entered: list[str] = []
        self.depth = 0

    def block(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        self.splitter.hurry()
        for statement in body:
            self.statement(statement, scope)

    def statement(self, node: ast.stmt, scope: Scope) -> None:
        match node:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                return
            case ast.Assert(test=test):
                self.check(self.splitter.text.of(test), test, scope)
            case ast.Expr(value=ast.Call() as call):
                self.call(node, call, scope)
            case ast.Assign(targets=[target], value=value):
                self.assign(node, target, value, scope)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self.assign(node, target, value, scope)
            case ast.AugAssign(target=ast.Name(id=name), value=value) if name in scope.remote:
                theirs = "program" in self.splitter.origins(value, scope)
                if theirs != (scope.remote[name] == "program"):
                    raise Unsplittable("an operation on what the program returned")
                self.run(node, scope)
            case ast.FunctionDef(name=name) if scope.number == 0:
                self.functions[name] = node
            case ast.Import() | ast.ImportFrom():
                self.imports(node, scope)
            case ast.For(target=target, iter=values, body=body, orelse=[]):
                self.loop(target, values, body, scope)
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__")), body=body, orelse=[]):
                self.block(body, scope)
            case ast.Try() | ast.With():
                self.expect(expectation(node), scope)
            case _:
                raise Unsplittable(type(node).__name__)

    def check(self, text: str, test: ast.expr, scope: Scope) -> None:
        lowered = self.splitter.lower(test, scope)
        if {"program", "input"} <= lowered.origins:
            raise Unsplittable("an expected value that the program's process would compute")
        self.checks.append(Check(text, lowered.value, lowered.step))

    def run(self, node: ast.stmt, scope: Scope) -> frozenset[str]:
        """A line that must simply work in the program's process."""
        text = self.splitter.text.of(node)
        node, code = sent(self.splitter, node, scope)
        origins = self.splitter.prepare(node, scope)
        step = self.splitter.step("run", scope, code)
        self.checks.append(
            Check(text, lambda answers: answers.value(step) is None, step, counted=False)
        )
        return origins

    def call(self, node: ast.Expr, call: ast.Call, scope: Scope) -> None:
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in self.functions:
            self.enter(self.functions[name], call.args, scope)
        elif name == "print" and not self.splitter.origins(call, scope):
            return
        elif self.splitter.origins(call, scope) or isinstance(call.func, ast.Attribute):
            self.run(node, scope)
        else:
            raise Unsplittable(f"a call of {name or 'an expression'}")

    def assign(self, node: ast.stmt, target: ast.expr, value: ast.expr, scope: Scope) -> None:
        names = targets(target)
        if names is None:
            if not self.splitter.origins(node, scope):
                raise Unsplittable("an assignment to a part of a value")
            self.run(node, scope)
            return
        if not self.splitter.origins(value, scope):
            try:
                known = self.splitter.lower(value, scope).value(Answers([]))
                self.bind(target, known, scope)
                return
            except Unsplittable:
                pass
            except Exception as problem:
                raise Unsplittable(f"a value that the host cannot make: {problem}") from None
        of_class = self.splitter.from_class(value, scope)
        origin = "program" if "program" in self.run(node, scope) else "input"
        for name in names:
            scope.forget(name)
            scope.remote[name] = origin
        scope.objects |= {*names} if of_class else set()

    def bind(self, target: ast.expr, value: Any, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            scope.forget(target.id)
            scope.known[target.id] = lasting(value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = list(value)
            if len(values) != len(target.elts):
                raise Unsplittable("an unpacking of the wrong length")
            for part, item in zip(target.elts, values, strict=True):
                self.bind(part, item, scope)
        else:
            raise Unsplittable("a target that is no name")

    def loop(self, target: ast.expr, values: ast.expr, body: list[ast.stmt], scope: Scope) -> None:
        if self.splitter.origins(values, scope):
            raise Unsplittable("a loop over what the program computes")
        try:
            items = list(self.splitter.lower(values, scope).value(Answers([])))
        except Unsplittable:
            raise
        except Exception as problem:
            raise Unsplittable(str(problem)) from None
        for item in items:
            self.bind(target, item, scope)
            self.block(body, scope)

    def enter(self, function: ast.FunctionDef, arguments: list[ast.expr], scope: Scope) -> None:
        """A call of a test function, as if its body stood here."""
        parameters = function.args
        if len(parameters.args) != len(arguments) or parameters.vararg or parameters.kwonlyargs:
            raise Unsplittable("a test function with other parameters")
        if function.decorator_list or self.depth >= NESTING:
            raise Unsplittable("a decorated or nested test function")
        self.entered.append(function.name)
        inner = scope.copy(len(self.entered))
        for parameter, argument in zip(parameters.args, arguments, strict=True):
            self.pass_argument(parameter.arg, argument, scope, inner)
        self.depth += 1
        self.block(function.body, inner)
        self.depth -= 1

    def pass_argument(self, name: str, argument: ast.expr, scope: Scope, inner: Scope) -> None:
        inner.forget(name)
        if not self.splitter.origins(argument, scope):
            try:
                known = self.splitter.lower(argument, scope).value(Answers([]))
                inner.known[name] = lasting(known)
            except Exception as problem:
                raise Unsplittable(str(problem)) from None
        elif isinstance(argument, ast.Name):
            step = self.splitter.step("run", inner, f"{name} = {argument.id}")
            self.splitter.touched = True
            holds = lambda answers: answers.value(step) is None  # noqa: E731
            self.checks.append(Check(f"{argument.id} exists", holds, step, counted=False))
            inner.remote[name] = self.splitter.origin(argument.id, scope)
        else:
            raise Unsplittable("an argument that is neither a literal nor a name")

    def imports(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        if any(alias.name == "*" for alias in node.names):
            raise Unsplittable("names that only the import tells")
        if isinstance(node, ast.ImportFrom) and node.module in ("math", "pytest"):
            for alias in node.names:
                scope.alias[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            return
        names = {alias.asname or alias.name.split(".")[0] for alias in node.names}
        if names <= {"pytest", "unittest"}:
            return
        self.run(node, scope)
        for name in names - {"math"}:
            scope.forget(name)
            scope.remote[name] = "input"
            scope.imported.add(name)

    def expect(self, wanted: Expectation, scope: Scope) -> None:
        """A line that must, or may, raise."""
        line, code = sent(self.splitter, wanted.line, scope)
        origins = self.splitter.prepare(line, scope)
        if "program" not in origins:
            raise Unsplittable("an expected exception of something else")
        text = self.splitter.text.of(wanted.line)
        step = self.splitter.step("run", scope, code)
        for part in wanted.line.targets if isinstance(wanted.line, ast.Assign) else ():
            for name in targets(part) or ():
                scope.forget(name)
                scope.remote[name] = "program"
        met = lambda answers: wanted.met(answers, step)  # noqa: E731
        self.checks.append(Check(f"{text} {wanted}", met, step))
