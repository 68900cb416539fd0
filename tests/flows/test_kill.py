"""A run that is killed in the middle of each of its stages ends with the tables of an unbroken one.

One run is killed again and again, each time one stage further on: every stage meets its death once,
and every resume finds what all the earlier ones left.
"""

import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.identity import digest_file
from data.shards import read_dropped

STAGES_EXPECTED = 28


def run(folder: Path, settings: Path, *target: str) -> int:
    command = [sys.executable, "-m", "tests.flows.killed", str(folder), str(settings), *target]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr[-3000:]
    return done.returncode


def stages(folder: Path) -> list[str]:
    """PHASE/N-stage, in the order in which the flow calls them."""
    found = [p.parent for p in folder.rglob(".stage.json")]
    order = {"prepare": -1}
    found.sort(
        key=lambda p: (order.get(p.parent.name, 0), p.parent.name, int(p.name.split("-")[0]))
    )
    return [f"{p.parent.name}/{p.name}" for p in found]


@pytest.mark.timeout(900)
def test_killed_in_every_stage_and_resumed_the_tables_equal_those_of_an_unbroken_run(
    tmp_path, settings_file
):
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    assert run(unbroken, settings_file) == 0
    labels = stages(unbroken)
    assert len(labels) == STAGES_EXPECTED
    survived = [label for label in labels if run(broken, settings_file, label) == 0]
    assert survived == [], "these stages were never killed"
    assert run(broken, settings_file) == 0
    for label in labels:
        first, second = unbroken / label, broken / label
        assert_frame_equal(
            pl.read_parquet(first / "*.parquet"), pl.read_parquet(second / "*.parquet")
        )
        shards = [p.name for p in sorted(first.glob("*.parquet"))]
        assert shards == [p.name for p in sorted(second.glob("*.parquet"))]
        assert [digest_file(first / s) for s in shards] == [digest_file(second / s) for s in shards]
        assert_frame_equal(read_dropped(first), read_dropped(second))
        weights = first / "model" / "model.safetensors"
        if weights.exists():
            assert digest_file(weights) == digest_file(second / "model" / "model.safetensors")
    assert_frame_equal(
        pl.read_parquet(unbroken / "scores.parquet"), pl.read_parquet(broken / "scores.parquet")
    )
