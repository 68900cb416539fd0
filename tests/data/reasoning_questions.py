"""A few questions of each family that has a working, for tests."""

import functools
import re
import tempfile
from pathlib import Path

from data.gym import gym

HERE = Path(__file__).parents[2] / "data" / "reasoning" / "questions"
FILES = ("base", "train", "meta", "held_out")
FURTHER = """
[families.lcm]
min_numbers = 2
max_numbers = 2
min_value = 2
max_value = 15
[families.letter_counting]
min_words = 3
max_words = 5
"""  # families that have a working and are in none of the files


@functools.cache
def questions(file: str) -> list[dict]:
    """A dozen questions of each family, with the settings and the seed of a file, or "further"."""
    text = FURTHER if file == "further" else (HERE / f"{file}.toml").read_text()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "questions.toml"
        path.write_text("size = 12\n" + re.sub(r"(?m)^(size|leave_out) = .*", "", text))
        return [r for r in gym(path).read() if isinstance(r, dict)]


def asked(family: str) -> list[dict]:
    """Questions of a family."""
    return [r for r in questions("held_out") + questions("further") if r["family"] == family]
