"""Every mistake that a newcomer can make: one plain message with the remedy, exit code 2."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CODER = Path(__file__).parent / "scripted_coder.py"


@pytest.fixture
def settings(corner: dict[str, Any]) -> dict[str, Any]:
    return corner | {"model": f"scripted:{CODER}:answer", "sampling": {"n": 2, "max_tokens": 1000}}


def ratchet(
    folder: Path, *words: str, prefix: tuple[str, ...] = (), **environment: str
) -> "subprocess.CompletedProcess[str]":
    command = [*prefix, sys.executable, "-m", "flows.cli", *words]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=os.environ | {"RATCHET_RUNS": str(folder / "runs")} | environment,
        timeout=240,
        check=False,
    )


def run(folder: Path, settings: dict[str, Any], *words: str, **more: Any):
    flat = [f"{k}={json.dumps(v)}" for k, v in settings.items() if not isinstance(v, dict)]
    flat += [
        f"{k}.{inner}={json.dumps(value)}"
        for k, v in settings.items()
        if isinstance(v, dict)
        for inner, value in v.items()
    ]
    return ratchet(folder, "run", "selfcodealign", *flat, *words, "--plain", "--name", "r", **more)


def check(done: "subprocess.CompletedProcess[str]", *said: str) -> None:
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    for words in said:
        assert words in done.stderr, done.stderr


def test_a_misspelt_setting_gets_the_nearest_real_one(tmp_path, settings):
    check(run(tmp_path, settings, "shotz=3"), "shotz: no such setting", "did you mean shots?")
    assert not (tmp_path / "runs" / "r" / "prepare").exists()


def test_a_misspelt_flow_gets_the_nearest_real_one(tmp_path):
    check(ratchet(tmp_path, "run", "selfcodealing"), "Did you mean selfcodealign")


def test_a_missing_file_says_what_is_in_its_folder(tmp_path, settings):
    wrong = settings | {"held_out": settings["held_out"].replace("held_out", "hold_out")}
    check(run(tmp_path, wrong), "There is no file", "held_out.jsonl")


def test_a_missing_tree_is_named(tmp_path, settings):
    check(run(tmp_path, settings | {"tree": "no/such/tree"}), "no/such/tree is not a folder")


def test_a_wrong_column_is_named_with_its_nearest_and_how_to_rename_it(tmp_path, settings):
    problems = tmp_path / "p.jsonl"
    problems.write_text('{"instructions": "a", "tests": "assert f()", "solution": null}\n')
    wrong = settings | {"held_out": str(problems)}
    check(run(tmp_path, wrong), "needs instruction", ".rename(instructions='instruction')")


def test_an_unknown_model_says_where_was_looked(tmp_path, settings):
    check(
        run(tmp_path, settings | {"model": "nobody/no-such-model"}),
        "There is no model 'nobody/no-such-model'",
        "Check the spelling",
    )


def test_a_folder_without_weights_is_no_model(tmp_path, settings):
    (tmp_path / "empty").mkdir()
    check(run(tmp_path, settings | {"model": str(tmp_path / "empty")}), "no .safetensors weights")


def test_without_bubblewrap_the_run_is_refused_with_the_line_that_installs_it(tmp_path, settings):
    empty = tmp_path / "bin"
    empty.mkdir()
    done = run(tmp_path, settings, PATH=str(empty))
    check(done, "bubblewrap is not installed", "apt-get install bubblewrap")


def test_a_full_disk_loses_nothing_and_the_run_goes_on_after_space_was_made(tmp_path, settings):
    small = tmp_path / "runs"
    small.mkdir()
    script = f'mount -t tmpfs -o size=420k tmpfs {small} && exec "$@"'
    shell = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh")
    check(
        run(tmp_path, settings, prefix=shell),
        "The disk is full",
        "Nothing that was committed is lost",
        "ratchet resume r",
    )


def test_a_used_name_with_other_settings_is_refused_with_the_difference(tmp_path, settings):
    assert run(tmp_path, settings).returncode == 0
    check(run(tmp_path, settings, "seed=1"), "seed: 0 -> 1", "ratchet resume r", "--name")


def test_an_unknown_run_lists_those_there_are(tmp_path):
    check(ratchet(tmp_path, "show", "nothing"), "nothing")
    check(ratchet(tmp_path, "resume", "nothing"), "nothing")
