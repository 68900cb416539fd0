"""Supervised fine-tuning: the trainer, and the rows as it takes them."""

from pathlib import Path

import pyarrow as pa
from datasets import Dataset
from trl.trainer.sft_config import SFTConfig

from pipeline.pretrained import load_tokenizer
from stages import adapters
from stages.chat_tokens import Encoded
from stages.sft_trainer import WeightedTrainer
from stages.training import Training
from stages.training_run import Report, Say, arguments, carry_out, load

__all__ = ["train"]


def train(model: str, rows: list[Encoded], out: Path, training: Training, say: Say) -> None:
    """Fine-tune, and put the result in `out`/model. Raises UserError for what cannot work."""

    def build(folder: Path) -> WeightedTrainer:
        policy = load(model, training)
        return WeightedTrainer(
            Report(training, say),
            model=policy,
            processing_class=load_tokenizer(model),
            train_dataset=_dataset(rows),
            peft_config=adapters.around(policy, training, rows),
            args=SFTConfig(
                **arguments(training, len(rows), folder),
                dataset_kwargs={"skip_prepare_dataset": True},
            ),
        )

    carry_out(build, [model], rows, rows, out, training, say)


def _dataset(rows: list[Encoded]) -> Dataset:
    tokens = pa.list_(pa.int32())
    columns = {
        "input_ids": pa.array([row.ids for row in rows], tokens),
        "labels": pa.array([row.labels for row in rows], tokens),
        "weight": pa.array([row.weight for row in rows], pa.float32()),
    }
    return Dataset(pa.table(columns))  # pyright: ignore[reportArgumentType]
