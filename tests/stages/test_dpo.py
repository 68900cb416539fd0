"""Preference training in a child process: what comes out, and what a kill costs."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from trainings import ROOT, finished, kill_at, start

from pipeline.errors import SettingError
from stages.preference import Preference

QUICK = Preference(
    epochs=4,
    batch_size=4,
    learning_rate=1e-2,
    max_length=100,
    save_steps=3,
    dropout=0.1,
    losses={"sigmoid": 1.0, "sft": 0.2},
    seed=2**40,
)


@pytest.mark.parametrize("lora", [None, {"r": 4, "target_modules": ["q_proj", "v_proj"]}])
def test_a_killed_preference_training_resumes_to_the_same_weights_bit_by_bit(
    base_model: str, pair_rows: Path, tmp_path: Path, lora: dict[str, Any] | None
) -> None:
    settings = QUICK.plain() | {"lora": lora}
    spec = {"model": base_model, "reference": base_model, "data": str(pair_rows)}
    spec |= {"settings": settings}
    whole = start("stages.dpo", tmp_path / "whole", **spec)
    kill_at(start("stages.dpo", tmp_path / "killed", **spec), 8)
    assert not (tmp_path / "killed/model").exists()
    code, events = finished(whole)
    assert code == 0, (tmp_path / "whole/.log.txt").read_text()
    first, *progress, done = events
    assert (first["event"], first["rows"], first["excluded"]) == ("data", 20, 2)
    assert [event["step"] for event in progress] == list(range(1, 21))
    assert progress[-1]["tokens"] == 4 * first["tokens"]
    assert progress[-1]["loss"] < progress[0]["loss"]
    assert done["event"] == "done"
    lines = (tmp_path / "whole/.excluded.jsonl").read_text().splitlines()
    reasons = {row["id"]: row["reason"] for row in map(json.loads, lines)}
    assert reasons["pair-20"].startswith("too long: rejected, ")
    assert reasons["pair-21"].startswith("no difference: ")
    there = [p.name for p in (tmp_path / "whole").iterdir() if not p.name.startswith(".")]
    assert there == ["model"]

    code, events = finished(start("stages.dpo", tmp_path / "killed", **spec))
    assert code == 0
    assert events[1]["event"] == "resume"
    assert events[1]["step"] >= 3
    weights = [
        (tmp_path / name / "model/model.safetensors").read_bytes() for name in ("whole", "killed")
    ]
    assert weights[0] == weights[1]


def test_preference_settings_go_through_json_and_wrong_ones_are_refused_before_any_work() -> None:
    assert Preference.from_plain(json.loads(json.dumps(QUICK.plain()))) == QUICK
    with pytest.raises(SettingError, match=r"no 'sigmod'; there is sigmoid"):
        Preference(losses={"sigmod": 1.0})
    with pytest.raises(SettingError, match=r"weight of sft is 0.*beta is -1"):
        Preference(losses={"sft": 0.0}, beta=-1)
    with pytest.raises(SettingError, match="at least one of"):
        Preference(losses={})
    with pytest.raises(SettingError, match="losses: 'sigmoid' is no dict"):
        Preference.from_plain({"losses": "sigmoid"})


def test_importing_the_preference_trainer_imports_no_torch() -> None:
    code = "import sys, stages.dpo; sys.exit(bool({'torch', 'trl'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
