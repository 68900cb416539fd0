"""`ratchet show` and `ratchet runs`: finished, failed, stopped and running runs."""

import fcntl
import json
from pathlib import Path

import test_cli
from test_cli import LOOP, fail, run_toy

from flows.cli import main

there = test_cli.there


def test_show_counts_what_became_of_the_rows(capsys):
    run_toy("--name", "x")
    capsys.readouterr()
    assert main(["show", "x"]) == 0
    out = capsys.readouterr().out
    assert "has a 3" in out
    assert "the base model  pass@1  0.250  0.200 to 0.300" in out
    assert Path("runs/x/scores.png").read_bytes().startswith(b"\x89PNG")
    assert "plot: runs/x/scores.png" in out
    assert main(["show", "x", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    keep = [s for s in shown["stages"] if s["name"] == "2-keep"]
    assert [s["phase"] for s in keep] == ["iteration-0", "iteration-1"]
    for stage in keep:
        assert stage["rows_in"] == 200 == stage["rows_out"] + stage["dropped"]["has a 3"]
    assert [s["value"] for s in shown["scores"]] == [0.25, 0.5, 0.6]


def test_show_of_a_half_finished_run_has_the_progress_so_far_and_the_error(capsys):
    fail("model")
    capsys.readouterr()
    assert main(["show", "broken"]) == 0
    out = capsys.readouterr().out
    assert "unfinished: 128 of 200 rows so far" in out
    assert "failed: ModelError: the model is [bold]gone[/]; bring it back." in out
    assert "ratchet resume broken" in out
    assert "\x1b" not in out


def test_a_driven_run_is_running_and_one_without_a_driver_stopped(capsys):
    fail("model")
    record = Path("runs/broken/run.json")
    facts = json.loads(record.read_text()) | {"state": "running", "error": None}
    record.write_text(json.dumps(facts))

    def state() -> str:
        capsys.readouterr()
        main(["runs", "--json"])
        return json.loads(capsys.readouterr().out)["state"]

    assert state() == "stopped"
    with Path("runs/broken/.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert state() == "running"
        main(["show", "broken"])
        assert "under way: 128 of 200 rows so far" in capsys.readouterr().out


def test_show_marks_the_tables_of_code_that_changed(capsys):
    run_toy("--name", "x")
    Path("toy.py").write_text(LOOP + "\n# another thought\n")
    capsys.readouterr()
    main(["show", "x", "--json"])
    changed = {s["name"]: s["changed"] for s in json.loads(capsys.readouterr().out)["stages"]}
    assert changed == {"1-load": False, "1-answer": True, "2-keep": True}


def test_a_plot_goes_where_it_is_asked_to(capsys):
    run_toy("--name", "x")
    assert main(["show", "x", "--plot", "picture.svg"]) == 0
    assert "<svg" in Path("picture.svg").read_text()
    assert main(["show", "x", "--plot", "no/such/folder.png"]) == 0
    assert "No plot was written" in capsys.readouterr().err


def test_runs_lists_what_there_is(capsys):
    assert main(["runs"]) == 0
    assert "no run" in capsys.readouterr().out
    run_toy("--name", "first")
    run_toy("--name", "second", "iterations=1")
    capsys.readouterr()
    main(["runs"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:5] for line in lines[1:]] == [
        ["first", "toy-loop", "done", "2", "0.600"],
        ["second", "toy-loop", "done", "1", "0.500"],
    ]


def test_a_damaged_run_does_not_hide_the_others(capsys):
    run_toy("--name", "x")
    run_toy("--name", "y")
    Path("runs/x/run.json").write_text("{")
    capsys.readouterr()
    assert main(["runs", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["name"] == "y"
    assert "runs/x/run.json cannot be read" in said.err
    assert main(["show", "x"]) == 2


def test_a_damaged_run_alone_is_not_called_no_run(capsys):
    run_toy("--name", "x")
    Path("runs/x/run.json").write_text("{")
    capsys.readouterr()
    assert main(["runs"]) == 0
    said = capsys.readouterr()
    assert "runs/x/run.json cannot be read" in said.err
    assert "There is no run" not in said.out
