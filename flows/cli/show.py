"""`ratchet show` and `ratchet runs`: what became of the rows, and of the model."""

from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.text import Text

from data.errors import UserError
from flows.cli.folders import Summary, run_names, typed
from flows.cli.funnel import Stage, funnel, read_scores
from flows.cli.scores import scores_parts
from flows.cli.terminal import as_json, clean, columns, duration, one_line, put, say, when, width
from pipeline.progress import compact

__all__ = ["runs", "show"]

COLOURS = {"done": "green", "running": "cyan", "failed": "red", "stopped": "yellow"}
REASONS = 3


def show(folder: Path, as_lines: bool, picture: Path | None) -> None:
    """The funnel of a run, its scores, and their plot."""
    run, scores = Summary.of(folder), read_scores(folder)
    stages = funnel(folder, run)
    if as_lines:
        put(as_json(_summary(run) | {"stages": [*map(asdict, stages)], "scores": scores}))
    else:
        put(*_head(run, folder), *_funnel(stages))
    if scores and not as_lines:
        put(*scores_parts(scores))
        _plot(scores, run, picture or folder / "scores.png", as_lines)
    elif picture:
        _plot(scores, run, picture, as_lines)
    if not as_lines:
        put(*_end(run, folder))


def _plot(scores: list[dict[str, Any]], run: Summary, picture: Path, as_lines: bool) -> None:
    if not scores:
        say("There are no scores to plot yet.")
        return
    from flows.cli.plot import plot_scores

    try:
        plot_scores(scores, run.name, picture)
    except (OSError, ValueError) as error:
        say(f"No plot was written to {picture}: {error}")
    else:
        put("", f"plot: {picture}", error=as_lines)


def _summary(run: Summary) -> dict[str, Any]:
    facts = {k: v for k, v in asdict(run).items() if k != "facts"}
    return facts | {"seconds": run.seconds, "settings": run.facts.get("settings", {})}


def _head(run: Summary, folder: Path) -> Iterable[Text]:
    yield Text.assemble(
        (run.name, "bold"), "  ", (run.state, COLOURS.get(run.state, "")), f"  {clean(run.flow)}"
    )
    starts = f", start {len(run.starts)}" if len(run.starts) > 1 else ""
    last = run.starts[-1] if run.starts else None
    yield Text(f"{folder}  {when(last)}{starts}, {duration(run.seconds)}", style="dim")


def _funnel(stages: list[Stage]) -> Iterable[Text]:
    if not stages:
        yield Text("\nNo stage has begun.")
        return
    first = max(24, *(len(stage.name) + 3 for stage in stages))
    for phase, group in groupby(stages, key=lambda stage: stage.phase):
        heading = f"{clean(phase):<{first}}{'rows in':>9}{'out':>9}{'dropped':>9}"
        yield Text(f"\n{heading}{'time':>11}{'tokens':>8}", style="bold")
        for stage in group:
            yield _line(stage, first)
            yield from _notes(stage)


def _line(stage: Stage, first: int) -> Text:
    text = Text(f"  {one_line(stage.name, first - 3):<{first - 2}}")
    text.append(f"{stage.rows_in:>9,}{stage.rows_out:>9,}")
    text.append(f"{stage.lost:>9,}" if stage.lost else f"{'':>9}")
    text.append(f"{duration(stage.seconds):>11}")
    text.append(f"{compact(stage.tokens):>8}" if stage.tokens else "")
    return text


def _notes(stage: Stage) -> Iterable[Text]:
    room = width() - 5
    if stage.state != "done":
        of = f" of {stage.expected:,}" if stage.expected is not None else ""
        what = "under way" if stage.state == "running" else "unfinished"
        colour = COLOURS["running" if stage.state == "running" else "stopped"]
        yield Text(f"     {what}: {stage.rows_in:,}{of} rows so far", style=colour)
    if stage.changed:
        yield Text("     its code has changed since", style="yellow")
    reasons = list(stage.dropped.items())
    shown = len(reasons) if len(reasons) <= REASONS + 1 else REASONS
    for reason, n in reasons[:shown]:
        yield Text(one_line(f"     {n:,} {reason}", room), style="dim")
    if rest := sum(n for _, n in reasons[shown:]):
        yield Text(f"     {rest:,} for {len(reasons) - shown} more reasons", style="dim")


def _end(run: Summary, folder: Path) -> Iterable[Text]:
    if run.error:
        yield Text(f"\nfailed: {clean(run.error)}", style="red")
    if run.state in ("failed", "stopped"):
        yield Text(f"\nGo on with: ratchet resume {typed(folder)}")


def runs(folder: Path, as_lines: bool) -> None:
    """Every run in the runs folder, oldest first."""
    found, names = [], run_names(folder)
    for path in map(folder.joinpath, names):
        try:
            found.append((Summary.of(path), read_scores(path)))
        except UserError as error:  # one damaged run must not hide the others
            say(str(error))
    if as_lines:
        for run, scores in found:
            put(as_json(_summary(run) | {"score": _last(scores)}))
        return
    if not names:
        put(f"There is no run in {folder} yet. `ratchet flows` lists what can be started.")
        return
    right = ("iterations", "score", "took")
    table = columns("run", "flow", "state", right[0], right[1], "started", right[2], right=right)
    for run, scores in found:
        last = _last(scores)
        table.add_row(
            Text(one_line(run.name, 60), style="bold"),
            Text(one_line(run.flow, 30)),
            Text(run.state, style=COLOURS.get(run.state, "")),
            Text(str(run.iterations)),
            Text("" if last is None else f"{last:.3f}"),
            Text(when(run.starts[0] if run.starts else None)),
            Text(duration(run.seconds)),
        )
    put(table)


def _last(scores: list[dict[str, Any]]) -> float | None:
    # the share of first answers that are right is the same by either name
    values = [s["value"] for s in scores if s["metric"] in ("pass@1", "direct")]
    return values[-1] if values else None
