"""The small world that makes a loop runnable, and really improving, on a laptop's CPU in minutes.

Short Python tasks over a list of integers (world.py), a base model of 0.9 million parameters that
solves few of them and can learn to solve nearly all (base/), problems it never saw (held_out.jsonl)
and files to gather functions from (corpus/). README.md has the measured figures.
"""

from pathlib import Path

__all__ = ["BASE", "CORPUS", "FOLDER", "HELD_OUT"]

FOLDER = Path(__file__).parent
BASE = FOLDER / "base"
HELD_OUT = FOLDER / "held_out.jsonl"
CORPUS = FOLDER / "corpus"
