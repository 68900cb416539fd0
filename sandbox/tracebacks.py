"""What a program raised, as data and as the text that Python would print for it.

Frames are those of the program and of its tests: those of libraries say nothing about either. The
position markers under a line (~~~^^^) are left out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sandbox.decode import Malformed

__all__ = ["Frame", "Syntax", "Traceback", "printable", "read_traceback", "with_sources"]

FILES = ("<program>", "<tests>")
FRAMES, NUMBERS = 32, range(1 << 31)
NAME, MESSAGE, LINE = 100, 2000, 200
REPEATS = 3
"""How often Python prints the same line in a row before it only counts."""
CAUSED = "The above exception was the direct cause of the following exception:"
DURING = "During handling of the above exception, another exception occurred:"


@dataclass(frozen=True)
class Frame:
    """A line of "<program>" or "<tests>" that was being executed, and its source.

    `times` says how often in a row it stands there; `left_out` how many frames of a deep recursion
    are missing after it.
    """

    file: str
    line: int
    function: str
    times: int = 1
    left_out: int = 0
    source: str = ""


@dataclass(frozen=True)
class Syntax:
    """Where a text is no Python; columns count from 1, and 0 is unknown."""

    file: str
    line: int
    column: int
    end_column: int
    source: str
    message: str


@dataclass(frozen=True)
class Traceback:
    """An exception: its type's name, its message, and the frames, innermost last.

    `asked` is the assert or line of the tests during which it came, "" while the program was being
    loaded. `before` is the exception from which, or (`caused` false) during whose handling it was
    raised: only the nearest one is kept.
    """

    name: str
    message: str
    frames: tuple[Frame, ...] = ()
    shown: str = ""
    syntax: Syntax | None = None
    before: "Traceback | None" = None
    caused: bool = False
    asked: str = ""

    def render(self) -> str:
        """As Python prints it, without a last line break; bounded, however deep the recursion."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        if self.before:
            yield from self.before._lines()
            yield from ("", CAUSED if self.caused else DURING, "")
        if self.frames:
            yield "Traceback (most recent call last):"
        for frame in self.frames:
            yield from _frame_lines(frame)
        message = self.message
        if self.syntax:
            yield from _syntax_lines(self.syntax)
            message = self.syntax.message or message
        name = self.shown or self.name
        yield f"{name}: {message}" if message else name


def _frame_lines(frame: Frame) -> Iterator[str]:
    for _ in range(min(frame.times, REPEATS)):
        yield f'  File "{frame.file}", line {frame.line}, in {frame.function}'
        if frame.source:
            yield f"    {frame.source}"
    if (more := frame.times - REPEATS) > 0:
        yield f"  [Previous line repeated {more} more time{'s' * (more > 1)}]"
    if frame.left_out:
        yield f"  [{frame.left_out} more calls left out]"


def _syntax_lines(found: Syntax) -> list[str]:
    if not found.line:
        return []
    lines = [f'  File "{found.file}", line {found.line}']
    source = found.source.rstrip().lstrip(" \t\f")
    if source:
        lines.append(f"    {source}")
        column = found.column - (len(found.source.rstrip()) - len(source))
        if 1 <= column <= len(source) + 1:
            width = min(found.end_column - found.column, len(source) + 1 - column)
            lines.append("   " + " " * column + "^" * max(width, 1))
    return lines


def printable(text: str) -> str:
    """The text without lone surrogates, which no file and no table takes."""
    return text.encode("utf-8", "backslashreplace").decode()


def read_traceback(name: str, message: str, origin: Any) -> Traceback:
    """What a program's process says of an exception (sandbox.tracing); Malformed for other forms,
    but any process may say nothing."""
    name, message = printable(name[:NAME]), printable(message[:MESSAGE])
    match origin:
        case None:
            return Traceback(name, message)
        case [str(shown), list(frames), syntax, before] if len(frames) <= FRAMES:
            shown = printable(shown[-NAME:])
            caused, earlier = _before(before)
            return Traceback(
                shown.rpartition(".")[2] or name,
                message,
                tuple(map(_frame, frames)),
                shown,
                None if syntax is None else _syntax(syntax),
                earlier,
                caused,
            )
    raise Malformed("an exception of another form")


def _before(document: Any) -> tuple[bool, Traceback | None]:
    match document:
        case None:
            return False, None
        case [bool(caused), str(message), [str(name), _, _, None] as origin]:
            return caused, read_traceback(name, message, origin)
    raise Malformed("an exception of another form")


def _frame(document: Any) -> Frame:
    match document:
        case [0 | 1 as file, int(line), str(function), int(times), int(left_out)]:
            if line in NUMBERS and times in NUMBERS and left_out in NUMBERS:
                return Frame(FILES[file], line, printable(function[:NAME]), times, left_out)
    raise Malformed("a frame of another form")


def _syntax(document: Any) -> Syntax:
    match document:
        case [int(line), int(column), int(end), str(file), str(source), str(message)]:
            if line in NUMBERS and column in NUMBERS and end in NUMBERS:
                source = printable(source.splitlines()[0][:LINE] if source else "")
                file = file if file in FILES else "<string>"
                return Syntax(file, line, column, end, source, printable(message[:MESSAGE]))
    raise Malformed("a place of another form")


def with_sources(found: Traceback, source_of: Callable[[str, int], str]) -> Traceback:
    """The same with the source of each line, by file and number."""
    syntax = found.syntax
    if syntax and not syntax.source:
        syntax = replace(syntax, source=source_of(syntax.file, syntax.line)[:LINE])
    return replace(
        found,
        frames=tuple(
            replace(frame, source=frame.source or source_of(frame.file, frame.line).strip()[:LINE])
            for frame in found.frames
        ),
        syntax=syntax,
        before=found.before and with_sources(found.before, source_of),
    )
