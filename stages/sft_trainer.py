"""TRL's SFTTrainer with a weight per row.

Imported by the training process only: it pulls in torch and TRL (4 s).
"""

from typing import Any

import torch
from transformers import TrainerCallback
from transformers.trainer_callback import PrinterCallback
from trl.trainer.sft_trainer import SFTTrainer

from stages.chat_tokens import IGNORED
from stages.padding import collate

__all__ = ["WeightedTrainer", "weighted_tokens"]


def weighted_tokens(batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """The tokens with loss, each counted as its row's weight: what the loss is divided by."""
    return ((batch["labels"][:, 1:] != IGNORED).sum(1) * batch["weights"]).sum()


class WeightedTrainer(SFTTrainer):
    """loss = sum(weight * token loss) / sum(weight * tokens), over a whole optimizer step: all
    its micro-batches and processes."""

    def __init__(self, report: TrainerCallback, **options: Any) -> None:
        super().__init__(**options, data_collator=collate, callbacks=[report])
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
