"""The picture of a run's scores over its iterations."""

import os
import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl

from flows.cli.scores import AUDIT, CORRECTION, GUARD
from flows.cli.terminal import one_line

__all__ = ["plot_scores"]

COLOURS = ("#1f6fb4", "#d1602b", "#3a8f4d", "#8a5fb0", "#b0903a", "#4a4a4a")
STYLE: dict[Any, Any] = {
    "font.size": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#888888",
    "axes.titlesize": 14,
    "axes.titlelocation": "left",
    "axes.titlepad": 14,
    "grid.color": "#e4e4e4",
    "legend.frameon": False,
    # names of runs and metrics are plain text, not formulas
    "text.parse_math": False,
}


def plot_scores(scores: list[dict[str, Any]], title: str, path: Path) -> None:
    """Each metric over the iterations with its 95 % intervals; the base model comes first, and its
    score goes on as a dashed line. The file name's ending chooses the format."""
    scores = [score for score in scores if _plotted(score)]
    mpl.use("Agg")
    import matplotlib.pyplot as plt

    names = list(dict.fromkeys(score["iteration"] for score in scores))
    metrics = list(dict.fromkeys(score["metric"] for score in scores))
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a glyph that the font lacks
        figure, axes = plt.subplots(figsize=(min(7 + 0.4 * len(names), 16), 4.6), dpi=150)
        for i, metric in enumerate(metrics):
            _metric(axes, scores, metric, names, COLOURS[i % len(COLOURS)])
        axes.set_ylim(0.0, 1.0)
        axes.set_xlim(-0.4, max(len(names) - 0.6, 0.6))
        step = -(-len(names) // 16)
        axes.set_xticks(range(0, len(names), step), [_short(name) for name in names[::step]])
        axes.set_xlabel("model after iteration")
        axes.set_ylabel("score, with its 95 % interval")
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        axes.set_title(one_line(title, 60))
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
        figure.tight_layout()
        aside = path.with_name(f".tmp-{os.getpid()}-{path.name}")
        try:
            figure.savefig(aside, format=path.suffix[1:] or "png")
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
            plt.close(figure)


def _plotted(score: dict[str, Any]) -> bool:
    """Whether it is an accuracy; what else is measured follows from these or has another unit."""
    metric = score["metric"]
    return metric not in ("promotion", *CORRECTION) and not metric.startswith((AUDIT, GUARD))


def _short(iteration: str) -> str:
    return (
        "base model"
        if iteration == "prepare"
        else one_line(iteration.removeprefix("iteration-"), 12)
    )


def _values(scores: list[dict[str, Any]], iteration: str) -> dict[str, float]:
    """The last value of each metric in an iteration."""
    here = (s for s in scores if s["iteration"] == iteration and s["value"] is not None)
    return {score["metric"]: score["value"] for score in here}


def _metric(
    axes: Any, scores: list[dict[str, Any]], metric: str, names: list[str], colour: str
) -> None:
    # the last evaluation of an iteration is the one of its model
    last = {s["iteration"]: s for s in scores if s["metric"] == metric and s["value"] is not None}
    x = [names.index(name) for name in last]
    y = [score["value"] for score in last.values()]
    low = [s["value"] if s["low"] is None else s["low"] for s in last.values()]
    high = [s["value"] if s["high"] is None else s["high"] for s in last.values()]
    label = one_line(metric, 24)
    axes.plot(
        x, y, "-o", color=colour, label=label, linewidth=2, markersize=7, zorder=3, clip_on=False
    )
    axes.vlines(x, low, high, color=colour, linewidth=2, alpha=0.45, zorder=2)
    axes.fill_between(x, low, high, color=colour, alpha=0.10, linewidth=0)
    for name, place, bottom, top in zip(last, x, low, high, strict=True):
        here = _values(scores, name)
        highest, lowest = max(here, key=here.__getitem__), min(reversed(here), key=here.__getitem__)
        if metric not in (highest, lowest):
            continue  # there is room for two figures; `ratchet show` has them all
        # beyond the interval's end, where no line passes; below it at an edge of the picture
        above = top < 0.93 if highest == lowest else metric == highest or bottom < 0.07
        at, offset = (top, 5) if above else (bottom, -15)
        text = f"{here[metric]:.3f}"
        axes.annotate(
            text, (place, at), (0, offset), textcoords="offset points", ha="center", color=colour
        )
    if "prepare" in last:
        base = last["prepare"]["value"]
        axes.plot([names.index("prepare")], [base], "o", color="white", markersize=4.5, zorder=4)
        axes.axhline(base, color=colour, linestyle=(0, (4, 4)), linewidth=1.2, alpha=0.7)
