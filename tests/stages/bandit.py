"""A toy whose optimum is known: one question, answers of one letter, and a model small enough to
be trained to that optimum in a second."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.pretrained import load_model, load_tokenizer
from stages.chat_tokens import IGNORED, Conversation, encode_chats
from stages.pair_tokens import Comparison, encode_pairs
from stages.training import Training

SETTLED: dict[str, Any] = {
    "max_steps": 150,
    "batch_size": 16,
    "learning_rate": 2e-2,
    "schedule": "cosine",
    "warmup_ratio": 0.0,
    "max_grad_norm": 0.0,
    "save_steps": 0,
}


def silent(event: str, **_: Any) -> None:
    pass


def said(question: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": question, "train": False}]


def answered(question: str, answer: str, train: bool = True) -> list[dict[str, Any]]:
    return [*said(question), {"role": "assistant", "content": answer, "train": train}]


def supervised(
    base: str,
    chats: Sequence[tuple[list[dict[str, Any]], float]],
    out: Path,
    training: Training,
    say: Callable[..., None] = silent,
) -> str:
    """Train on (messages, weight); returns the folder of the model."""
    from stages.sft_run import train

    rows = [Conversation(f"row-{n}", messages, w) for n, (messages, w) in enumerate(chats)]
    out.mkdir(exist_ok=True)
    train(base, encode_chats(rows, load_tokenizer(base), 100)[0], out, training, say)
    return str(out / "model")


def preferred(
    base: str,
    pairs: Sequence[tuple[str, str, float]],
    out: Path,
    settings: Any,
    reference: str | None = None,
    say: Callable[..., None] = silent,
) -> str:
    """Train on (chosen, rejected, weight); returns the folder of the model."""
    from stages.dpo_run import train

    rows = [Comparison(f"pair-{n}", said("q"), c, r, w) for n, (c, r, w) in enumerate(pairs)]
    kept, _ = encode_pairs(rows, load_tokenizer(base), 100)
    out.mkdir(exist_ok=True)
    train(base, reference or base, kept, out, settings, say)
    return str(out / "model")


def once(settings: Any, rate: float = 1e-3) -> Any:
    return replace(settings, max_steps=1, learning_rate=rate)


def score(model: str, question: str, answer: str) -> tuple[float, int]:
    """The log-probability of the answer with its end token, and its tokens."""
    import torch

    chat = Conversation("row", answered(question, answer), 1.0)
    (row,), _ = encode_chats([chat], load_tokenizer(model), 100)
    weights: Any = load_model(model, "float32")
    with torch.no_grad():
        scores = weights(torch.tensor([row.ids])).logits[0].log_softmax(-1)
    found = [scores[i - 1, t].item() for i, t in enumerate(row.labels) if t != IGNORED]
    return sum(found), len(found)
