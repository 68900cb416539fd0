"""What the commands say of the folders that hold the runs."""

from pathlib import Path

import pytest
import test_cli
from test_cli import run_toy

from flows.cli import main

there = test_cli.there


def test_a_start_that_came_to_nothing_binds_nobody_and_says_so(capsys):
    assert main(["run", "./toy.py", "path=nothing.jsonl", "--plain", "--name", "x"]) == 2
    err = capsys.readouterr().err
    assert "There is no file nothing.jsonl" in err
    assert "resume" not in err
    assert "keeps its settings" not in err
    assert run_toy("--name", "x") == 0


def test_what_to_type_next_names_the_folder_of_the_runs_where_it_was_given(capsys):
    Path("trouble").write_text("model")
    assert run_toy("--name", "x", "--runs", "my runs") == 2
    assert "ratchet resume x --runs 'my runs'" in capsys.readouterr().err
    assert main(["show", "x", "--runs", "my runs"]) == 0
    assert "ratchet resume x --runs 'my runs'" in capsys.readouterr().out
    Path("trouble").unlink()
    assert main(["resume", "x", "--plain", "--runs", "my runs"]) == 0
    assert "ratchet show x --runs " in capsys.readouterr().out


@pytest.mark.parametrize("folder", ["toy.py", "/proc/nothing"])
def test_a_folder_that_cannot_hold_runs_is_named(folder, capsys):
    assert run_toy("--name", "x", "--runs", folder) == 2
    assert f"The folder {folder}/x cannot be written to" in capsys.readouterr().err
