"""One training, from rows as tokens to a folder with the model, whatever the trainer.

Resumable: a checkpoint holds the weights, the optimizer, the schedule and the random states, and
the order of the rows follows from the seed; so on a CPU with a fixed number of threads the weights
after a kill equal those of an unbroken run, bit by bit.
"""

import hashlib
import json
import math
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from transformers import Trainer, TrainerCallback

from pipeline.errors import ModelError, RunError, SettingError
from pipeline.pretrained import load_config, load_model, load_tokenizer
from stages import adapters
from stages.chat_tokens import Encoded
from stages.checkpoints import newest_checkpoint
from stages.training import Training

__all__ = ["Report", "arguments", "carry_out", "load"]

REPORTS = 200  # progress events in a training, at most; each makes the device wait

Say = Callable[..., None]


def carry_out(
    build: Callable[[Path], Trainer],
    models: Sequence[str],
    rows: Sequence[Any],
    samples: Sequence[Encoded],
    out: Path,
    training: Training,
    say: Say,
) -> None:
    """Train what `build` makes (given the folder of its checkpoints), and put the result in
    `out`/model. `models` are the one to train and those it is compared with; `samples` are texts
    like those it will see. Raises UserError for what cannot work."""
    torch.set_num_threads(training.threads)
    checkpoints = out / ".checkpoints"
    checkpoints.mkdir(exist_ok=True)
    _refuse_another(checkpoints / "training.json", models, rows, training)
    try:
        trainer = build(checkpoints)
        adapters.begin(trainer.model, training, samples, checkpoints)
    except (ValueError, TypeError) as error:
        raise SettingError(f"the trainer refuses these settings: {error}") from error
    if training.lora is not None and _sharded(trainer):
        raise SettingError(
            "an adapter cannot be merged into weights that are spread over processes (FSDP, "
            "DeepSpeed). Use plain data parallelism with LoRA, or lora = None."
        )
    checkpoint = newest_checkpoint(checkpoints, move=trainer.is_world_process_zero())
    if checkpoint is not None:
        say("resume", step=int(checkpoint.name.split("-")[1]))
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    _publish(trainer, models[0], out, training)
    if trainer.is_world_process_zero():
        shutil.rmtree(checkpoints)


def _refuse_another(
    path: Path, models: Sequence[str], rows: Sequence[Any], training: Training
) -> None:
    """Checkpoints of another training must not be continued."""
    tokens = hashlib.sha256()
    for row in rows:
        tokens.update(repr(row).encode())
    settings = training.plain() | {"threads": None, "save_steps": None}
    # a run may be started by a relative path, and is resumed by its full one
    places = [os.path.realpath(model) if os.path.isdir(model) else model for model in models]
    this = {"models": places, "tokens": tokens.hexdigest(), "settings": settings}
    if not path.exists():
        aside = path.with_suffix(f".{os.getpid()}")
        aside.write_text(json.dumps(this))
        aside.replace(path)
    elif json.loads(path.read_text()) != this:
        raise RunError(
            f"{path.parent} holds checkpoints of a training with another model, other rows or "
            "other settings. Finish that one, or delete the folder to start over."
        )


def load(name: str, training: Training) -> Any:
    """The weights as they are trained: kept in float32 (a small step is lost in bf16) and computed
    in bf16 on a GPU. Under LoRA the frozen ones stay as they are stored, unless a part of them goes
    into the adapter."""
    frozen = training.lora is not None and not adapters.moves_weights(training)
    dtype = "auto" if torch.cuda.is_available() and frozen else "float32"
    stored = load_config(name)
    dropouts = (
        {} if training.dropout is None else dict.fromkeys(_dropouts(stored), training.dropout)
    )
    return load_model(name, dtype, **dropouts, **adapters.quantized(training))


def _dropouts(config: Any) -> list[str]:
    """The settings of a model that are dropout rates, whatever its family calls them."""
    return [k for k, v in config.to_dict().items() if "drop" in k and isinstance(v, float)]


def arguments(training: Training, rows: int, folder: Path) -> dict[str, Any]:
    """Keyword arguments of transformers.TrainingArguments."""
    gpu = torch.cuda.is_available()
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    rows_a_step = training.batch_size * training.gradient_accumulation * processes
    steps = training.max_steps or math.ceil(rows / rows_a_step * training.epochs)
    return {
        "output_dir": str(folder),
        "num_train_epochs": training.epochs,
        "max_steps": training.max_steps or -1,
        "learning_rate": training.learning_rate,
        "per_device_train_batch_size": training.batch_size,
        "gradient_accumulation_steps": training.gradient_accumulation,
        "warmup_steps": training.warmup_ratio,  # below 1 it is a share of the steps
        "lr_scheduler_type": training.schedule,
        "weight_decay": training.weight_decay,
        "max_grad_norm": training.max_grad_norm,
        "optim": training.optimizer,
        "seed": training.seed % 2**32,
        "max_length": None,
        "gradient_checkpointing": training.gradient_checkpointing,
        "bf16": gpu and torch.cuda.is_bf16_supported(),
        "use_cpu": not gpu,
        "dataloader_pin_memory": gpu,
        "save_strategy": "steps" if training.save_steps else "no",
        "save_steps": training.save_steps or 500,
        "save_total_limit": 2,
        "logging_steps": max(1, steps // REPORTS),
        "logging_nan_inf_filter": False,
        "include_num_input_tokens_seen": "non_padding",
        "report_to": "none",
        "disable_tqdm": True,
        "remove_unused_columns": False,
    }


class Report(TrainerCallback):
    """Says the progress; raises ModelError when the training diverges."""

    def __init__(self, training: Training, say: Say) -> None:
        self._training, self._say = training, say

    def on_log(self, args: Any, state: Any, control: Any, **given: Any) -> None:  # type: ignore[override]
        if not (state.is_world_process_zero and "loss" in (logs := given["logs"])):
            return
        step, loss = state.global_step, float(logs["loss"])
        if not math.isfinite(loss):
            raise ModelError(
                f"the loss became {loss} by step {step}: the training diverged. Lower the learning "
                f"rate ({self._training.learning_rate}) or raise warmup_ratio "
                f"({self._training.warmup_ratio})."
            )
        tokens = int(state.num_input_tokens_seen)
        self._say("progress", step=step, steps=state.max_steps, loss=loss, tokens=tokens)


def _sharded(trainer: Trainer) -> bool:
    return bool(trainer.is_fsdp_enabled or trainer.is_deepspeed_enabled)


def _publish(trainer: Trainer, name: str, out: Path, training: Training) -> None:
    """The model as every engine loads it, in the number format of the one it came from."""
    aside = out / ".model-unfinished"
    if trainer.is_world_process_zero():
        shutil.rmtree(aside, ignore_errors=True)
    module: Any = trainer.accelerator.unwrap_model(trainer.model)
    dtype = load_config(name).dtype or torch.float32
    if isinstance(module, PeftModel):
        if trainer.is_world_process_zero():
            adapters.save(module, aside / "adapter", training, out / ".checkpoints")
            adapters.merged(name, aside / "adapter").to(dtype).save_pretrained(aside)
    else:
        if not _sharded(trainer):
            module.to(dtype)
        trainer.save_model(str(aside))  # on all processes: it gathers what is spread over them
    if trainer.is_world_process_zero():
        (aside / "training_args.bin").unlink(missing_ok=True)  # a pickle
        load_tokenizer(name).save_pretrained(aside)
        for path in [*aside.rglob("*"), aside]:
            _sync(path)
        aside.rename(out / "model")
        _sync(out)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
