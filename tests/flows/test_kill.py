"""A run that is killed in the middle of each of its stages ends with the tables of an unbroken one.

One run is killed again and again, each time one stage further on: every stage meets its death once,
and every resume finds what all the earlier ones left.
"""

import signal
import subprocess
import sys
import time
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

    def begin(self, folder: Path, target: str = "") -> None:
        assert self.process.stdin is not None
        print(folder, target, sep="\t", file=self.process.stdin, flush=True)

    def ended(self) -> int:
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert said.strip() in ("0", str(-signal.SIGKILL)), self.log.read_text()[-3000:]
        return int(said)

    def run(self, folder: Path, target: str = "") -> int:
        self.begin(folder, target)
        return self.ended()


@pytest.fixture
def two(settings_file: Path, tmp_path: Path) -> Iterator[list[Killer]]:
    found = [Killer(settings_file, tmp_path / f"{name}.log") for name in ("unbroken", "broken")]
    yield found
    for each in found:
        each.process.kill()
        each.process.communicate()


def stages(folder: Path) -> list[str]:
    """PHASE/N-stage, in the order in which the flow calls them."""
    found = [p.parent for p in folder.rglob(".stage.json")]
    order = {"prepare": -1}
    found.sort(
        key=lambda p: (order.get(p.parent.name, 0), p.parent.name, int(p.name.split("-")[0]))
    )
    return [f"{p.parent.name}/{p.name}" for p in found]


def called(folder: Path) -> Iterator[str]:
    """The stages of a run that is going on, as it comes to them."""
    patience = time.monotonic() + 300
    for number in range(STAGES_EXPECTED):
        while len(found := stages(folder)) <= number:
            assert time.monotonic() < patience, "the unbroken run does not go on"
            time.sleep(0.05)
        yield found[number]


@pytest.mark.timeout(900)
def test_killed_in_every_stage_and_resumed_the_tables_equal_those_of_an_unbroken_run(
    tmp_path: Path, two: list[Killer]
) -> None:
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    beside, killer = two
    beside.begin(unbroken)  # its stages show, one after the other, what there is to kill
    survived = [label for label in called(unbroken) if killer.run(broken, label) == 0]
    assert survived == [], "these stages were never killed"
    assert killer.run(broken) == 0
    assert beside.ended() == 0
    labels = stages(unbroken)
    assert len(labels) == STAGES_EXPECTED
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
