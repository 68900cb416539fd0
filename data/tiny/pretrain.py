"""How the small base models were trained: a plain loop, seeded, over documents drawn as it goes.

Not Qwen2: for that name transformers 5 takes its own pre-tokenizer instead of the one that is
saved, and says nothing.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch.nn import functional
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from data.tiny.documents import Document
from data.tiny.tokenizer import CONTEXT, END, PAD

__all__ = ["pretrain"]

BATCH, PARTS = 32, 4
MUON, ADAMW, WARM_UP = 5e-3, 3e-3, 50
JUDGED = 3  # how much more a judgement weighs
SAVED_EVERY = 250  # a run that is cut short leaves a model


def _id(tokenizer: PreTrainedTokenizerFast, token: str) -> int:
    return tokenizer.get_vocab()[token]


def config(tokenizer: PreTrainedTokenizerFast, layers: int) -> LlamaConfig:
    return LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=128,
        intermediate_size=352,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
        bos_token_id=None,
        eos_token_id=_id(tokenizer, END),
        pad_token_id=_id(tokenizer, PAD),
    )


def batch(
    documents: list[Document], tokenizer: PreTrainedTokenizerFast
) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Tokens, labels and weights, in parts of like length; only answers are learnt.

    Padding is on the right, where a causal model does not see it. A token weighs less in a long
    answer, or the one word of a judgement would not be heard.
    """
    prompts = tokenizer([each.prompt for each in documents])["input_ids"]
    answers = tokenizer([each.answer + END for each in documents])["input_ids"]
    rows = sorted(zip(prompts, answers, strict=True), key=lambda row: len(row[0]) + len(row[1]))
    size = len(rows) // PARTS
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        shape = (len(part), max(len(p) + len(a) for p, a in part))
        tokens = torch.zeros(shape, dtype=torch.long)  # any token: it is never looked at
        labels = torch.full(shape, -100)
        weights = torch.zeros(shape)
        for i, (p, a) in enumerate(part):
            tokens[i, : len(p) + len(a)] = torch.tensor([*p, *a])
            labels[i, len(p) : len(p) + len(a)] = torch.tensor(a)
            weights[i, len(p) : len(p) + len(a)] = (JUDGED if len(a) == 2 else 1) * len(a) ** -0.5
        yield tokens, labels, weights


def backward(
    model: LlamaForCausalLM, documents: list[Document], tokenizer: PreTrainedTokenizerFast
) -> tuple[float, int]:
    """Adds the gradient of one batch; returns its loss and its tokens."""
    parts = list(batch(documents, tokenizer))
    whole = sum(weights.sum().item() for _, _, weights in parts)
    total = 0.0
    for tokens, labels, weights in parts:
        hidden = model.model(input_ids=tokens).last_hidden_state[:, :-1]
        learnt = labels[:, 1:] != -100
        each = functional.cross_entropy(
            model.lm_head(hidden[learnt]), labels[:, 1:][learnt], reduction="none"
        )
        loss = (each * weights[:, 1:][learnt]).sum() / whole
        loss.backward()
        total += loss.item()
    return total, sum(tokens.numel() for tokens, _, _ in parts)


def optimizers(model: LlamaForCausalLM) -> list[torch.optim.Optimizer]:
    """Muon for the matrices, which needs half of AdamW's steps here; AdamW for the rest."""
    matrices = [each for each in model.model.layers.parameters() if each.ndim == 2]
    inside = {id(each) for each in matrices}
    others = [each for each in model.parameters() if id(each) not in inside]
    return [
        torch.optim.Muon(matrices, lr=MUON, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=ADAMW, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def slope(step: int, steps: int) -> float:
    """Warm-up, then a straight line down."""
    return min((step + 1) / WARM_UP, (steps - step) / (steps - WARM_UP))


def pretrain(
    draw: Callable[[], Document],
    tokenizer: PreTrainedTokenizerFast,
    folder: Path,
    steps: int,
    layers: int = 4,
    start: Path | None = None,
) -> None:
    """Trains a Llama from nothing, or the model in `start`, on what `draw` gives, and leaves it in
    `folder`."""
    if start is None:
        model = LlamaForCausalLM(config(tokenizer, layers))
    else:
        model = LlamaForCausalLM.from_pretrained(start, dtype=torch.float32)
    print(f"{model.num_parameters():,} parameters, {len(tokenizer)} tokens in the vocabulary")
    both = optimizers(model)
    schedules = [
        torch.optim.lr_scheduler.LambdaLR(each, lambda step: slope(step, steps)) for each in both
    ]
    started, seen, average = time.monotonic(), 0, 0.0
    for step in range(1, steps + 1):
        drawn = [draw() for _ in range(BATCH)]
        loss, tokens = backward(model, drawn, tokenizer)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for each in (*both, *schedules):
            each.step()
        model.zero_grad()
        seen += tokens
        average = loss if step == 1 else 0.95 * average + 0.05 * loss
        if step % 50 == 0 or step == 1:
            elapsed = time.monotonic() - started
            speed = f"{elapsed:5.0f} s  {seen / elapsed:,.0f} tokens/s"
            print(f"step {step:5d}  loss {average:.3f}  {speed}", flush=True)
        if step % SAVED_EVERY == 0 or step == steps:
            save(model, tokenizer, folder)


def save(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    model.generation_config = GenerationConfig(
        do_sample=True,
        temperature=1.0,
        eos_token_id=_id(tokenizer, END),
        pad_token_id=_id(tokenizer, PAD),
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder, save_jinja_files=False)
    # The name that every version of the library knows.
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["tokenizer_class"] = "PreTrainedTokenizerFast"
    path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
