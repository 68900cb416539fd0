"""The loss, and the model that comes out."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ModelError, RunError, SettingError
from pipeline.pretrained import load_model
from stages.sft import prepare
from stages.training import Training


def trained(base: str, rows: Path, out: Path, training: Training) -> list[dict[str, Any]]:
    """Train in this process, which saves the imports."""
    from stages.sft_run import train

    events: list[dict[str, Any]] = []
    encoded = prepare({"model": base, "data": rows, "settings": training}).rows
    out.mkdir(exist_ok=True)
    train(
        base,
        encoded,
        out,
        training,
        lambda event, **values: events.append({"event": event, **values}),
    )
    return events


def test_the_loss_is_the_weighted_mean_over_the_trained_tokens_of_a_step(
    base_model: str, chat_rows: Path, tmp_path: Path
) -> None:
    import torch

    one = Training(max_steps=1, batch_size=20, max_length=100, save_steps=0)
    encoded = prepare({"model": base_model, "data": chat_rows, "settings": one}).rows
    model: Any = load_model(base_model, "float32")
    above, below = 0.0, 0.0
    with torch.no_grad():
        for row in encoded:
            scores = model(torch.tensor([row.ids])).logits[0].log_softmax(-1)
            losses = [-scores[i - 1, t].item() for i, t in enumerate(row.labels) if i and t >= 0]
            above += row.weight * sum(losses)
            below += row.weight * len(losses)
    by_hand = above / below
    whole = trained(base_model, chat_rows, tmp_path / "whole", one)
    parts = trained(
        base_model,
        chat_rows,
        tmp_path / "parts",
        Training(max_steps=1, batch_size=5, gradient_accumulation=4, max_length=100, save_steps=0),
    )
    assert whole[0]["loss"] == pytest.approx(by_hand, rel=1e-5)
    assert parts[0]["loss"] == pytest.approx(by_hand, rel=1e-5)
    weights = [
        load_model(str(tmp_path / name / "model"), "float32").get_input_embeddings().weight  # type: ignore[union-attr]
        for name in ("whole", "parts")
    ]
    # Adam's first step is the gradient's sign: equal gradients move every weight alike
    assert torch.allclose(weights[0], weights[1], atol=1e-7)  # type: ignore[arg-type]


def test_an_adapter_is_merged_into_the_model_and_kept_beside_it(
    base_model: str, chat_rows: Path, tmp_path: Path
) -> None:
    import torch
    from peft import PeftModel

    lora = {"r": 4, "lora_alpha": 8, "target_modules": ["q_proj", "v_proj"]}
    training = Training(max_steps=4, batch_size=4, learning_rate=1e-2, max_length=100, lora=lora)
    trained(base_model, chat_rows, tmp_path, training)
    merged: Any = load_model(str(tmp_path / "model"), "float32")
    before: Any = load_model(base_model, "float32")
    ids = torch.tensor([[5, 6, 7, 8]])
    adapted = PeftModel.from_pretrained(
        load_model(base_model, "float32"), str(tmp_path / "model/adapter")
    )
    assert torch.allclose(merged(ids).logits, adapted(ids).logits, atol=1e-5)
    assert not torch.allclose(merged(ids).logits, before(ids).logits, atol=1e-4)


def test_checkpoints_of_another_training_are_not_continued(
    base_model: str, chat_rows: Path, tmp_path: Path
) -> None:
    (tmp_path / ".checkpoints").mkdir()
    (tmp_path / ".checkpoints/training.json").write_text('{"model": "another"}')
    with pytest.raises(RunError, match="another model, other rows or other settings"):
        trained(base_model, chat_rows, tmp_path, Training(max_length=100))


def test_what_the_trainer_refuses_is_said_as_a_setting(
    base_model: str, chat_rows: Path, tmp_path: Path
) -> None:
    with pytest.raises(SettingError, match="no_such_schedule"):
        trained(
            base_model,
            chat_rows,
            tmp_path / "1",
            Training(schedule="no_such_schedule", max_length=100),
        )
    with pytest.raises(SettingError, match="rank"):
        trained(base_model, chat_rows, tmp_path / "2", Training(lora={"rank": 4}, max_length=100))


def test_a_diverged_training_says_so(base_model: str, chat_rows: Path, tmp_path: Path) -> None:
    wild = Training(
        max_steps=30, batch_size=4, learning_rate=1e30, warmup_ratio=0.0, max_length=100
    )
    with pytest.raises(ModelError, match="diverged"):
        trained(base_model, chat_rows, tmp_path, wild)
