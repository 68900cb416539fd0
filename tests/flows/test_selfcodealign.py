"""SelfCodeAlign with a scripted model: what each of its tables must hold."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data.shards import read_dropped
from flows.selfcodealign import selfcodealign

CODER = Path(__file__).parent / "scripted_coder.py"


def folder_of(run: Path, label: str) -> Path:
    phase, _, stage = label.partition("/")
    (found,) = (p for p in (run / phase).iterdir() if p.name.split("-", 1)[1] == stage)
    return found


def table(run: Path, label: str) -> pl.DataFrame:
    return pl.read_parquet(folder_of(run, label) / "*.parquet")


def reasons(run: Path, label: str) -> set[str]:
    return {r.split(":")[0] for r in read_dropped(folder_of(run, label))["dropped"]}


@pytest.fixture(scope="module")
def run(corner: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two iterations; one malformed held-out row, one file that is not Python in the tree."""
    folder = tmp_path_factory.mktemp("runs")
    held_out = folder / "held_out.jsonl"
    held_out.write_text(Path(corner["held_out"]).read_text() + '{"instruction": 7}\nnot json\n')
    tree = Path(corner["tree"])
    (tree / "broken.py").write_text("def f(:\n")
    settings = corner | {
        "model": f"scripted:{CODER}:answer",
        "held_out": str(held_out),
        "with_tests": False,
        "rounds": {"iterations": 2, "reference": "last", "window": "all"},
        "sampling": {"n": 6, "max_tokens": 1000},
    }
    selfcodealign.start(folder / "run", settings)
    return folder / "run"


def test_malformed_source_rows_are_dropped_with_their_place_and_reason(run):
    held_out = read_dropped(folder_of(run, "prepare/load-held-out"))["dropped"].to_list()
    assert len(held_out) == 2
    assert any("line 14: not JSON" in r for r in held_out)
    assert any(
        "broken.py" in r for r in read_dropped(folder_of(run, "prepare/find-functions"))["dropped"]
    )


def test_answers_without_code_or_end_are_dropped_with_their_reason(run):
    found = reasons(run, "iteration-0/write-response")
    assert "cut off" in found
    assert "no tests tag" in found


def test_a_program_that_prints_megabytes_is_a_verdict_like_any_other(run):
    executed = table(run, "iteration-0/execute")
    assert set(executed["verdict"]) >= {"passed", "failed", "error", "output_limit"}
    noisy = executed.filter(pl.col("program").str.contains("sys.stdout"))
    assert set(noisy["verdict"]) == {"output_limit"}
    assert noisy["stdout"].str.len_bytes().max() < 100_000  # type: ignore[operator]


def test_a_program_that_exits_before_its_tests_does_not_pass(run):
    forged = table(run, "iteration-0/execute").filter(pl.col("program").str.contains("_exit"))
    assert forged.height > 0
    assert "passed" not in forged["verdict"].to_list()


def test_tests_that_cannot_fail_are_dropped_each_with_its_reason(run):
    dropped = read_dropped(folder_of(run, "iteration-0/keep-sound-tests"))
    assert set(dropped["dropped"]) == {
        "weak tests: they call nothing of the program",
        "weak tests: a stub passes them too",
    }
    idle = dropped.filter(pl.col("tests").str.contains("1 + 1", literal=True))
    assert set(idle["dropped"]) == {"weak tests: they call nothing of the program"}


def test_one_response_a_task_is_trained_on_and_it_is_right(run):
    chosen = table(run, "iteration-0/select-responses")
    assert chosen["instruction"].n_unique() == chosen.height > 0
    assert chosen["program"].str.contains("sum(xs) +", literal=True).all()


def test_only_the_response_is_trained_on_and_the_window_grows(run):
    first = table(run, "iteration-0/train")
    messages = first["messages"][0].to_list()
    assert [m["role"] for m in messages] == ["user", "assistant"]
    assert [m["train"] for m in messages] == [False, True]
    assert "assert" not in messages[1]["content"]
    later = table(run, "iteration-1/train")
    assert set(first["id"]) < set(later["id"])


def test_the_hidden_tests_never_reach_the_loop(run, corner):
    hidden = set()
    for line in Path(corner["held_out"]).read_text().splitlines():
        hidden |= set(json.loads(line)["tests"].splitlines())
    for path in run.rglob("*.parquet"):
        frame = pl.read_parquet(path)
        if "prompt" in frame.columns:
            prompts = "\n".join(frame["prompt"].drop_nulls())
            assert not [test for test in hidden if test in prompts], path


def test_scores_of_the_base_model_and_of_each_iteration_are_kept(run):
    scores = pl.read_parquet(run / "scores.parquet").filter(metric="pass@1")
    assert scores["iteration"].to_list() == ["prepare", "iteration-0", "iteration-1"]
    assert scores["model"].n_unique() == 3
    assert (scores["low"] <= scores["value"]).all()
    assert (scores["value"] <= scores["high"]).all()


def test_each_iteration_has_its_promotion_and_its_drift_guards(run):
    scores = pl.read_parquet(run / "scores.parquet")
    promotions = scores.filter(metric="promotion")
    assert promotions["iteration"].to_list() == ["iteration-0", "iteration-1"]
    # the scripted coder answers alike, tuned or not
    assert promotions["note"].str.starts_with("promote: no measurable difference").all()
    guards = scores.filter(pl.col("metric").str.starts_with("guard:"), iteration="iteration-1")
    names = {m.removeprefix("guard:") for m in guards["metric"]}
    assert names == {"diversity", "length", "duplicates", "contamination"}


def test_no_row_vanishes_between_the_stages_of_an_iteration(run):
    for path in run.rglob(".stage.json"):
        record = json.loads(path.read_text())
        kept = pl.read_parquet(path.parent / "*.parquet")
        dropped = read_dropped(path.parent)
        assert record["rows_out"] == kept.height
        assert sum(record["dropped"].values()) == dropped.height, path.parent.name
        ids = set(kept["id"]) | set(dropped["id"]) if dropped.height else set(kept["id"])
        assert len(ids) == kept.height + dropped.height, path.parent.name


def test_every_trained_row_leads_back_to_a_function_of_the_tree(run):
    parents: dict[str, list[str]] = {}
    for path in run.rglob("*.parquet"):
        frame = pl.read_parquet(path)
        if "parents" in frame.columns:
            for name, above in frame.select("id", "parents").iter_rows():
                parents[name] = parents.get(name) or above
    functions = set(table(run, "prepare/find-functions")["id"])
    for name in table(run, "iteration-1/train")["id"]:
        while parents[name]:
            (name,) = parents[name]
        assert name in functions


def test_a_control_trains_on_as_many_answers_whatever_their_verdict(corner, tmp_path):
    settings = corner | {
        "model": f"scripted:{CODER}:answer",
        "rounds": {"iterations": 1},
        "control": True,
        "sampling": {"n": 4, "max_tokens": 1000},
    }
    selfcodealign.start(tmp_path / "run", settings)
    drawn = table(tmp_path / "run", "iteration-0/draw-control")
    sound = table(tmp_path / "run", "iteration-0/keep-sound-tests")
    assert drawn.height == sound.height
    assert drawn["verdict"].n_unique() > 1
