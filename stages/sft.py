"""Supervised fine-tuning with TRL, as a process of its own (stages/trainer_process.py says what it
reads and says): `python -m stages.sft SPEC.json`. The rows have id, messages and weight.

Nothing heavy is imported with this module: `check` is for the parent too.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stages.chat_tokens import Encoded, encode_chats, read_chats
from stages.trainer_process import Prepared, Trainer, run
from stages.training import Training

__all__ = ["Check", "check", "main"]


@dataclass(frozen=True)
class Check:
    """What training would see: counts of rows and tokens, and the rows it could not use."""

    rows: int
    tokens: int
    trained_tokens: int
    longest: int
    excluded: list[tuple[str, str]]


def check(model: str, data: str | Path, training: Training = Training()) -> Check:
    """Render and tokenize the table as training will, without a device. Raises ModelError or
    ContractError when nothing could be trained."""
    found = prepare({"model": model, "data": data, "settings": training})
    return Check(**found.counts, excluded=found.excluded)


def prepare(spec: dict[str, Any]) -> Prepared[Encoded]:
    chats = read_chats(spec["data"])
    from pipeline.pretrained import load_tokenizer

    training: Training = spec["settings"]
    rows, excluded = encode_chats(chats, load_tokenizer(spec["model"]), training.max_length)
    lengths = [len(row.ids) for row in rows]
    counts = {
        "rows": len(rows),
        "tokens": sum(lengths),
        "trained_tokens": sum(row.trained for row in rows),
        "longest": max(lengths),
    }
    return Prepared(rows, excluded, counts)


def _train(spec: dict[str, Any], rows: list[Encoded], say: Callable[..., None]) -> None:
    from stages.sft_run import train

    train(spec["model"], rows, Path(spec["out"]), spec["settings"], say)


def main(argv: list[str]) -> int:
    return run(argv, Trainer("stages.sft", Training, prepare, _train))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
