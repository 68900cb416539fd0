"""Adapters: LoRA and its kin, by the keyword arguments of peft.LoraConfig alone.

Some start from the weights (PiSSA, OLoRA) or from data (EVA, CorDA: the rows to train on). PiSSA,
OLoRA and CorDA move a part of the weights into the adapter, so that without it the model is not
the base; it is saved as what it changes (W' - W), which fits on the base like any adapter.
"""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel
from peft.tuners.lora.config import CordaConfig, EvaConfig
from peft.tuners.lora.corda import preprocess_corda
from peft.tuners.lora.eva import initialize_lora_eva_weights

from pipeline.errors import SettingError
from pipeline.pretrained import load_model
from stages.chat_tokens import Encoded
from stages.padding import collate
from stages.training import Training

__all__ = ["around", "begin", "merged", "moves_weights", "quantized", "save"]

ENOUGH = 256  # rows that a start from data looks at; the authors of CorDA found it enough


def moves_weights(training: Training) -> bool:
    start = str((training.lora or {}).get("init_lora_weights", ""))
    return start.startswith(("pissa", "olora", "corda"))


def quantized(training: Training) -> dict[str, Any]:
    """What loads the frozen weights in few bits (QLoRA). Raises SettingError without the library
    for it."""
    if training.quantization is None:
        return {}
    if importlib.util.find_spec("bitsandbytes") is None:
        raise SettingError(
            "quantization needs bitsandbytes, which is not installed here: `pip install "
            "bitsandbytes`, or leave quantization out (lora alone trains on full weights)."
        )
    from transformers import BitsAndBytesConfig

    return {"quantization_config": BitsAndBytesConfig(**training.quantization)}


def around(
    model: torch.nn.Module, training: Training, samples: Sequence[Encoded]
) -> LoraConfig | None:
    """The adapter that the settings describe; `model` is made ready for it."""
    if training.lora is None:
        return None
    given: dict[str, Any] = {"task_type": "CAUSAL_LM", **training.lora}
    for name, kind in (("eva_config", EvaConfig), ("corda_config", CordaConfig)):
        if isinstance(given.get(name), dict):
            given[name] = kind(**given[name])
    if given.get("init_lora_weights") == "corda":
        given.setdefault("corda_config", CordaConfig())
    config = LoraConfig(**given)
    if config.init_lora_weights == "corda":
        model.to("cuda" if torch.cuda.is_available() else "cpu")

        def show() -> None:
            for batch in _batches(samples, 1, model):
                model(input_ids=batch["input_ids"])

        preprocess_corda(model, config, show)
    return config


def begin(model: Any, training: Training, samples: Sequence[Encoded], checkpoints: Path) -> None:
    """Once the adapter is on the model: a start from data, and a note of the start that `save`
    subtracts. A resumed training comes here too, and begins with the same."""
    if training.lora is None:
        return
    if training.lora.get("init_lora_weights") == "eva":
        batches = list(_batches(samples, training.batch_size, model))
        initialize_lora_eva_weights(model, batches, show_progress_bar=False)
    if moves_weights(training):
        model.save_pretrained(str(checkpoints / "start"))


def _batches(samples: Sequence[Encoded], size: int, model: torch.nn.Module) -> Any:
    device = next(model.parameters()).device
    for start in range(0, min(len(samples), ENOUGH), size):
        rows = [
            {"input_ids": row.ids, "labels": row.labels, "weight": row.weight}
            for row in samples[start : start + size]
        ]
        batch = collate(rows)
        del batch["weights"]
        yield {name: values.to(device) for name, values in batch.items()}


def save(model: PeftModel, folder: Path, training: Training, checkpoints: Path) -> None:
    """The adapter as one that fits on the base."""
    start = str(checkpoints / "start") if moves_weights(training) else None
    model.save_pretrained(str(folder), path_initial_model_for_weight_conversion=start)


def merged(base: str, adapter: Path) -> Any:
    """The base with the adapter in its weights: what was trained, also where the frozen weights
    were quantized."""
    return PeftModel.from_pretrained(load_model(base, "float32"), str(adapter)).merge_and_unload()
