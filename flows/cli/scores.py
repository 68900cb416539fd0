"""What a run's scores say: accuracy over iterations, which models were promoted, what drifted."""

from collections.abc import Iterable
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from flows.cli.terminal import columns, one_line

__all__ = ["AUDIT", "CORRECTION", "GUARD", "scores_parts", "told_apart"]

AUDIT, GUARD = "audit:", "guard:"
CORRECTION = ("CL", "CS", "RSS", "right_to_wrong", "wrong_to_right")
SAID = 400  # characters of a reason; a terminal wraps it
DECISIONS = {"promote": "green", "keep": "yellow", "stop": "red"}

Score = dict[str, Any]


def scores_parts(scores: list[Score]) -> Iterable[RenderableType]:
    """The parts of a report, each after an empty line."""
    # runs of before there were notes have none
    scores = [{"note": None} | score for score in told_apart(scores)]
    promotions = [s for s in scores if s["metric"] == "promotion"]
    guards = [s for s in scores if s["metric"].startswith(GUARD)]
    second = [s for s in scores if s["metric"] in CORRECTION]
    audits = [s for s in scores if s["metric"].startswith(AUDIT)]
    if plain := [s for s in scores if s not in promotions + guards + second + audits]:
        yield from ("", _table(plain), *_notes(plain))
    if second:
        yield from ("", _beside("second answers", second))
    for judge in dict.fromkeys(s["metric"].split(":")[1] for s in audits):
        yield from ("", *_audit(judge, [s for s in audits if s["metric"].split(":")[1] == judge]))
    if promotions:
        yield from ("", *_promotions(promotions))
    if guards:
        yield from ("", _beside("drift guards", guards), *_tripped(guards))


def told_apart(scores: list[Score]) -> Iterable[Score]:
    """What was trained before the loop began is not the base model any more."""
    # what was measured of rows, not of a model, names none
    before = [score["model"] for score in scores if score["iteration"] == "prepare"]
    known = ["", *filter(None, before)][:2]
    for score in scores:
        later = score["iteration"] == "prepare" and score["model"] not in known
        yield score | {"iteration": "before iteration-0"} if later else score


def _notes(scores: list[Score]) -> Iterable[Text]:
    for iteration, note in dict.fromkeys((s["iteration"], s["note"]) for s in scores if s["note"]):
        yield Text(one_line(f"  {iteration}: {note}", SAID), style="yellow")


def _promotions(promotions: list[Score]) -> Iterable[Text]:
    yield Text("promotion", style="bold")
    for score in promotions:
        word, _, why = (score["note"] or "").partition(": ")
        text = Text(f"  {one_line(score['iteration'], 30)}  ")
        text.append(f"{one_line(word, 8):<9}", style=DECISIONS.get(word, ""))
        text.append(one_line(why, SAID))
        yield text


def _audit(judge: str, audits: list[Score]) -> Iterable[RenderableType]:
    """The judge's measures over all families; those of each are in the run's scores."""
    overall = [s for s in audits if s["metric"].count(":") == 2]
    yield _beside(f"judge {judge}", overall)
    for score in overall:
        if score["note"]:
            style = "red" if score["note"].startswith("not ") else "green"
            text = Text(f"  {one_line(score['iteration'], 30)}  ")
            yield text.append(one_line(score["note"], SAID), style=style)


def _beside(title: str, scores: list[Score]) -> RenderableType:
    """A row an evaluation, its metrics beside each other."""
    heads = {s["metric"]: s["metric"].rpartition(":")[2].replace("_", " ") for s in scores}
    names = [one_line(head, 20) for head in heads.values()]
    table = columns(title, *names, right=(*names,))
    for place in dict.fromkeys(_place(s) for s in scores):
        found = {s["metric"]: s for s in scores if _place(s) == place}
        of_models = all(metric in CORRECTION for metric in heads)
        name = _model(place[0]) if of_models else one_line(place[0], 30)
        table.add_row(Text(name), *(_cell(found.get(metric)) for metric in heads))
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
