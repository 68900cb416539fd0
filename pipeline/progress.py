"""What a run shows while it works: one bar per stage that is under way, one line per finished one.

Rows per second, kept and dropped, tokens, time left (when the length of the input is known). Where
there is no terminal only the lines are printed.
"""

import threading
import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.text import Text

__all__ = ["Bar", "Bars", "Progress", "compact"]


def clean(text: str) -> str:
    """Without control characters: what models write must not steer a terminal."""
    return "".join(c for c in text if c.isprintable() or c == "\n")


def compact(number: float) -> str:
    """1234567 -> 1.2M."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if number >= size:
            return f"{number / (1e3 if unit == 'k' else size):.1f}{unit}"
    return f"{number:.0f}"


class Bar:
    """What one stage reports. This one shows nothing."""

    def total(self, rows: int) -> None:
        """The input is complete and has so many rows."""

    def advance(self, rows: int, tokens: int = 0) -> None:
        """Rows of the current shard were finished."""

    def shard(self, rows_in: int, kept: int, dropped: int) -> None:
        """A shard was committed."""

    def note(self, text: str) -> None:
        """What the stage is doing, beside its counts."""

    def close(self, done: bool) -> None:
        """The stage ended."""


class Progress:
    """Makes a bar for each stage. This one shows nothing."""

    def stage(self, label: str) -> Bar:
        return Bar()

    def say(self, text: str) -> None:
        """A line for the reader."""

    def close(self) -> None: ...


class _RichBar(Bar):
    def __init__(self, label: str, owner: "Bars") -> None:
        self.label, self.owner = label, owner
        self.began = time.monotonic()
        self.rows = self.partial = self.kept = self.dropped = self.tokens = 0
        self.text = ""
        self.task = owner.rich.add_task(label, total=None, detail="")
        self.lock = threading.Lock()

    def total(self, rows: int) -> None:
        self.owner.rich.update(self.task, total=rows)

    def advance(self, rows: int, tokens: int = 0) -> None:
        with self.lock:
            self.partial += rows
            self.tokens += tokens
        self._show()

    def shard(self, rows_in: int, kept: int, dropped: int) -> None:
        with self.lock:
            self.rows += rows_in
            self.kept += kept
            self.dropped += dropped
            self.partial = 0
        self._show()

    def note(self, text: str) -> None:
        self.text = text
        self._show()

    def _show(self) -> None:
        self.owner.rich.update(
            self.task, completed=self.rows + self.partial, detail=self._detail(self.partial)
        )

    def _detail(self, partial: int = 0) -> str:
        seconds = max(time.monotonic() - self.began, 1e-3)
        parts = [f"{compact((self.rows + partial) / seconds)} rows/s", f"kept {self.kept}"]
        if self.dropped:
            parts.append(f"dropped {self.dropped}")
        if self.tokens:
            parts.append(f"{compact(self.tokens)} tokens ({compact(self.tokens / seconds)}/s)")
        if self.text:
            parts.append(self.text)
        return "  ".join(parts)

    def close(self, done: bool) -> None:
        seconds = time.monotonic() - self.began
        self.owner.rich.remove_task(self.task)
        if done:
            line = f"{self.label:<38} {self.rows:>7} rows  {seconds:6.1f} s  "
            self.owner.show(
                Text.assemble(("✓ ", "green"), clean(line), (clean(self._detail()), "dim"))
            )


class Bars(Progress):
    """Bars in the terminal, lines elsewhere."""

    def __init__(self, console: Console | None = None) -> None:
        console = console or Console(stderr=True)
        self.rich: Any = RichProgress(
            TextColumn("  {task.description:<38}", markup=False),
            BarColumn(bar_width=18),
            MofNCompleteColumn(),
            TextColumn("{task.fields[detail]}", style="dim", markup=False),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self.rich.start()

    def stage(self, label: str) -> Bar:
        return _RichBar(label, self)

    def say(self, text: str) -> None:
        self.show(Text(clean(text)))

    def show(self, text: Text) -> None:
        self.rich.console.print(text)

    def close(self) -> None:
        self.rich.stop()
