"""Which functions are worth starting from, by their text alone: a filter names a reason or nothing.

The paper's code searches for substrings; these read the syntax tree, so that "debug", a variable
called `todo`, `import oslex` and the `return` of a nested function no longer decide. `return None`
returns nothing.
"""

import re
from collections.abc import Callable, Iterator

from tree_sitter import Node

from data.python_tree import below, docstring, parse, text

__all__ = [
    "blocked_import",
    "marked_unfinished",
    "no_arguments",
    "no_docstring",
    "no_value_returned",
    "static_reason",
    "too_long",
]

BLOCKED = frozenset(
    {"argparse", "os", "subprocess", "sys", "setuptools", "distutils", "matplotlib", "seaborn"}
)
LONGEST = 150  # lines
MARK = re.compile(r"\b(todo|fixme|bug)s?\b", re.IGNORECASE)
SCOPES = frozenset({"function_definition", "class_definition", "lambda"})


def static_reason(source: str) -> str | None:
    """The first reason against a function, in the paper's order; None keeps it."""
    if parse(source).has_error or _function(source) is None:
        return "not one Python function"
    reasons = (filter_(source) for filter_ in FILTERS)
    return next((reason for reason in reasons if reason is not None), None)


def no_value_returned(source: str) -> str | None:
    function = _function(source)
    body = function.child_by_field_name("body") if function else None
    for node in below(body, SCOPES) if body else ():
        if node.type == "return_statement" and any(
            child.type not in ("none", "comment") for child in node.named_children
        ):
            return None
    return "returns no value"


def marked_unfinished(source: str) -> str | None:
    """Marks count where people leave them: in comments and strings."""
    for node in below(parse(source)):
        if node.type in ("comment", "string") and (mark := MARK.search(text(node))):
            return f"marked {mark[1].lower()}"
    return None


def blocked_import(source: str) -> str | None:
    """Modules that reach out of the program, or that draw."""
    for node in below(parse(source)):
        for module in _imported(node):
            if module in BLOCKED:
                return f"imports {module}"
    return None


def too_long(source: str) -> str | None:
    return f"over {LONGEST} lines" if source.strip("\n").count("\n") >= LONGEST else None


def no_arguments(source: str) -> str | None:
    function = _function(source)
    parameters = function.child_by_field_name("parameters") if function else None
    separators = ("comment", "keyword_separator", "positional_separator")
    named = parameters.named_children if parameters else []
    return None if any(node.type not in separators for node in named) else "takes no arguments"


def no_docstring(source: str) -> str | None:
    function = _function(source)
    string = docstring(function) if function else None
    return None if string and re.search(r"\w", text(string).lstrip("rRuU")) else "no docstring"


FILTERS: tuple[Callable[[str], str | None], ...] = (
    no_value_returned,
    marked_unfinished,
    blocked_import,
    too_long,
    no_arguments,
    no_docstring,
)


def _function(source: str) -> Node | None:
    """The text's only statement, if that is a function."""
    statements = [node for node in parse(source).named_children if node.type != "comment"]
    if len(statements) != 1:
        return None
    definition = statements[0].child_by_field_name("definition") or statements[0]
    return definition if definition.type == "function_definition" else None


def _imported(node: Node) -> Iterator[str]:
    if node.type == "import_statement":
        names = node.children_by_field_name("name")
    elif node.type == "import_from_statement":
        names = node.children_by_field_name("module_name")
    else:
        return
    for name in names:
        # `import os.path as p`: an alias around the name; `from .os import x` starts with a dot
        dotted = name.child_by_field_name("name") or name
        yield text(dotted).partition(".")[0].strip()
