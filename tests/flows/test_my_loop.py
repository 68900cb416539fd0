"""The loop that the README tells to copy."""

import json
from pathlib import Path

import polars as pl

from flows.cli import main

ROOT = Path(__file__).parent.parent.parent
ANSWERS = """
import random, re

def answer(prompt, seed):
    a, b = map(int, re.findall(r"\\d+", prompt))
    return random.Random(seed).choice([str(a + b), str(a - b), "many"])
"""


def test_the_loop_to_copy_runs_and_trains_on_right_answers_alone(tmp_path):
    (tmp_path / "answers.py").write_text(ANSWERS)
    words = [f"model=scripted:{tmp_path}/answers.py:answer", f"problems={ROOT}/docs/sums.jsonl"]
    places = ["--name", "sums", "--runs", str(tmp_path), "--plain"]
    assert main(["run", str(ROOT / "docs" / "my_loop.py"), *words, *places]) == 0
    run = tmp_path / "sums"
    trained = pl.read_parquet(run / "iteration-1" / "5-train" / "*.parquet")
    for messages in trained["messages"]:
        question, reply = (m["content"] for m in messages)
        first, second = question.removeprefix("What is ").removesuffix("?\n").split(" + ")
        assert int(reply) == int(first) + int(second)
    record = json.loads((run / "iteration-0" / "1-ask-sum" / ".stage.json").read_text())
    assert record["rows_in"] == 100
    assert set(record["dropped"]) == {"no number"}
