"""Makes data/reasoning/base: a Llama of a million parameters, trained on the reasoning world.

    python -m data.reasoning.train_base [--threads 1] [--steps N] [--to FOLDER]

What it printed is in train.log beside the weights.
"""

import argparse
import random
import re
from pathlib import Path

import torch

from data.gym import gym
from data.reasoning.documents import FIRST, PROMPTS, THEN, document
from data.reasoning.tokenizer import make_tokenizer
from data.tiny.pretrain import pretrain

__all__ = ["main"]

HERE = Path(__file__).parent
SEED, LAYERS = 0, 4
ASKED = ("answer_question", "give_feedback", "refine_response", "try_again", "look_again")
ASKED += ("write_question",)


def questions() -> dict[str, list[str]]:
    """By family; none of those held out."""
    found: dict[str, list[str]] = {}
    for record in gym(HERE / "questions" / "base.toml").read():
        if isinstance(record, dict):
            found.setdefault(record["family"], []).append(record["instruction"])
    return found


def frame(question: str) -> str:
    """A question without what it is about."""
    return re.sub(r'"[^"]*"|: \w+$', "", question)


def train(steps: int, more: int, folder: Path) -> None:
    rng = random.Random(SEED)
    torch.manual_seed(SEED)
    known = questions()
    prompts = [(PROMPTS / f"{name}.md").read_text(encoding="utf-8") for name in ASKED]
    tokenizer = make_tokenizer([*prompts, *(frame(q) for family in known.values() for q in family)])
    if steps:
        pretrain(lambda: document(known, rng, FIRST), tokenizer, folder, steps, LAYERS)
    rng = random.Random(SEED + 1)
    pretrain(lambda: document(known, rng, THEN), tokenizer, folder, more, start=folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=1600, help="0: go on with what is there")
    parser.add_argument("--more", type=int, default=500)
    parser.add_argument("--to", type=Path, default=HERE / "base")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    train(chosen.steps, chosen.more, chosen.to)


if __name__ == "__main__":
    main()
