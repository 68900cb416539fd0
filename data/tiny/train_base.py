"""Makes data/tiny/base: a Llama of 0.9 million parameters, trained on the small world's documents.

    python -m data.tiny.train_base [--threads 1] [--steps N] [--to FOLDER]

What it printed is in train.log beside the weights.
"""

import argparse
import random
from pathlib import Path

import torch

from data.tiny import BASE
from data.tiny.documents import MISTAKE, document
from data.tiny.pretrain import pretrain
from data.tiny.tokenizer import train_tokenizer
from data.tiny.world import split

__all__ = ["main"]

SEED = 0


def train(steps: int, chance: float, folder: Path) -> None:
    rng = random.Random(SEED)
    torch.manual_seed(SEED)
    tasks = split().base
    sample = [document(tasks, rng, chance) for _ in range(6000)]
    tokenizer = train_tokenizer(each.prompt + each.answer for each in sample)
    pretrain(lambda: document(tasks, rng, chance), tokenizer, folder, steps)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--mistakes", type=float, default=MISTAKE)
    parser.add_argument("--to", type=Path, default=BASE)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    train(chosen.steps, chosen.mistakes, chosen.to)


if __name__ == "__main__":
    main()
