"""Makes data/reasoning/base: a Llama of a million parameters, trained on the reasoning world.

    python -m data.reasoning.train_base [--threads 1] [--steps N] [--to FOLDER]

What it printed is in train.log beside the weights.
"""

import argparse
import random
import re
from functools import partial
from pathlib import Path

import torch

from data.gym import gym
from data.reasoning.documents import PHASES, PROMPTS, document
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


def train(first: int, folder: Path) -> None:
    """All phases from number `first` on."""
    known = questions()
    prompts = [(PROMPTS / f"{name}.md").read_text(encoding="utf-8") for name in ASKED]
    tokenizer = make_tokenizer([*prompts, *(frame(q) for family in known.values() for q in family)])
    for phase, (steps, mix) in enumerate(PHASES):
        if phase >= first:
            torch.manual_seed(SEED)
            draw = partial(document, known, random.Random(SEED + phase), mix)
            start = folder if phase else None
            pretrain(draw, tokenizer, folder, steps, LAYERS, start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--phase", type=int, default=0, help="go on with the model that is there")
    parser.add_argument("--to", type=Path, default=HERE / "base")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    train(chosen.phase, chosen.to)


if __name__ == "__main__":
    main()
