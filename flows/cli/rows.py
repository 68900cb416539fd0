"""`ratchet rows`: the rows of a table, to look at or to pipe on."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from textwrap import wrap
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from flows.cli.folders import Summary
from flows.cli.funnel import funnel
from flows.cli.tables import Chosen, Query, choose, files_of, find_table
from flows.cli.terminal import as_json, clean, columns, one_line, put, put_lines, say, width

__all__ = ["rows"]

FEW = 20
LINES = 8


def rows(runs: Path, word: str, query: Query) -> None:
    """Show the rows of the table `word`; or the tables of a run or phase."""
    run, table = find_table(runs, word)
    if not isinstance(table, Path):
        _list(run, table, query.json)
        return
    files = files_of(table, query.dropped)
    if not files:
        if query.count:
            put("0")
        else:
            say("No row was dropped." if query.dropped else "No row is committed yet.")
        return
    limit = query.limit if query.limit is not None or query.json else FEW
    # one more than is shown tells whether there are more
    chosen = choose(files, query, limit if limit is None or query.json else limit + 1)
    if isinstance(chosen, int):
        put(str(chosen))
    elif query.json:
        put_lines(map(as_json, chosen.rows))
    else:
        _view(chosen, limit or 0)


def _list(run: Path, phase: str | None, as_lines: bool) -> None:
    stages = [s for s in funnel(run, Summary.of(run)) if phase in (None, s.phase)]
    table = columns("table", "rows", "dropped", "state", right=("rows", "dropped"))
    for stage in stages:
        name = f"{run.name}/{stage.phase}/{stage.name}"
        if as_lines:
            facts = {"rows": stage.rows_out, "dropped": stage.lost, "state": stage.state}
            put(as_json({"table": name} | facts))
        lost = f"{stage.lost:,}" if stage.lost else ""
        table.add_row(clean(name), f"{stage.rows_out:,}", lost, stage.state)
    if not as_lines:
        put(table)


def _view(chosen: Chosen, limit: int) -> None:
    found = list(islice(chosen.rows, limit + 1))
    shown, more = found[:limit], len(found) > limit
    if (room := _table_room(shown, chosen.columns)) is not None:
        numbers = [
            c for c in chosen.columns if any(isinstance(row[c], int | float) for row in shown)
        ]
        table = columns(*chosen.columns, right=tuple(numbers))
        for row in shown:
            table.add_row(*(Text(one_line(readable(row[c]), room)) for c in chosen.columns))
        put(table)
    else:
        for number, row in enumerate(shown, 1):
            put(*_record(number, row))
    if more:
        say(f"The first {limit} rows; there are more: --limit N shows more, --count counts.")
    elif not shown and limit:
        say("No row.")


def _table_room(shown: list[dict[str, Any]], names: list[str]) -> int | None:
    """How wide a cell may be for the rows to fit a table; None when they do not fit one."""
    if not sys.stdout.isatty():
        return 80
    for room in (60, 40):
        cells = [[name, *(one_line(readable(r[name]), room) for r in shown)] for name in names]
        if sum(2 + max(map(cell_len, column)) for column in cells) <= width() + 2:
            return room
    return None


def _record(number: int, row: dict[str, Any]) -> Iterator[Text]:
    yield Text(f"{'' if number == 1 else chr(10)}row {number}", style="bold")
    key = max(len(name) for name in row) + 4
    for name, value in row.items():
        lines = list(_wrapped(clean(str(readable(value))[:20_000]), width() - key))
        cut = lines[:LINES]
        if len(lines) > LINES:
            cut = [*lines[: LINES - 1], f"… {len(lines) - LINES + 1} more lines"]
        for i, line in enumerate(cut or [""]):
            label = f"  {clean(name) if i == 0 else '':<{key - 2}}"
            yield Text.assemble((label, "cyan"), (line, "" if value is not None else "dim"))


def _wrapped(text: str, room: int) -> Iterable[str]:
    for line in text.strip("\n").expandtabs(4).split("\n"):
        yield from wrap(line, max(room, 20), replace_whitespace=False) or [""]


def readable(value: Any) -> str:
    """A value of a table as people write it."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_inside(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inside, value)) + "]"
    return str(value)


def _inside(value: Any) -> str:
    quoted = isinstance(value, str) and any(c in value for c in ",:[]{}\n\"'")
    return json.dumps(value, ensure_ascii=False) if quoted else readable(value)
