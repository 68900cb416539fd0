"""The functions with docstrings in a tree of Python files: where a loop without problems starts.

Functions are found by tree-sitter, which reads hostile and outdated text without raising, recursing
or warning; `ast` does all three. Taken are functions at column 0, `async` ones too, whose first
statement is a triple-quoted string. Decorators belong to the text: without them it is another
function. A file with a syntax error is a problem as a whole: the parser's recovery may misplace
where a function ends.
"""

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import tree_sitter_python
from tree_sitter import Language, Node, Parser

from data.errors import UserError

__all__ = ["Function", "Problem", "below", "docstring", "functions", "parse", "text"]

PYTHON = Language(tree_sitter_python.language())
LARGEST = 1_000_000  # bytes; what is larger is generated code or data


@dataclass(frozen=True)
class Function:
    path: str
    """Relative to the root, with `/`."""
    name: str
    line: int
    """Of the first decorator or the `def`, from 1."""
    source: str
    """As in the file, but every line ends with a line feed, as Python itself reads it."""


@dataclass(frozen=True)
class Problem:
    path: str
    reason: str


def functions(root: Path, leave_out: Collection[str] = ()) -> Iterator[Function | Problem]:
    """Sorted, a folder's files before its folders; hidden and left-out folders are not entered."""
    if not root.is_dir():
        raise UserError(f"{root} is not a folder; name a folder that holds Python files.")
    for path in _files(root, leave_out):
        if isinstance(path, Problem):
            yield path
        else:
            yield from _functions_of(path, _name(path, root))


def parse(source: str) -> Node:
    """The module node; `has_error` tells whether the text is Python. Never raises."""
    # A parser is not shared: stages run shards in threads. Making one takes microseconds.
    return Parser(PYTHON).parse(source.encode("utf-8", "replace")).root_node


def docstring(definition: Node) -> Node | None:
    """The string that is the first statement of a function or a class."""
    body = definition.child_by_field_name("body")
    statements = (child for child in body.named_children if child.type != "comment") if body else ()
    first = next(iter(statements), None)
    if first is None or first.type != "expression_statement" or first.named_child_count != 1:
        return None
    string = first.named_children[0]
    prefix = text(string).partition('"')[0].partition("'")[0]
    return string if string.type == "string" and prefix.lower() in ("", "r", "u") else None


def below(top: Node, closed: Collection[str] = ()) -> Iterator[Node]:
    """The node and all within, in the order of the text; nodes of a closed type are not entered."""
    stack = [top]  # hostile text nests deeper than Python recurses
    while stack:
        node = stack.pop()
        yield node
        if node.type not in closed:
            stack.extend(reversed(node.children))


def text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _files(root: Path, leave_out: Collection[str]) -> Iterator[Path | Problem]:
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield Problem(_name(folder, root), f"cannot be listed: {error.strerror}")
            continue
        inner = []
        for entry in entries:
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in leave_out and not entry.name.startswith("."):
                    inner.append(path)
            elif path.suffix == ".py" and not entry.is_symlink():
                yield path
            elif path.suffix == ".py" and not _within(path, root):
                # A link within the tree is left out silently: its target is met on its own.
                yield Problem(_name(path, root), "links out of the tree")
        folders.extend(reversed(inner))


def _within(link: Path, root: Path) -> bool:
    target, top = os.path.realpath(link), os.path.realpath(root)
    return os.path.commonpath([target, top]) == top


def _functions_of(path: Path, name: str) -> Iterator[Function | Problem]:
    try:
        source = _read(path)
    except (OSError, ValueError) as error:
        yield Problem(name, str(getattr(error, "strerror", None) or error))
        return
    module = parse(source)
    if module.has_error:
        yield Problem(name, "not Python")
        return
    for node in module.named_children:
        definition = node.child_by_field_name("definition") or node
        if definition.type != "function_definition":
            continue
        string = docstring(definition)
        if string is not None and text(string).endswith(('"""', "'''")):
            identifier = definition.child_by_field_name("name")
            assert identifier is not None, "the grammar gives every function a name"
            yield Function(name, text(identifier), node.start_point.row + 1, text(node))


def _read(path: Path) -> str:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("not a regular file")
    if status.st_size > LARGEST:
        raise ValueError(f"larger than {LARGEST:,} bytes")
    try:
        source = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    if "\0" in source:
        raise ValueError("holds a null character")
    return source


def _name(path: Path, root: Path) -> str:
    # Names of files are bytes; one that is not UTF-8 would not fit into a table.
    return os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "replace")
