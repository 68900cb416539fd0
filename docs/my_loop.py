"""Rejection sampling on sums, a whole loop to copy: ask, judge, keep what is right, train, again.

    ratchet run docs/my_loop.py problems=docs/sums.jsonl model=data/tiny/base

Rejection sampling fine-tuning, Yuan et al. 2023, arXiv 2308.01825.
"""

from pathlib import Path
from typing import Any

import polars as pl

from data.kinds import Chat, Generated, Problem
from data.rows import polars_schema
from data.sources import source
from pipeline.engine import Sampling
from pipeline.flow import flow
from pipeline.load import load
from pipeline.model import open_model, serve
from pipeline.run import Run
from pipeline.stage import stage
from pipeline.work import work
from stages.generate import Prompt, Rejected, generate
from stages.keep import keep
from stages.train import Training, fine_tune


class Sum(Problem):
    solution: str


class Answer(Sum, Generated):
    number: int


class Judged(Answer):
    right: bool


def number(text: str) -> dict[str, Any]:
    """What is parsed from an answer: columns of Answer, or why there are none."""
    if not text.strip().lstrip("-").isdecimal():
        raise Rejected("no number")
    return {"number": int(text)}


ASK = Prompt("ask_sum", Sum, Answer, number, path=Path(__file__).parent / "ask_sum.md")


@stage(reads=Answer, writes=Judged)
def judge(answers: pl.DataFrame) -> pl.DataFrame:
    return answers.with_columns(right=pl.col("number").cast(pl.String) == pl.col("solution"))


@stage(reads=Judged, writes=Chat)
def chats(judged: pl.DataFrame) -> pl.DataFrame:
    rows = [
        {
            "id": work().row_id([row["id"]]),
            "parents": [row["id"]],
            "messages": [
                {"role": "user", "content": row["prompt"], "train": False},
                {"role": "assistant", "content": row["completion"], "train": True},
            ],
            "weight": 1.0,
        }
        for row in judged.iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=polars_schema(Chat))


@flow
def my_loop(
    run: Run,
    model: str,
    problems: str,
    iterations: int = 2,
    sampling: Sampling = Sampling(n=4, max_tokens=8),
    training: Training = Training(epochs=1, learning_rate=1e-4),
    seed: int = 0,
) -> None:
    policy = open_model(model)
    sums = load(source(problems), Sum)
    for _ in run.iterations(iterations):
        with serve(policy) as sampler:
            judged = judge(generate(sums, sampler, ASK, sampling))
        right = keep(judged, pl.col("right"), "keep_right")
        policy = fine_tune(policy, chats(right), training)
