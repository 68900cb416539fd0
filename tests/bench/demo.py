"""What the demo loop gains, and what it takes: held-out pass@1 before and after, for three seeds,
against a control that trains on as many answers drawn at random instead of the passing ones.

    python -m tests.bench.demo [--seeds 3] [--settings data/tiny/demo.toml] [--runs FOLDER]

The gain is paired problem by problem; its interval is a 95 % bootstrap interval over problems.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from stages.evaluate import gain, pass_at_k


def graded(run: Path, phase: str) -> pl.DataFrame:
    """The evaluation of one phase of a run."""
    (folder,) = (p for p in (run / phase).iterdir() if p.name.endswith("-grade"))
    return pl.read_parquet(folder / "*.parquet")


def loop(runs: Path, settings: str, seed: int, control: bool) -> float:
    """Run the demo once; the seconds of the loop itself (Prefect's start and the set-up are not the
    loop, the imports of its libraries are)."""
    name = f"{'control' if control else 'demo'}-{seed}"
    words = [f"seed={seed}", f"control={str(control).lower()}"]
    command = [sys.executable, "-m", "flows.cli", "run", "selfcodealign", settings, *words]
    began = time.monotonic()
    subprocess.run([*command, "--name", name, "--runs", str(runs), "--plain"], check=True)
    return time.monotonic() - began


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seeds", type=int, default=3)
    arguments.add_argument("--settings", default="data/tiny/demo.toml")
    arguments.add_argument("--runs", type=Path, default=None)
    given = arguments.parse_args()
    runs = given.runs or Path(tempfile.mkdtemp(prefix="ratchet-demo-"))
    table = Table("seed", "", "base pass@1", "after", "gain", "95 % interval", "seconds")
    lows, controls, seconds = [], [], []
    for seed in range(given.seeds):
        for control in (False, True):
            took = loop(runs, given.settings, seed, control)
            run = runs / f"{'control' if control else 'demo'}-{seed}"
            phases = sorted(p.name for p in run.glob("iteration-*"))
            before, after = graded(run, "prepare"), graded(run, phases[-1])
            value, low, high = gain(before, after)
            rates = [
                pass_at_k(t["correct"].to_numpy(), t["samples"][0], 1).mean()
                for t in (before, after)
            ]
            kind = "control: random answers" if control else "loop: passing answers"
            figures = (f"{rates[0]:.3f}", f"{rates[1]:.3f}", f"{value:+.3f}")
            table.add_row(str(seed), kind, *figures, f"{low:+.3f} .. {high:+.3f}", f"{took:.0f}")
            if control:
                controls.append(value)
            else:
                lows.append(low)
                seconds.append(took)
    Console().print(table)
    Console().print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; runs in {runs}")
    figures = {
        "gain_low": round(min(lows), 4),
        "seconds": round(max(seconds), 1),
        "control_gain_high": round(max(controls), 4),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
