"""Preference optimisation: the trainer, and the pairs as it takes them."""

from pathlib import Path

import pyarrow as pa
from datasets import Dataset
from trl.trainer.dpo_config import DPOConfig

from pipeline.pretrained import load_tokenizer
from stages import adapters
from stages.dpo_trainer import OWN, PreferenceTrainer
from stages.pair_tokens import Compared
from stages.preference import Preference
from stages.training_run import Report, Say, arguments, carry_out, load

__all__ = ["train"]


def train(
    model: str, reference: str, rows: list[Compared], out: Path, settings: Preference, say: Say
) -> None:
    """Train, and put the result in `out`/model. Raises UserError for what cannot work."""
    samples = [row.chosen for row in rows]
    theirs = {name: weight for name, weight in settings.losses.items() if name not in OWN}

    def build(folder: Path) -> PreferenceTrainer:
        policy = load(model, settings)
        return PreferenceTrainer(
            Report(settings, say),
            settings,
            model=policy,
            ref_model=load(reference, settings) if settings.compares else None,
            processing_class=load_tokenizer(model),
            train_dataset=_dataset(rows),
            peft_config=adapters.around(policy, settings, samples),
            args=DPOConfig(
                **arguments(settings, len(rows), folder),
                loss_type=list(theirs),
                loss_weights=list(theirs.values()),
                beta=settings.beta,
                label_smoothing=settings.label_smoothing,
                precompute_ref_log_probs=True,
                disable_dropout=False,  # it is a setting
                **(settings.options or {}),
            ),
        )

    carry_out(build, [model, reference], rows, samples, out, settings, say)


def _dataset(rows: list[Compared]) -> Dataset:
    tokens = pa.list_(pa.int32())
    columns = {"weight": pa.array([row.weight for row in rows], pa.float32())}
    for side in ("chosen", "rejected"):
        answers = [getattr(row, side) for row in rows]
        columns[f"{side}_ids"] = pa.array([answer.ids for answer in answers], tokens)
        columns[f"{side}_labels"] = pa.array([answer.labels for answer in answers], tokens)
    return Dataset(pa.table(columns))  # pyright: ignore[reportArgumentType]
