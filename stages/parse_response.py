"""From what a model wrote to an answer, its tests and the code in both; or the reason why not.

Text by models is hostile: nothing here raises, whatever it is given. Code is read by tree-sitter,
not by `ast`, which raises four kinds of exceptions on such text and warns of strange escapes;
whether the code is Python to the last comma is for the execution to find out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from data.python_tree import below, docstring, parse, text

__all__ = [
    "LARGEST",
    "Reason",
    "Response",
    "code_blocks",
    "code_representation",
    "cut_main_guard",
    "function_names",
    "runnable_code",
    "split_response",
]

LARGEST = 100_000  # characters; nothing longer is an answer, and every step below is linear in it
OPENING, CLOSING = "<tests>", "</tests>"
SURROGATE = re.compile("[\ud800-\udfff]")
PYTHON = frozenset({"", "python", "python3", "py"})
UNFINISHED = re.compile(
    r"\b(?:todo|fixme)\b|\byour code (?:goes )?here\b|\bnotimplemented", re.IGNORECASE
)
DEFINITIONS = frozenset({"function_definition", "class_definition"})
# What tests nothing at column 0: in the paper, lines that begin with def, class, import or from.
IDLE = DEFINITIONS | {
    "comment",
    "decorated_definition",
    "future_import_statement",
    "import_from_statement",
    "import_statement",
}


@dataclass(frozen=True)
class Response:
    """An answer fit to be executed: its text without the tests, and the text between the tags."""

    response: str
    tests: str


@dataclass(frozen=True)
class Reason:
    """Why a completion is no such answer."""

    text: str


def split_response(completion: str) -> Response | Reason:
    """What follows the closing tag, if it is there at all, is not looked at."""
    if len(completion) > LARGEST:
        return Reason(f"longer than {LARGEST} characters")
    if SURROGATE.search(completion):
        return Reason("not UTF-8")
    body = completion.partition(CLOSING)[0]
    if body.count(OPENING) != 1:
        return Reason("no tests tag" if OPENING not in body else "more than one tests tag")
    response, _, tests = (part.strip() for part in body.partition(OPENING))
    if unfinished := UNFINISHED.search(body):
        return Reason(f"unfinished code: {unfinished[0].lower()}")
    code, test_code = "\n".join(code_blocks(response)), "\n".join(code_blocks(tests))
    if not code.strip():
        return Reason("no code in the response")
    if not test_code.strip():
        return Reason("no code in the tests")
    if parse(code).has_error:
        return Reason("the response's code is not Python")
    module = parse(test_code)
    if module.has_error:
        return Reason("the tests' code is not Python")
    if not any(_tests(node) for node in below(module)):
        return Reason("no assert in the tests")
    if all(_idle(node) for node in module.named_children):
        return Reason("the tests define and import, but run nothing")
    return Response(response, tests)


def code_blocks(markdown: str) -> list[str]:
    """The fenced Python blocks; a fence without a language counts, an unclosed one does not."""
    blocks: list[str] = []
    lines: list[str] = []
    fence, language = "", ""
    for line in markdown.replace("\r\n", "\n").split("\n"):
        ticks, info = _fence(line)
        if fence and ticks.startswith(fence) and not info:
            if language in PYTHON:
                blocks.append("".join(f"{line}\n" for line in lines))
            fence, lines = "", []
        elif fence:
            lines.append(line)
        elif ticks:
            fence, language = ticks, info.partition(" ")[0].lower()
    return blocks


def runnable_code(response: Response) -> str:
    """One program: the code of the response, then that of the tests."""
    blocks = [*code_blocks(response.response), *code_blocks(response.tests)]
    return cut_main_guard("\n".join(blocks))


def cut_main_guard(code: str) -> str:
    """Without `if __name__ == "__main__"` where the code asks for `input`: nobody would answer."""
    if not re.search(r"\binput\b", code):
        return code
    guards = [
        node
        for node in parse(code).named_children
        if node.type == "if_statement"
        and (condition := node.child_by_field_name("condition"))
        and "__name__" in text(condition)
    ]
    return _without(code, [(node, b"") for node in guards])


def function_names(code: str) -> frozenset[str]:
    """Of functions and classes at the top, without case and underscores: `TwoSum` is `two_sum`."""
    names = (node.child_by_field_name("name") for node in _definitions(code))
    return frozenset(text(name).replace("_", "").lower() for name in names if name) - {""}


def code_representation(code: str) -> str:
    """The functions and classes at the top without docstrings and comments."""
    parts = []
    for definition in _definitions(code):
        parent = definition.parent
        whole = parent if parent and parent.type == "decorated_definition" else definition
        drop: list[tuple[Node, bytes]] = []
        for node in below(whole):
            if node.type == "comment":
                drop.append((node, b""))
            elif node.type in DEFINITIONS and (string := docstring(node)):
                drop.append((string, b"" if _statements(node) > 1 else b"pass"))
        kept = _without(text(whole), drop, whole.start_byte).splitlines()
        parts.append("\n".join(line.rstrip() for line in kept if line.strip()))
    return "\n\n".join(parts)


def _fence(line: str) -> tuple[str, str]:
    """The backticks of a line that opens or closes a block, and what it says of itself."""
    stripped = line.strip()
    info = stripped.lstrip("`")
    ticks = stripped[: len(stripped) - len(info)]
    return (ticks, info.strip()) if len(ticks) >= 3 and "`" not in info else ("", "")


def _tests(node: Node) -> bool:
    """An assert statement, or a method like unittest's `assertEqual`."""
    named = node.type == "identifier" and text(node).startswith("assert")
    return named or node.type == "assert_statement"


def _idle(node: Node) -> bool:
    inner = [child.type for child in node.named_children]
    return node.type in IDLE or (node.type == "expression_statement" and inner == ["string"])


def _definitions(code: str) -> Iterator[Node]:
    for node in parse(code).named_children:
        definition = node.child_by_field_name("definition") or node
        if definition.type in DEFINITIONS:
            yield definition


def _statements(definition: Node) -> int:
    body = definition.child_by_field_name("body")
    return sum(child.type != "comment" for child in body.named_children) if body else 0


def _without(source: str, drop: list[tuple[Node, bytes]], offset: int = 0) -> str:
    """With nodes replaced, none of which lies in another; `offset` is where the source begins."""
    whole = source.encode("utf-8", "replace")
    pieces, end = [], 0
    for node, replacement in sorted(drop, key=lambda pair: pair[0].start_byte):
        pieces += [whole[end : node.start_byte - offset], replacement]
        end = node.end_byte - offset
    return b"".join([*pieces, whole[end:]]).decode("utf-8", "replace")
