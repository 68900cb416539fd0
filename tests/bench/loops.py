"""What the loops of self-feedback gain on the reasoning world, beside two controls each.

    python -m tests.bench.loops [--flows self,rise,scl,evolve] [--seeds 3] [--runs FOLDER]

Every loop runs with the settings of data/reasoning/loops, two at a time, a core for each. The
controls have its budget: the base model, trained for as many steps on as many rows, once on the
gold data that the loop may see, once on its own answers drawn at random. A loop beats a control
when the model that it ended with is right more often on the same held-out questions, all seeds
together, and the 95 % bootstrap interval of the paired difference over questions is above 0.
Interrupted, it goes on where it stopped when it is given the same --runs.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

from stages.intervals import interval
from tests.bench.loop_tables import assessed, final, gain, precision, shares

LOOPS = Path("data/reasoning/loops")
FLOWS = ("self", "rise", "scl", "evolve")
FIRST = 10
"""The first seed: settings were tried with those below."""
VARIANTS = {"self": {"continual": ["rounds.start=last", "rounds.window=this"]}}
"""Other settings of a flow that are run beside its own, and compared."""
KINDS = {"train": ("training", 1), "prefer": ("training", 2), "activate": ("activation", 1)}
"""Stages that train: their settings, and the sequences of a row (both answers of a pair count)."""


def start(runs: Path, name: str, flow: str, words: list[str]) -> float:
    """Run a flow; the seconds that it took."""
    folder = runs / name
    if (folder / "run.json").exists():
        facts = json.loads((folder / "run.json").read_text())
        if facts["state"] == "done":
            return facts["ended"] - facts["starts"][0]
    began = time.monotonic()
    line = [sys.executable, "-m", "flows.cli", "run", flow, *words, "--plain"]
    line += ["--name", name, "--runs", str(runs)]
    one = os.environ | {"OMP_NUM_THREADS": "1"}  # runs beside each other, a core for each
    done = subprocess.run(line, capture_output=True, text=True, env=one)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return time.monotonic() - began


def control_words(flow: str, kind: str, runs: Path, name: str, seed: int) -> list[str]:
    """The settings of a control with the budget of the run `name`."""
    settings: dict[str, Any] = tomllib.loads((LOOPS / f"{flow}.toml").read_text())
    trainings = _trainings(runs / name, settings)
    rows = sum(found for found, _ in trainings)
    batch = settings["training"]["batch_size"]
    steps = sum(math.ceil(found * epochs / batch) for found, epochs in trainings)
    gold = flow == "self" and kind == "gold"
    tuning = settings["activation" if flow == "evolve" else "training"]
    words = {
        "loop": flow,
        "kind": kind,
        "model": settings["model"],
        "questions": settings["meta" if gold else "questions"],
        "held_out": settings["held_out"],
        "rows": rows,
        "seed": seed,
        "sampling.temperature": 0.0 if gold else settings["sampling"]["temperature"],
        "sampling.max_tokens": settings["sampling"]["max_tokens"],
        "training.learning_rate": tuning["learning_rate"],
        "training.batch_size": batch,
        "training.max_steps": steps,
        **{f"evaluation.{key}": value for key, value in settings["evaluation"].items()},
    }
    if gold:
        words["annotator"] = settings["annotator"]
    return [f"{key}={value}" for key, value in words.items()]


def _trainings(run: Path, settings: dict[str, Any]) -> list[tuple[int, float]]:
    """What the model that a loop ended with was trained on, one training after the other, from the
    base model on: sequences and epochs."""
    found = []
    for record in sorted(run.glob("*/*-*/.stage.json"), key=lambda p: p.stat().st_mtime):
        stage = record.parent.name.split("-", 1)[1]
        if stage in KINDS:
            which, sequences = KINDS[stage]
            rows = pl.read_parquet(record.parent / "*.parquet").height
            found.append((rows * sequences, settings[which]["epochs"]))
    from_base = settings["rounds"].get("start", "base") == "base"
    return found[-1:] if from_base else found


def main() -> None:
    arguments = argparse.ArgumentParser(description="the loops of self-feedback, beside controls")
    arguments.add_argument("--flows", default=",".join(FLOWS))
    arguments.add_argument("--seeds", type=int, default=3)
    arguments.add_argument("--runs", type=Path, default=None)
    arguments.add_argument("--at-once", type=int, default=2)
    given = arguments.parse_args()
    runs = given.runs or Path(tempfile.mkdtemp(prefix="ratchet-loops-"))
    flows, seeds = given.flows.split(","), range(FIRST, FIRST + given.seeds)

    def loop(flow: str, variant: str, seed: int) -> float:
        words = [str(LOOPS / f"{flow}.toml"), f"seed={seed}"]
        words += VARIANTS.get(flow, {}).get(variant, [])
        return start(runs, "-".join(filter(None, (flow, variant, str(seed)))), flow, words)

    def control(flow: str, kind: str, seed: int) -> float:
        name = f"{flow}-{seed}"
        words = control_words(flow, kind, runs, name, seed)
        return start(runs, f"{flow}-{kind}-{seed}", "tests/bench/controls.py", words)

    with ThreadPoolExecutor(max_workers=given.at_once) as pool:
        tasks = [(f, v, s) for s in seeds for f in flows for v in ("", *VARIANTS.get(f, {}))]
        seconds = dict(zip(tasks, pool.map(lambda task: loop(*task), tasks), strict=True))
        tasks = [(f, kind, s) for s in seeds for f in flows for kind in ("gold", "random")]
        seconds |= dict(zip(tasks, pool.map(lambda task: control(*task), tasks), strict=True))

    console, beat = Console(width=140), 0
    for flow in flows:
        beat += report(console, flow, runs, seeds, seconds)
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    console.print(f"{load}; {given.at_once} runs at a time, in {runs}")
    print(json.dumps({"flows": len(flows), "beat_controls": beat}))


def report(
    console: Console,
    flow: str,
    runs: Path,
    seeds: range,
    seconds: dict[tuple[str, str, int], float],
) -> bool:
    """Prints a flow's table; whether its loop ended above both controls."""
    table = Table("model", "direct", "refined", "CL", "CS", "wrong to right", "right to wrong")
    table.title = f"{flow}: {len(seeds)} seeds, mean with 95 % interval over questions"

    def row(name: str, tables: list[pl.DataFrame]) -> None:
        if not tables:
            return
        columns = []
        for column in ("first_right", "last_right"):
            each = shares(tables, column)["value"].to_numpy()
            low, high = interval(each)
            columns.append(f"{each.mean():.3f} ({low:.3f} to {high:.3f})")
        counts = ("samples", "first_right", "kept", "fixed", "broken")
        sums = pl.concat(tables).select(pl.col(counts).sum()).row(0)
        total, first, kept, fixed, broken = map(int, sums)
        level = f"{kept / first:.2f}" if first else "none"
        fixes = f"{fixed / (total - first):.2f}" if total > first else "none"
        flips = (f"{fixed / total:.3f}", f"{broken / total:.3f}")
        table.add_row(name, *columns, level, fixes, *flips)

    folders = [runs / f"{flow}-{seed}" for seed in seeds]
    series = [assessed(folder) for folder in folders]
    for place, (phase, _) in enumerate(series[0]):
        names = {"prepare": ("base model", "after lessons")[min(place, 1)]}
        row(names.get(phase, phase), [s[place][1] for s in series if len(s) > place])
    ends = [final(folder) for folder in folders]
    row("the loop's end", ends)
    above = []
    for variant in VARIANTS.get(flow, {}):
        row(variant, [final(runs / f"{flow}-{variant}-{seed}") for seed in seeds])
    for kind in ("gold", "random"):
        tables = [final(runs / f"{flow}-{kind}-{seed}") for seed in seeds]
        row(f"control: {kind}", tables)
        gains = [gain(tables, ends, column) for column in ("first_right", "last_right")]
        above.append(gains[0][1] > 0)
        table.add_row("  gain over it", *[f"{g:+.3f} ({a:+.3f} to {b:+.3f})" for g, a, b in gains])
    console.print(table)
    if flow == "self":
        for folder in folders:
            console.print(f"right among all answers -> among those kept: {precision(folder)}")
    took = [seconds[flow, "", seed] for seed in seeds]
    console.print(f"{flow}: {min(took):.0f} to {max(took):.0f} s a seed; ", end="")
    console.print("above both controls" if all(above) else "NOT above both controls")
    return all(above)


if __name__ == "__main__":
    main()
