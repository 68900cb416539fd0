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
from peft.tuners.lora import LoraLayer
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
    return start.lower().startswith(("pissa", "olora", "corda"))


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
    _refuse_unsaveable(config, moves_weights(training))
    if config.init_lora_weights == "corda":
        model.to("cuda" if torch.cuda.is_available() else "cpu")

        def show() -> None:
            for row in samples[:ENOUGH]:
                model(input_ids=_batch([row], model)["input_ids"])

        preprocess_corda(model, config, show)
    return config


def _refuse_unsaveable(config: LoraConfig, moves: bool) -> None:
    """What peft would train, and then save or merge as something else, or fail to."""
    start = f"init_lora_weights = {config.init_lora_weights!r}"
    if start.endswith("'lora_ga'"):
        raise SettingError(f"{start} needs gradients that are not taken here: use 'eva' or 'corda'")
    patterns = config.rank_pattern or config.alpha_pattern
    wrong = {
        "use_dora": config.use_dora,
        "modules_to_save": config.modules_to_save,
        f'bias = "{config.bias}"': config.bias != "none",
        "use_rslora with rank_pattern or alpha_pattern": config.use_rslora and patterns,
    }
    if moves and (found := [name for name, given in wrong.items() if given]):
        raise SettingError(
            f"{start} moves weights into the adapter, and with {' and '.join(found)} they cannot "
            "be told apart again when it is saved. Leave one of the two out, or use 'eva'."
        )
    for name in ("layer_replication", "alora_invocation_tokens"):
        if getattr(config, name, None):
            raise SettingError(
                f"an adapter with {name} cannot be merged into its base; leave it out"
            )


def begin(model: Any, training: Training, samples: Sequence[Encoded], checkpoints: Path) -> None:
    """Once the adapter is on the model: a start from data, and a note of the start that `save`
    subtracts. A resumed training comes here too, and begins with the same."""
    if training.lora is None:
        return
    config: LoraConfig = model.peft_config["default"]
    tied = getattr(model.config, "tie_word_embeddings", False)
    if tied and isinstance(model.get_input_embeddings(), LoraLayer):
        raise SettingError(
            "target_modules has the input embeddings, which are the output's too in this model: "
            "merged, the adapter would change both, and it is trained on one. Put them into "
            "modules_to_save instead."
        )
    if config.init_lora_weights == "eva":
        groups = _wide_enough(samples[:ENOUGH], config, training.batch_size)
        batches = [_batch(group, model) for group in groups]
        initialize_lora_eva_weights(model, batches, show_progress_bar=False)
    if moves_weights(training):
        model.save_pretrained(str(checkpoints / "start"))


def _wide_enough(
    samples: Sequence[Encoded], config: LoraConfig, rows: int
) -> list[Sequence[Encoded]]:
    """Batches of at least so many tokens as EVA takes directions from each: it would wait for
    more for ever. Raises SettingError when there are too few."""
    eva: Any = config.eva_config
    wanted = round(max([config.r, *(config.rank_pattern or {}).values()]) * eva.rho)
    groups: list[list[Encoded]] = [[]]
    counted = 0
    for row in samples:
        if counted >= wanted and len(groups[-1]) >= rows:
            groups.append([])
            counted = 0
        groups[-1].append(row)
        counted += row.trained if eva.use_label_mask else len(row.ids)
    if counted < wanted:
        few = groups.pop()
        if not groups:
            raise SettingError(
                f"EVA looks for {wanted} directions (r times rho) in {counted} tokens: wanted at "
                "least as many. Lower r or rho, give it more rows, or let it look at whole rows: "
                '"eva_config": {"use_label_mask": false}.'
            )
        groups[-1] += few
    return [*groups]


def _batch(rows: Sequence[Encoded], model: torch.nn.Module) -> dict[str, torch.Tensor]:
    batch = collate(
        [{"input_ids": row.ids, "labels": row.labels, "weight": row.weight} for row in rows]
    )
    del batch["weights"]
    device = next(model.parameters()).device
    return {name: values.to(device) for name, values in batch.items()}


def save(model: PeftModel, folder: Path, training: Training, checkpoints: Path) -> None:
    """The adapter as one that fits on the base."""
    start = str(checkpoints / "start") if moves_weights(training) else None
    model.save_pretrained(str(folder), path_initial_model_for_weight_conversion=start)


def merged(base: str, adapter: Path) -> Any:
    """The base with the adapter in its weights: what was trained, also where the frozen weights
    were quantized."""
    return PeftModel.from_pretrained(load_model(base, "float32"), str(adapter)).merge_and_unload()
