"""A run that is killed in the middle of each of its stages ends with the tables of an unbroken one.

One run is killed again and again, each time one stage further on: every stage meets its death once,
and every resume finds what all the earlier ones left.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.identity import digest_file
from data.shards import read_dropped

STAGES_EXPECTED = 28


class Killer:
    """A process from which the runs are forked (tests.flows.killed)."""

    def __init__(self, settings: Path, log: Path) -> None:
        self.log = log
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.flows.killed", str(settings)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def run(self, folder: Path, target: str = "") -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(folder, target, sep="\t", file=self.process.stdin, flush=True)
        said = self.process.stdout.readline()
        assert said.strip() in ("0", str(-signal.SIGKILL)), self.log.read_text()[-3000:]
        return int(said)


@pytest.fixture
def killer(settings_file: Path, tmp_path: Path) -> Iterator[Killer]:
    found = Killer(settings_file, tmp_path / "killed.log")
    yield found
    found.process.kill()
    found.process.communicate()


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
    tmp_path: Path, killer: Killer
) -> None:
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    assert killer.run(unbroken) == 0
    labels = stages(unbroken)
    assert len(labels) == STAGES_EXPECTED
    survived = [label for label in labels if killer.run(broken, label) == 0]
    assert survived == [], "these stages were never killed"
    assert killer.run(broken) == 0
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
