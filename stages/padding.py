"""Rows of tokens as one batch."""

from typing import Any

import torch

from stages.chat_tokens import IGNORED

__all__ = ["collate"]


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
