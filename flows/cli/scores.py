"""What a run's scores say: accuracy over iterations, which models were promoted, what drifted."""

from collections.abc import Iterable
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from flows.cli.terminal import columns, one_line

__all__ = ["AUDIT", "CORRECTION", "GUARD", "scores_parts"]

AUDIT = "audit:"
GUARD = "guard:"
CORRECTION = ("CL", "CS", "RSS", "right_to_wrong", "wrong_to_right")
SAID = 400  # characters of a reason; a terminal wraps it
DECISIONS = {"promote": "green", "keep": "yellow", "stop": "red"}

Score = dict[str, Any]


def scores_parts(scores: list[Score]) -> Iterable[RenderableType]:
    """The parts of a report, each after an empty line."""
    # runs of before there were notes have none
    scores = [{"note": None} | score for score in scores]
    promotions = [s for s in scores if s["metric"] == "promotion"]
    guards = [s for s in scores if s["metric"].startswith(GUARD)]
    second = [s for s in scores if s["metric"] in CORRECTION]
    audits = [s for s in scores if s["metric"].startswith(AUDIT)]
    if plain := [s for s in scores if s not in promotions + guards + second + audits]:
        yield from ("", _table(plain), *_notes(plain))
    if second:
        yield from ("", _beside("second answers", second))
    if audits:
        yield from ("", *_audits(audits))
    if promotions:
        yield from ("", *_promotions(promotions))
    if guards:
        yield from ("", _beside("drift guards", guards), *_tripped(guards))


def _notes(scores: list[Score]) -> Iterable[Text]:
    for iteration, note in dict.fromkeys((s["iteration"], s["note"]) for s in scores if s["note"]):
        yield Text(one_line(f"  {iteration}: {note}", SAID), style="yellow")


def _audits(audits: list[Score]) -> Iterable[Text]:
    yield Text("judges beside the truth", style="bold")
    for score in audits:
        if score["note"]:
            good = score["note"].startswith("good")
            line = Text(f"  {one_line(_model(score['iteration']), 30)}  ")
            yield line.append(one_line(score["note"], SAID), style="green" if good else "red")


def _promotions(promotions: list[Score]) -> Iterable[Text]:
    yield Text("promotion", style="bold")
    for score in promotions:
        word, _, why = (score["note"] or "").partition(": ")
        text = Text(f"  {one_line(score['iteration'], 30)}  ")
        text.append(f"{one_line(word, 8):<9}", style=DECISIONS.get(word, ""))
        text.append(one_line(why, SAID))
        yield text


def _beside(title: str, scores: list[Score]) -> RenderableType:
    """A row an evaluation, its metrics beside each other."""
    heads = {s["metric"]: s["metric"].removeprefix(GUARD).replace("_", " ") for s in scores}
    names = [one_line(head, 20) for head in heads.values()]
    table = columns(title, *names, right=(*names,))
    for place in dict.fromkeys(_place(s) for s in scores):
        found = {s["metric"]: s for s in scores if _place(s) == place}
        table.add_row(Text(_model(place[0])), *(_cell(found.get(metric)) for metric in heads))
    return table


def _place(score: Score) -> tuple[str, str]:
    """The iteration, and the table that was measured."""
    return score["iteration"], score["id"].rpartition("/")[0]


def _model(iteration: str) -> str:
    return "the base model" if iteration == "prepare" else one_line(iteration, 30)


def _cell(score: Score | None) -> Text:
    if score is None:
        return Text("")
    value = score["value"]
    text = "none" if value is None else f"{value:.0f}" if value >= 10 else f"{value:.3f}"
    return Text(text, style="red" if score["note"] and score["metric"].startswith(GUARD) else "")


def _tripped(guards: list[Score]) -> Iterable[Text]:
    for score in guards:
        if score["note"]:
            line = f"  {score['iteration']} tripped  {score['note']}"
            yield Text(one_line(line, SAID), style="red")


def _table(scores: list[Score]) -> RenderableType:
    """Scores over iterations, with their intervals."""
    right = ("score", "problems", "samples")
    table = columns("model of", "metric", "score", "95 % interval", "", *right[1:], right=right)
    for score in scores:
        value, low, high = score["value"], score["low"], score["high"]
        table.add_row(
            Text(_model(score["iteration"])),
            Text(one_line(score["metric"], 20)),
            Text("none" if value is None else f"{value:.3f}"),
            Text("" if low is None or high is None else f"{low:.3f} to {high:.3f}"),
            Text("█" * round(16 * min(value or 0.0, 1.0)), style="cyan"),
            Text(f"{score['problems']:,}"),
            Text(f"{score['samples']:,}"),
        )
    return table
