"""A loop of two stages under Prefect: `python -m tests.pipeline.prefect_loop RUN [die]`."""

import os
import signal
import sys
from pathlib import Path

import polars as pl

from data.rows import Row
from data.sources import records
from pipeline.flow import flow
from pipeline.load import load
from pipeline.run import Run
from pipeline.stage import stage


class Word(Row):
    word: str


@stage(reads=Word, writes=Word)
def shout(words: pl.DataFrame) -> pl.DataFrame:
    if "die" in sys.argv:
        os.kill(os.getpid(), signal.SIGKILL)
    return words.with_columns(word=pl.col("word").str.to_uppercase())


@flow
def prefect_loop(run: Run, count: int = 10) -> None:
    """Words, shouted."""
    shout(load(records({"word": f"w{i}"} for i in range(count)), Word))


if __name__ == "__main__":
    prefect_loop.start(Path(sys.argv[1]), {}, prefect=True)
