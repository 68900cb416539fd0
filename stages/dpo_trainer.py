"""TRL's DPOTrainer with a weight per pair, and losses without a reference beside its own.

The reference scores every pair once, before the training; then its memory is free. (TRL's way
with LoRA is to switch the adapter off, but then PiSSA's and CorDA's model is not the base.)

Imported by the training process only: it pulls in torch and TRL (4 s).
"""

from types import SimpleNamespace
from typing import Any

import torch
from datasets import Dataset
from torch.nn.functional import logsigmoid
from torch.utils.data import DataLoader
from transformers import TrainerCallback
from transformers.trainer_callback import PrinterCallback
from trl.trainer.dpo_trainer import DPOTrainer

from stages.chat_tokens import IGNORED
from stages.padding import collate
from stages.preference import Preference

__all__ = ["OWN", "PreferenceTrainer"]

OWN = ("simpo", "cpo", "orpo")  # TRL keeps these in experimental trainers with their own tokens


def collate_pairs(rows: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
    """All chosen answers, then all rejected ones, as TRL wants them."""
    sides = [
        {"input_ids": r[f"{side}_ids"], "labels": r[f"{side}_labels"], "weight": r["weight"]}
        for side in ("chosen", "rejected")
        for r in rows
    ]
    batch = collate(sides)
    batch["completion_mask"] = (batch.pop("labels") != IGNORED).long()
    batch["weights"] = batch["weights"][: len(rows)]
    for side in ("chosen", "rejected"):
        if (column := f"ref_{side}_logps") in rows[0]:
            batch[column] = torch.tensor([row[column] for row in rows])
    return batch


class PreferenceTrainer(DPOTrainer):
    """loss = sum(weight * pair's loss) / sum(weight), over a whole optimizer step: all its
    micro-batches and processes."""

    loss_is_scaled_for_ga = True

    def __init__(self, report: TrainerCallback, settings: Preference, **options: Any) -> None:
        self._settings = settings
        super().__init__(**options, data_collator=collate_pairs, callbacks=[report])
        self.remove_callback(PrinterCallback)
        self.ref_model = None

    def _prepare_dataset(self, dataset: Any, *_: Any, **__: Any) -> Any:
        return dataset  # it is tokens

    def _precompute_ref_logps(self, dataset: Dataset, name: str, batch_size: int) -> Dataset:
        """The rows with the reference's scores of both answers; 0 where nothing compares."""
        scores = [torch.zeros(len(dataset)), torch.zeros(len(dataset))]
        if self.ref_model is not None:
            loader = DataLoader(dataset, batch_size, collate_fn=self.data_collator)  # type: ignore[arg-type]
            found = []
            for batch in self.accelerator.prepare(loader):
                del batch["weights"]
                pair = self.compute_ref_log_probs(self.ref_model, batch)
                found.append([each.cpu() for each in self.accelerator.gather_for_metrics(pair)])
            scores = [torch.cat(side) for side in zip(*found, strict=True)]
        for side, values in zip(("chosen", "rejected"), scores, strict=True):
            dataset = dataset.add_column(f"ref_{side}_logps", values.float().tolist())  # type: ignore[call-arg]
        return dataset

    def _get_num_items_in_batch(self, batch_samples: list, device: torch.device) -> torch.Tensor:
        total = torch.stack([batch["weights"].sum() for batch in batch_samples]).sum().to(device)
        return self.accelerator.gather(total).sum()  # type: ignore[union-attr]

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        weights = inputs.pop("weights")
        total = weights.sum() if num_items_in_batch is None else num_items_in_batch
        mask = inputs["completion_mask"]
        outputs = model(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            labels=inputs["input_ids"].masked_fill(mask == 0, IGNORED),
            fused_lm_head=True,
            use_cache=False,
            **({"output_router_logits": True} if self.aux_loss_enabled else {}),
        )
        # TRL takes the mean over a batch, so its loss is asked for pair by pair. The model, which
        # costs the time, ran once.
        losses = [self._loss_of(i, outputs, inputs) for i in range(len(weights))]
        loss = (torch.stack(losses) * weights).sum() / total * self.accelerator.num_processes
        return (loss, outputs) if return_outputs else loss

    def _loss_of(self, place: int, outputs: Any, inputs: dict[str, Any]) -> torch.Tensor:
        pairs = len(inputs["input_ids"]) // 2
        both = [place, pairs + place]

        def cut(values: Any) -> Any:
            if not isinstance(values, torch.Tensor) or values.dim() == 0:
                return values
            return values[[place] if len(values) == pairs else both]

        pair = {name: cut(values) for name, values in inputs.items()}
        part = SimpleNamespace(**{name: cut(values) for name, values in outputs.items()})

        def answered(**_: Any) -> Any:
            return part

        loss: Any = super().compute_loss(answered, pair)  # type: ignore[arg-type]
        scores, counts = part.log_probs.sum(1), pair["completion_mask"][:, 1:].sum(1)
        for name in OWN:
            if weight := self._settings.losses.get(name):
                loss = loss + weight * self._own(name, *scores, *(scores / counts))
        return loss

    def _own(
        self, name: str, chosen: Any, rejected: Any, chosen_mean: Any, rejected_mean: Any
    ) -> torch.Tensor:
        """A loss on the log-probabilities of the answers, in sum and per token."""
        beta = self._settings.beta
        if name == "simpo":  # arXiv 2405.14734, equation 6
            return -logsigmoid(beta * (chosen_mean - rejected_mean) - self._settings.margin)
        if name == "cpo":  # arXiv 2401.08417, equation 3
            return -logsigmoid(beta * (chosen - rejected))
        return -logsigmoid(_log_odds(chosen_mean) - _log_odds(rejected_mean))  # orpo: 2403.07691

    def create_model_card(self, *_: Any, **__: Any) -> None:
        """None: a checkpoint is no publication, and the card asks services for links."""


def _log_odds(log_probability: torch.Tensor) -> torch.Tensor:
    certain = log_probability.clamp(max=-1e-6)  # the odds of a certain answer have no bound
    return certain - torch.log(-torch.expm1(certain))
