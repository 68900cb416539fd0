"""What goes to the terminal.

Text from tables, file names and errors was written by models and by the programs they wrote: it is
hostile. It loses every control, escape and direction character here, and rich never reads markup in
it. Where the output is a pipe there are no colours, and lines are as long as they need to be.
"""

import json
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

import orjson
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from pipeline.progress import Bars

__all__ = [
    "as_json",
    "clean",
    "columns",
    "duration",
    "one_line",
    "progress_bars",
    "put",
    "put_lines",
    "say",
    "when",
    "width",
]

_SEQUENCE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)"  # OSC, DCS...
)
_HOSTILE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
_CHARACTER = re.compile(f"[{_HOSTILE}]")
_IN_JSON = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)


def clean(text: object) -> str:
    """The text without anything that a terminal would obey; line ends and tabs stay."""
    return _CHARACTER.sub("", _SEQUENCE.sub("", str(text).replace("\r\n", "\n")))


def one_line(text: object, limit: int) -> str:
    """Clean text as one line of at most `limit` characters, with its line ends marked."""
    # escape sequences are long, so more is read than is shown
    line = clean(str(text)[: limit * 8 + 200]).strip("\n").replace("\t", "    ").replace("\n", "⏎")
    return line if len(line) <= limit else line[: max(limit - 1, 0)] + "…"


def as_json(value: Any) -> str:
    """JSON on one line. What a terminal would obey is escaped, so nothing is lost."""
    try:
        text = orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # a file name that is not UTF-8
        text = json.dumps(value, default=_plain)
    return _IN_JSON.sub(lambda found: _escaped(found.group()), text)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i : i + 2].hex()}" for i in range(0, len(units), 2))


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else str(value)


def _console(stream: TextIO) -> Console:
    # a name in a language that the terminal cannot say must not end the command
    if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
        reconfigure(errors="backslashreplace")
    piped = None if stream.isatty() else 100_000
    return Console(file=stream, width=piped, highlight=False, markup=False, emoji=False)


def put(*parts: RenderableType, error: bool = False) -> None:
    """Print to standard output (or standard error), a part a line; strings are cleaned."""
    console = _console(stream := sys.stderr if error else sys.stdout)
    for part in parts:
        with console.capture() as printed:
            shown = Text(clean(part)) if isinstance(part, str) else part
            console.print(shown, soft_wrap=isinstance(part, str))
        # the last column of a table is padded, too
        stream.write(re.sub(r" +$", "", printed.get(), flags=re.MULTILINE))


def put_lines(lines: Iterable[str]) -> None:
    """Print many lines, as they come, to standard output."""
    _console(sys.stdout)
    for line in lines:
        sys.stdout.write(line + "\n")


def progress_bars() -> "Bars":
    """The bars of a run; where there is no terminal, lines that are not broken."""
    from pipeline.progress import Bars

    return Bars(Console(stderr=True, width=None if sys.stderr.isatty() else 1000))


def say(text: str) -> None:
    """A remark, which must not end up in a pipe."""
    put(Text(clean(text), style="dim"), error=True)


def width() -> int:
    """Characters a line may have."""
    return _console(sys.stdout).width


def columns(*headings: str, right: tuple[str, ...] = ()) -> Table:
    """An empty table in the one style of this command line."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        justify = "right" if heading in right else "left"
        table.add_column(Text(clean(heading)), justify=justify, overflow="ellipsis", no_wrap=True)
    return table


def duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"


def when(stamp: float | None) -> str:
    """A moment in the user's time zone."""
    import time

    return "" if stamp is None else time.strftime("%Y-%m-%d %H:%M", time.localtime(stamp))
