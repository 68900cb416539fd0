"""Training in a child process: the loss, the model that comes out, and what a kill costs."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import trainings
from trainings import ROOT, finished, kill_at

from pipeline.engine import Request, Sampling
from pipeline.errors import SettingError
from pipeline.pretrained import load_tokenizer
from pipeline.transformers_engine import TransformersEngine
from stages.sft import check, prepare
from stages.training import Training

QUICK = Training(
    epochs=8,
    batch_size=4,
    learning_rate=1e-2,
    max_length=100,
    save_steps=3,
    dropout=0.1,
    seed=2**40,
)


def start(model: str, rows: Path, out: Path, training: Training) -> "subprocess.Popen[str]":
    spec = {"model": model, "data": str(rows), "settings": training.plain()}
    return trainings.start("stages.sft", out, **spec)


def test_a_killed_training_resumes_to_the_same_weights_bit_by_bit(
    base_model: str, chat_rows: Path, tmp_path: Path
) -> None:
    whole = start(base_model, chat_rows, tmp_path / "whole", QUICK)
    killed = start(base_model, chat_rows, tmp_path / "killed", QUICK)
    kill_at(killed, 14)
    assert not (tmp_path / "killed/model").exists()
    code, events = finished(whole)
    assert code == 0, (tmp_path / "whole/.log.txt").read_text()
    first, *progress, done = events
    assert (first["event"], first["rows"], first["excluded"]) == ("data", 20, 1)
    assert [event["step"] for event in progress] == list(range(1, 41))
    assert progress[-1]["tokens"] == 8 * first["tokens"]
    assert progress[-1]["loss"] < 0.5 * progress[0]["loss"]
    assert done["event"] == "done"
    (line,) = (tmp_path / "whole/.excluded.jsonl").read_text().splitlines()
    assert json.loads(line)["id"] == "row-20"
    assert sorted(p.name for p in (tmp_path / "whole").iterdir() if not p.name.startswith(".")) == [
        "model"
    ]

    code, events = finished(start(base_model, chat_rows, tmp_path / "killed", QUICK))
    assert code == 0
    assert events[1]["event"] == "resume"
    assert events[1]["step"] >= 9
    assert [e["step"] for e in events if e["event"] == "progress"][-1] == 40
    weights = [
        (tmp_path / name / "model/model.safetensors").read_bytes() for name in ("whole", "killed")
    ]
    assert weights[0] == weights[1]

    code, events = finished(start(base_model, chat_rows, tmp_path / "killed", QUICK))
    assert (code, [event["event"] for event in events]) == (0, ["data", "done"])

    engine = TransformersEngine(str(tmp_path / "whole/model"), device="cpu")
    prompt = "### Instruction\nqq\n\n### Response\n"
    (batch,) = engine.complete([Request(prompt, (0,))], Sampling(max_tokens=20, temperature=0))
    assert batch[0][0].text
    assert set(batch[0][0].text) <= set("yes")
    assert engine.tokenizer.chat_template == load_tokenizer(base_model).chat_template


def test_a_users_mistake_is_an_error_event_and_nothing_else_is_on_stdout(
    base_model: str, chat_rows: Path, tmp_path: Path
) -> None:
    shutil.copytree(base_model, tmp_path / "bare")
    (tmp_path / "bare/chat_template.jinja").unlink()
    code, events = finished(start(str(tmp_path / "bare"), chat_rows, tmp_path / "out", QUICK))
    assert code == 2
    (event,) = events
    assert event["event"] == "error"
    assert "has no chat template" in event["message"]


def test_settings_go_through_json_and_unknown_ones_are_refused() -> None:
    assert Training.from_plain(json.loads(json.dumps(QUICK.plain()))) == QUICK
    with pytest.raises(SettingError, match=r"learning_rat: .*learning_rate.*epochs: '3'"):
        Training.from_plain({"learning_rat": 1, "epochs": "3"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_steps": 0},
        {"gradient_accumulation": 0},
        {"save_steps": -1},
        {"warmup_ratio": 1.0},
        {"warmup_ratio": -0.1},
        {"weight_decay": -1.0},
        {"max_grad_norm": -1.0},
        {"dropout": 1.5},
        {"epochs": float("inf")},
    ],
)
def test_a_number_that_cannot_be_is_refused_before_any_work(wrong: dict[str, Any]) -> None:
    ((name, value),) = wrong.items()
    with pytest.raises(SettingError, match=f"^{name} is {value}, wanted"):
        Training(**wrong)


def test_the_table_is_checked_without_torch_being_imported_with_the_module(
    base_model: str, chat_rows: Path
) -> None:
    code = "import sys, stages.sft; sys.exit(bool({'torch', 'trl'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
    found = check(base_model, chat_rows, QUICK)
    spec = {"model": base_model, "data": chat_rows, "settings": QUICK}
    assert (found.rows, found.longest) == (
        20,
        max(len(r.ids) for r in prepare(spec).rows),
    )
    assert [name for name, _ in found.excluded] == ["row-20"]
