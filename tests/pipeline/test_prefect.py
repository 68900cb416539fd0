"""The coat, with the real Prefect and the temporary server that it starts."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

pytestmark = pytest.mark.prefect


def start(folder: Path, *words: str) -> int:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    command = [sys.executable, "-m", "tests.pipeline.prefect_loop", str(folder), *words]
    # output to files: an orphaned server would hold a pipe open for ever
    with (folder.parent / "output").open("w") as output:
        done = subprocess.run(
            command, env=inherited, stdout=output, stderr=output, timeout=240, check=False
        )
    assert done.returncode in (0, -signal.SIGKILL), (folder.parent / "output").read_text()
    return done.returncode


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def servers(runs: Path) -> list[int]:
    """The processes that have the Prefect home of these runs in their environment."""
    mark, found = f"PREFECT_HOME={runs}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes() and alive(int(process.name)):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def test_a_run_is_a_prefect_flow_run_and_its_server_ends_with_it_however_it_ends(tmp_path):
    runs = tmp_path / "runs"
    runs.mkdir()
    assert start(runs / "words", "die") == -signal.SIGKILL
    deadline = time.monotonic() + 20
    while servers(runs) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert servers(runs) == []

    assert start(runs / "words") == 0
    assert servers(runs) == []

    shouted = pl.read_parquet(runs / "words" / "prepare" / "2-shout" / "*.parquet")
    assert shouted["word"].to_list()[:2] == ["W0", "W1"]
    (database,) = (runs / ".prefect").glob("*/prefect.db")
    with sqlite3.connect(database) as recorded:
        states = recorded.execute("select state_type from flow_run where name = 'words'").fetchall()
        keys = recorded.execute("select key from artifact").fetchall()
    assert ("COMPLETED",) in states
    assert ("words-prepare-2-shout",) in keys
