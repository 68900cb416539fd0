"""The training stage: what happens around the trainer. What the trainer does is in test_sft."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from data.kinds import Chat
from data.shards import read_dropped
from data.sources import records
from data.tiny import BASE
from pipeline.errors import ModelError
from pipeline.flow import Flow
from pipeline.load import load
from pipeline.model import Model
from pipeline.run import Run
from stages.train import Training, fine_tune
from stages.trainer_process import SUPERVISED

QUICK = Training(batch_size=2, max_steps=2, save_steps=0, learning_rate=1e-4)


def chat(text: str) -> dict[str, object]:
    return {
        "messages": [
            {"role": "user", "content": "Say it.", "train": False},
            {"role": "assistant", "content": text, "train": True},
        ],
        "weight": 1.0,
    }


def test_a_model_and_rows_go_in_and_a_model_comes_out(tmp_path):
    found = []

    def loop(run: Run) -> None:
        rows = load(records([chat("one"), chat("two"), chat("long " * 2000)]), Chat)
        found.append(fine_tune(Model(BASE), rows, QUICK))

    Flow(loop, "loop").start(tmp_path / "run", {})
    assert found[0].fingerprint != Model(BASE).fingerprint
    folder = tmp_path / "run" / "prepare" / "2-train"
    assert pl.read_parquet(folder / "*.parquet").height == 2
    (reason,) = read_dropped(folder)["dropped"]
    assert reason.startswith("too long")
    record = json.loads((folder / ".stage.json").read_text())
    assert record["rows_in"] == 3
    assert record["dropped"] == {"too long": 1}
    assert record["tokens"] > 0


def test_no_row_to_train_on_says_where_to_look(tmp_path):
    def loop(run: Run) -> None:
        fine_tune(Model(BASE), load(records([]), Chat), QUICK)

    with pytest.raises(ModelError, match=r"no row is left to train on.*ratchet show run"):
        Flow(loop, "loop").start(tmp_path / "run", {})


def test_a_model_that_is_nowhere_is_a_users_mistake(tmp_path):
    def loop(run: Run) -> None:
        fine_tune(Model("no/such-model"), load(records([chat("a")]), Chat), QUICK)

    with pytest.raises(ModelError, match="There is no model 'no/such-model'"):
        Flow(loop, "loop").start(tmp_path / "run", {})


def test_the_trainer_ends_when_its_driver_does(tmp_path):
    os.mkfifo(tmp_path / "spec.json")  # it waits for its settings, as for anything long
    read, write = os.pipe()
    child = subprocess.Popen(
        [sys.executable, "-m", "stages.sft", str(tmp_path / "spec.json")],
        stdin=read,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {SUPERVISED: "1"},
    )
    os.close(read)
    try:
        time.sleep(2)
        os.close(write)
        assert child.wait(timeout=10) == 1
    finally:
        child.kill()


def test_rows_that_cannot_be_trained_on_all_stop_the_stage_with_the_reason(tmp_path: Path):
    def loop(run: Run) -> None:
        fine_tune(Model(BASE), load(records([chat("long " * 2000)]), Chat), QUICK)

    with pytest.raises(ModelError, match="too long"):
        Flow(loop, "loop").start(tmp_path / "run", {})
