"""What the framework itself costs: rows per second through generate, judge and keep with the
scripted engine on one core, every shard committed; the same with the loading of the JSONL before
them; and peak memory at ten times the rows.

    python -m tests.bench.overhead [--rows 100000]

The reference in the same run does the same work by hand: read JSONL, answer, score and filter with
polars, and write one Parquet file per block.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from data.kinds import Generated
from data.rows import Row
from data.sources import jsonl
from pipeline.engine import Sampling
from pipeline.flow import Flow
from pipeline.load import load
from pipeline.model import serve
from pipeline.run import Run
from pipeline.scripted import ScriptedModel
from pipeline.stage import stage
from stages.generate import Prompt, generate
from stages.keep import keep

BLOCK = 10_000
TIMES: dict[str, float] = {}


class Question(Row):
    question: str


class Answer(Question, Generated):
    answer: str


class Judged(Answer):
    score: float


def answer(prompt: str, seed: int) -> str:
    return "It is " + prompt[10:]


def parse(text: str) -> dict[str, str]:
    return {"answer": text}


@stage(reads=Answer, writes=Judged)
def judge(answers: pl.DataFrame) -> pl.DataFrame:
    """A cheap judge: the length of the answer."""
    return answers.with_columns(score=pl.col("answer").str.len_chars().cast(pl.Float64))


def loop(run: Run, path: str, prompt: str) -> None:
    questions = load(jsonl(path), Question)
    questions.wait()
    TIMES["loaded"] = time.perf_counter()
    ask = Prompt("ask", Question, Answer, parse, path=Path(prompt))
    with serve(ScriptedModel(answer, batch=BLOCK)) as sampler:
        judged = judge(generate(questions, sampler, ask, Sampling()))
    keep(judged, pl.col("score") > 20).wait()
    TIMES["kept"] = time.perf_counter()


def by_hand(source: str, folder: Path) -> None:
    """The same without a framework."""
    folder.mkdir()
    with open(source, "rb") as file:
        for number, lines in enumerate(iter(lambda: list(_take(file)), [])):
            rows = [json.loads(line) for line in lines]
            answers = [answer(f"Question: {row['question']}\n", 0) for row in rows]
            frame = pl.DataFrame(rows).with_columns(answer=pl.Series(answers))
            frame = frame.with_columns(score=pl.col("answer").str.len_chars().cast(pl.Float64))
            frame.filter(pl.col("score") > 20).write_parquet(folder / f"{number}.parquet")


def _take(file):  # type: ignore[no-untyped-def]
    for _, line in zip(range(BLOCK), file, strict=False):
        yield line


def measure(kind: str, rows: int) -> dict[str, float]:
    """Seconds and peak memory (MB) of one job in a process of its own, pinned to one core."""
    command = [sys.executable, "-m", "tests.bench.overhead", "--one", kind, "--rows", str(rows)]
    alone = os.environ | {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=alone, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def one(kind: str, rows: int) -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        source, prompt = Path(folder) / "q.jsonl", Path(folder) / "ask.md"
        prompt.write_text("Question: {{question}}\n")
        with source.open("w") as file:
            for i in range(rows):
                file.write(json.dumps({"question": f"what is {i} plus {i % 97}?"}) + "\n")
        began, cpu = time.perf_counter(), time.process_time()
        if kind == "ratchet":
            run = Path(folder) / "run"
            Flow(loop, "overhead").start(run, {"path": str(source), "prompt": str(prompt)})
        else:
            by_hand(str(source), Path(folder) / "out")
        seconds, used = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    stages = TIMES["kept"] - TIMES["loaded"] if TIMES else seconds
    print(json.dumps({"seconds": seconds, "stages": stages, "cpu": used, "peak_mb": peak}))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--one", choices=["ratchet", "by_hand"])
    given = arguments.parse_args()
    if given.one:
        return one(given.one, given.rows)
    table = Table("", "rows", "rows/s, three stages", "with load", "CPU us/row", "peak MB")
    found = {}
    for kind, rows in (
        ("by_hand", given.rows),
        ("ratchet", given.rows),
        ("ratchet", 10 * given.rows),
    ):
        cost = found[kind, rows] = measure(kind, rows)
        rates = [f"{rows / cost[k]:,.0f}" for k in ("stages", "seconds")]
        each = cost["cpu"] / rows * 1e6
        table.add_row(kind, f"{rows:,}", *rates, f"{each:.1f}", f"{cost['peak_mb']:.0f}")
    Console().print(table)
    small, large = found["ratchet", given.rows], found["ratchet", 10 * given.rows]
    reference = found["by_hand", given.rows]
    figures = {
        "rows_per_second": round(10 * given.rows / large["stages"]),
        "with_load": round(10 * given.rows / large["seconds"]),
        "rss_growth": round(large["peak_mb"] / small["peak_mb"], 3),
        "of_by_hand": round(reference["seconds"] / small["seconds"], 3),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
