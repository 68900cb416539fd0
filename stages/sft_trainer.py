"""TRL's SFTTrainer with a weight per row, and checkpoints that are looked at before they are used.

Imported by the training process only: it pulls in torch and TRL (4 s).
"""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from transformers import TrainerCallback
from transformers.trainer_callback import PrinterCallback
from trl.trainer.sft_config import SFTConfig
from trl.trainer.sft_trainer import SFTTrainer

from stages.chat_tokens import IGNORED

__all__ = ["WeightedTrainer", "collate", "newest_checkpoint", "weighted_tokens"]


def collate(rows: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
    """Rows padded on the right. The pad's id is any: the mask hides it."""
    width = max(len(row["input_ids"]) for row in rows)

    def padded(column: str, filler: int) -> torch.Tensor:
        return torch.tensor([row[column] + [filler] * (width - len(row[column])) for row in rows])

    return {
        "input_ids": padded("input_ids", 0),
        "labels": padded("labels", IGNORED),
        "attention_mask": torch.tensor(
            [[1] * len(row["input_ids"]) + [0] * (width - len(row["input_ids"])) for row in rows]
        ),
        "weights": torch.tensor([row["weight"] for row in rows]),
    }


def weighted_tokens(batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """The tokens with loss, each counted as its row's weight: what the loss is divided by."""
    return ((batch["labels"][:, 1:] != IGNORED).sum(1) * batch["weights"]).sum()


class WeightedTrainer(SFTTrainer):
    """loss = sum(weight * token loss) / sum(weight * tokens), over a whole optimizer step: all
    its micro-batches and processes."""

    def __init__(self, report: Callable[[int, int, float, int], None], **options: Any) -> None:
        super().__init__(**options, data_collator=collate, callbacks=[_Report(report)])
        self.remove_callback(PrinterCallback)

    def _get_num_items_in_batch(self, batch_samples: list, device: torch.device) -> torch.Tensor:
        total = torch.stack([weighted_tokens(batch) for batch in batch_samples]).sum().to(device)
        return self.accelerator.gather(total).sum()  # type: ignore[union-attr]

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        weights = inputs.pop("weights")
        total = num_items_in_batch
        if total is None:
            total = weighted_tokens(inputs | {"weights": weights})

        def weighted(**given: Any) -> Any:
            outputs = model(**given)
            outputs.log_probs = outputs.log_probs * (weights / total)[:, None]
            return outputs

        wrapped: Any = weighted
        # TRL's own loss does the rest (mixture-of-experts terms, scaling over processes). It would
        # raise a total below 1 to 1, so it divides by one and the division is done above.
        return super().compute_loss(wrapped, inputs, return_outputs, torch.ones_like(total))

    def create_model_card(self, *_: Any, **__: Any) -> None:
        """None: a checkpoint is no publication, and the card asks services for links."""


class _Report(TrainerCallback):
    def __init__(self, report: Callable[[int, int, float, int], None]) -> None:
        self._report = report

    def on_log(self, args: SFTConfig, state: Any, control: Any, **given: Any) -> None:  # type: ignore[override]
        if state.is_world_process_zero and "loss" in (logs := given["logs"]):
            tokens = int(state.num_input_tokens_seen)
            self._report(state.global_step, state.max_steps, float(logs["loss"]), tokens)


def newest_checkpoint(folder: Path, move: bool = True) -> Path | None:
    """The newest whole checkpoint; torn ones are moved aside (by one process), since the trainer
    would stop at them: it writes checkpoints in place, so a kill tears the newest."""
    found = [p for p in folder.glob("checkpoint-*") if p.name.split("-")[1].isdigit()]
    for checkpoint in sorted(found, key=lambda p: int(p.name.split("-")[1]), reverse=True):
        if (reason := _torn(checkpoint)) and move:
            aside = folder / f"torn-{checkpoint.name}"
            number = 0
            while aside.exists():
                number += 1
                aside = folder / f"torn-{checkpoint.name}-{number}"
            checkpoint.rename(aside)
            (aside / "why.txt").write_text(reason + "\n")
        elif not reason:
            return checkpoint
    return None


def _torn(checkpoint: Path) -> str:
    try:
        state = json.loads((checkpoint / "trainer_state.json").read_bytes())
        if state["global_step"] != int(checkpoint.name.split("-")[1]):
            return f"trainer_state.json is of step {state['global_step']}"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"trainer_state.json: {error}"
    weights = sorted(checkpoint.glob("*.safetensors"))
    if not weights and not any(checkpoint.glob("pytorch_model_fsdp*")):
        return "no weights"
    for file in weights:
        try:  # reads the header, and compares the length that it states with the file's
            with safe_open(file, "pt"):
                pass
        except (SafetensorError, OSError) as error:
            return f"{file.name}: {error}"
    if not any(checkpoint.glob("optimizer*")):
        return "no optimizer"
    states = [checkpoint / "scheduler.pt", *checkpoint.glob("optimizer.pt")]
    random = sorted(checkpoint.glob("rng_state*.pth"))
    for file in [*states, *(random or [checkpoint / "rng_state.pth"])]:
        try:  # a torch file is a zip, whose directory is at its end
            with zipfile.ZipFile(file):
                pass
        except (OSError, zipfile.BadZipFile) as error:
            return f"{file.name}: {error}"
    return ""
