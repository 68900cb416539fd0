"""Pairs as token ids: each answer is rendered after the prompt as a conversation that is trained on
(stages/chat_tokens.py), so that its tokens are those of generation."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ContractError
from stages.chat_tokens import Conversation, Encoded, encode, none_left
from stages.training_rows import read_columns

__all__ = ["Compared", "Comparison", "encode_pairs", "read_pairs"]


@dataclass(frozen=True)
class Comparison:
    """A row to train on: two answers to a prompt."""

    id: str
    prompt: list[dict[str, Any]]
    chosen: str
    rejected: str
    weight: float


@dataclass(frozen=True)
class Compared:
    """A pair as the trainer takes it."""

    chosen: Encoded
    rejected: Encoded
    weight: float


def read_pairs(folder: str | Path) -> list[Comparison]:
    """The rows of all Parquet shards in `folder`, in order. Raises ContractError."""
    wanted = {
        "id": "text",
        "prompt": "list of role, content",
        "chosen": "text",
        "rejected": "text",
        "weight": "number",
    }
    return [
        Comparison(str(row["id"]), row["prompt"], row["chosen"], row["rejected"], row["weight"])
        for row in read_columns(folder, wanted)
    ]


def encode_pairs(
    pairs: Sequence[Comparison], tokenizer: Any, max_length: int
) -> tuple[list[Compared], list[tuple[str, str]]]:
    """The pairs that can be trained on, and (id, reason) of those that cannot. Nothing is cut
    short. Raises ModelError for a model without a chat template, ContractError when none is left.
    """
    excluded: dict[str, str] = {}
    sides: list[dict[str, Encoded]] = []
    for side in ("chosen", "rejected"):
        chats = [_conversation(pair, getattr(pair, side)) for pair in pairs]
        kept, dropped = encode(chats, tokenizer, max_length)
        sides.append({row.id: row for row in kept})
        for name, reason in dropped:
            kind, colon, rest = reason.partition(": ")
            excluded.setdefault(name, f"{kind}{colon}{side}, {rest}" if rest else reason)
    rows = []
    for pair in pairs:
        if pair.id in excluded:
            continue
        chosen, rejected = (side[pair.id] for side in sides)
        if chosen.ids == rejected.ids:
            excluded[pair.id] = "no difference: chosen and rejected are the same tokens"
        else:
            rows.append(Compared(chosen, rejected, pair.weight))
    if not rows:
        wanted = f"two answers that differ, weight > 0 and at most {max_length} tokens (max_length)"
        raise ContractError(none_left(len(pairs), list(excluded.items()), wanted))
    return rows, list(excluded.items())


def _conversation(pair: Comparison, answer: str) -> Conversation:
    prompt = [{**message, "train": False} for message in pair.prompt]
    messages = [*prompt, {"role": "assistant", "content": answer, "train": True}]
    return Conversation(pair.id, messages, pair.weight)
