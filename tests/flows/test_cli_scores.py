"""What `ratchet show` says of promotions and drift guards."""

import itertools
import json

import polars as pl
import test_cli
from matplotlib.figure import Figure
from test_cli import run_toy

from data.kinds import Score
from data.rows import polars_schema
from flows.cli import main
from flows.cli.plot import plot_scores
from flows.cli.scores import told_apart

there = test_cli.there


def add(path, metric, value, note, iteration="iteration-1"):
    row = {
        "id": f"{iteration}/2-grade/{metric}", "parents": [], "model": "m", "iteration": iteration,
        "metric": metric, "value": value, "low": float("nan"), "high": float("nan"),
        "problems": 40, "samples": 1, "note": note,
    }  # fmt: skip
    more = pl.DataFrame([row], schema=polars_schema(Score))
    pl.concat([pl.read_parquet(path), more]).write_parquet(path)


def test_show_says_which_models_were_promoted_and_what_drifted(there, capsys):
    run_toy("--name", "x")
    path = there / "runs" / "x" / "scores.parquet"
    add(path, "promotion", 0.25, "promote: measurably better, gain +0.250", "iteration-0")
    add(path, "promotion", -0.5, "keep: measurably worse, gain -0.500")
    add(path, "guard:length", 210.0, "length: 210 characters, 2.3 times the first iteration's")
    add(path, "guard:diversity", 0.5, None)
    capsys.readouterr()
    assert main(["show", "x"]) == 0
    out = capsys.readouterr().out
    assert "  iteration-0  promote  measurably better, gain +0.250" in out
    assert "  iteration-1  keep     measurably worse, gain -0.500" in out
    lines = [line.split() for line in out.splitlines()]
    assert ["drift", "guards", "length", "diversity"] in lines
    assert ["iteration-1", "210", "0.500"] in lines
    assert "iteration-1 tripped  length: 210 characters, 2.3 times" in out
    assert "guard:" not in out
    scored = [line for line in out.splitlines() if "40" in line.split()]
    assert len(scored) == 3, "promotions and guards stand in tables of their own"
    main(["show", "x", "--json"])
    shown = json.loads(capsys.readouterr().out)["scores"]
    assert [s["note"] for s in shown if s["metric"] == "guard:diversity"] == [None]


def test_show_says_which_judges_are_good_enough(there, capsys):
    run_toy("--name", "x")
    path = there / "runs" / "x" / "scores.parquet"
    add(path, "audit:self:balanced_accuracy", 0.8, "good enough: balanced accuracy of self is 0.80")
    add(path, "audit:self:recall", 0.9, None)
    capsys.readouterr()
    assert main(["show", "x"]) == 0
    out = capsys.readouterr().out
    assert "  iteration-1  good enough: balanced accuracy of self is 0.80" in out
    assert "audit:" not in out


def test_runs_of_before_there_were_notes_are_shown(there, capsys):
    run_toy("--name", "x")
    path = there / "runs" / "x" / "scores.parquet"
    pl.read_parquet(path).drop("note").write_parquet(path)
    capsys.readouterr()
    assert main(["show", "x"]) == 0
    assert "0.600" in capsys.readouterr().out


def test_what_second_answers_did_stands_in_one_line_an_iteration(there, capsys):
    run_toy("--name", "x")
    for iteration, value in (("iteration-0", 0.25), ("iteration-1", 2.5)):
        for metric in ("CL", "RSS", "right_to_wrong"):
            add(there / "runs" / "x" / "scores.parquet", metric, value, None, iteration)
    capsys.readouterr()
    main(["show", "x"])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    at = lines.index(["second", "answers", "CL", "RSS", "right", "to", "wrong"])
    assert lines[at + 1] == ["iteration-0", "0.250", "0.250", "0.250"]
    assert lines[at + 2] == ["iteration-1", "2.500", "2.500", "2.500"]


def test_an_audit_says_whether_a_judge_is_good_enough(there, capsys):
    run_toy("--name", "x")
    path = there / "runs" / "x" / "scores.parquet"
    for iteration in ("iteration-0", "iteration-1"):
        add(path, "audit:self:balanced_accuracy", 0.5, "not good enough: it is a coin", iteration)
        add(path, "audit:self:recall", 0.75, None, iteration)
        add(path, "audit:self:recall:gcd", 0.125, None, iteration)
    capsys.readouterr()
    main(["show", "x"])
    out = capsys.readouterr().out
    lines = [line.split() for line in out.splitlines()]
    at = lines.index(["judge", "self", "balanced", "accuracy", "recall"])
    assert lines[at + 2] == ["iteration-1", "0.500", "0.750"]
    assert "  iteration-1  not good enough: it is a coin" in out
    assert "0.125" not in out


def test_what_was_measured_of_no_model_makes_the_base_model_no_other():
    first = {"iteration": "prepare", "model": "", "metric": "audit:self:recall"}
    models = [first | {"model": model, "metric": "direct"} for model in ("base", "tuned")]
    told = [score["iteration"] for score in told_apart([first, *models])]
    assert told == ["prepare", "prepare", "before iteration-0"]


def test_a_note_on_a_score_stands_below_the_scores(there, capsys):
    run_toy("--name", "x")
    add(there / "runs" / "x" / "scores.parquet", "direct", 0.5, "3 dialogues left out: \x1b[31m")
    capsys.readouterr()
    main(["show", "x"])
    out = capsys.readouterr().out
    assert "iteration-1: 3 dialogues left out:" in out
    assert "\x1b" not in out


def test_only_accuracies_are_plotted(there, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "flows.cli.plot._metric", lambda axes, scores, metric, *_: drawn.append(metric)
    )
    metrics = ("pass@1", "refined", "CL", "RSS", "promotion", "guard:length", "audit:x:recall")
    scores = [
        {"iteration": "prepare", "model": "a", "metric": m, "value": 0.5, "low": None, "high": None}
        for m in metrics
    ]
    plot_scores(scores, "x", there / "x.png")
    assert drawn == ["pass@1", "refined"]


def test_what_was_trained_before_the_loop_is_not_plotted_as_the_base_model(there, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "flows.cli.plot._metric", lambda axes, scores, metric, names, colour: drawn.append(names)
    )
    scores = [
        {"iteration": phase, "model": m, "metric": "direct", "value": 0.5, "low": None, "high": 1.0}
        for phase, m in (("prepare", "a"), ("prepare", "b"), ("iteration-0", "c"))
    ]
    plot_scores(scores, "x", there / "x.png")
    assert drawn == [["prepare", "before iteration-0", "iteration-0"]]


def test_figures_of_two_close_metrics_do_not_lie_on_each_other(there, monkeypatch):
    boxes, save = [], Figure.savefig

    def measure(figure, *args, **settings):
        boxes.extend(text.get_window_extent() for axes in figure.axes for text in axes.texts)
        save(figure, *args, **settings)

    monkeypatch.setattr(Figure, "savefig", measure)
    values = {"direct": (0.596, 0.65, 0.675), "refined": (0.588, 0.65, 0.567)}
    scores = [
        {
            "iteration": iteration, "model": iteration, "metric": metric, "value": value,
            "low": value - 0.06, "high": value + 0.06,
        }
        for metric, of in values.items()
        for iteration, value in zip(("prepare", "iteration-0", "iteration-1"), of, strict=True)
    ]  # fmt: skip
    plot_scores(scores, "x", there / "x.png")
    assert len(boxes) == 6
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
