"""Which checkpoints are trusted."""

import json
from pathlib import Path

import pytest

from pipeline.errors import RunError
from stages.training import Training


@pytest.mark.parametrize(
    ("file", "harm"),
    [
        ("trainer_state.json", "cut"),
        ("trainer_state.json", "gone"),
        ("model.safetensors", "cut"),
        ("optimizer.pt", "cut"),
        ("optimizer.pt", "gone"),
        ("scheduler.pt", "gone"),
        ("rng_state.pth", "cut"),
    ],
)
def test_a_torn_checkpoint_is_moved_aside_and_the_one_before_is_used(
    file: str, harm: str, tmp_path: Path
) -> None:
    import torch
    from safetensors.torch import save_file

    from stages.checkpoints import newest_checkpoint

    for step in (5, 10):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        save_file({"x": torch.zeros(100)}, folder / "model.safetensors")
        for name in ("optimizer.pt", "scheduler.pt", "rng_state.pth"):
            torch.save({"x": torch.zeros(100)}, folder / name)
        (folder / "trainer_state.json").write_text(json.dumps({"global_step": step}))
    assert newest_checkpoint(tmp_path) == tmp_path / "checkpoint-10"
    victim = tmp_path / "checkpoint-10" / file
    if harm == "gone":
        victim.unlink()
    else:
        victim.write_bytes(victim.read_bytes()[: victim.stat().st_size // 2])
    assert newest_checkpoint(tmp_path) == tmp_path / "checkpoint-5"
    assert file.split(".")[0] in (tmp_path / "torn-checkpoint-10/why.txt").read_text()


def test_a_model_named_by_another_path_is_no_other_model(tmp_path, monkeypatch):
    from stages.training_run import _refuse_another

    (tmp_path / "model").mkdir()
    monkeypatch.chdir(tmp_path)
    for model in ("model", str(tmp_path / "model"), "./model"):
        _refuse_another(tmp_path / "training.json", [model], ["row"], Training())
    with pytest.raises(RunError, match="another model"):
        _refuse_another(tmp_path / "training.json", ["other/model"], ["row"], Training())
