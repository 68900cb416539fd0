"""fine_tune: a model and a table of conversations in, a model out.

Training runs in a child process with the trainer's own libraries: its memory returns to the
machine, its progress is streamed, and its checkpoints make it resumable. The stage's folder holds
the model, the rows that were trained on, and those that could not be.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from data.kinds import Chat
from data.shards import sweep
from data.table import Rows
from pipeline.code import code_of
from pipeline.errors import InfrastructureError, ModelError, UserError
from pipeline.identity import describe
from pipeline.model import AnyModel, Model
from pipeline.progress import Bar
from pipeline.record import Record
from pipeline.run import Run, current_run
from pipeline.scripted import ScriptedModel
from pipeline.stage import Outcome
from pipeline.writing import finish, intact, launch, reuse, write_whole
from stages.sft import EXCLUDED, SUPERVISED, Training

__all__ = ["Training", "fine_tune"]


def fine_tune(
    base: AnyModel,
    rows: Rows[Chat],
    training: Training = Training(),
    name: str = "train",
) -> AnyModel:
    """The model that supervised fine-tuning of `base` on `rows` gives; waits for it.

    The loss counts the messages marked `train`, times the row's weight. Rows that the trainer
    cannot use (over the length, nothing to train on) are dropped with the reason. Raises ModelError
    when no row is left, or the model cannot be trained.
    """
    if (run := current_run()) is None:
        raise UserError("fine_tune makes a table of a run: call it in a flow.")
    folder = run.place(name)
    identity = {
        "base": base.fingerprint,
        "reads": rows.fingerprint,
        "seed": run.seed,
        # how often it is saved does not change the result; the seed is the run's
        "training": describe(replace(training, seed=0, save_steps=0)),
    }
    record = Record.open(folder, name, identity, code_of(_supervise))
    output: Rows[Chat] = Rows(folder, rows.row, record.fingerprint)
    label = f"{run.phase}/{folder.name}"

    def work() -> None:
        if intact(record):
            return reuse(record, output, [rows])
        _train(run, base, rows, training, output, label)
        finish(record, output, [rows])

    launch(run, output, label, work)
    output.wait()
    return base.tuned(folder) if isinstance(base, ScriptedModel) else Model(folder / "model")


def _train(
    run: Run,
    base: AnyModel,
    rows: Rows[Chat],
    training: Training,
    output: Rows[Chat],
    label: str,
) -> None:
    frame = rows.frame()
    if frame.is_empty():
        raise ModelError(
            f"{label}: no row is left to train on. `ratchet show {run.folder.name}` counts where "
            "they went."
        )
    sweep(output.folder)
    began, done = time.monotonic(), False
    bar = run.progress.stage(label)
    try:
        tokens, excluded = 0, dict[str, str]()
        if not isinstance(base, ScriptedModel):
            if not isinstance(base, Model):
                raise ModelError(
                    f"{base!r} cannot be trained: it is no folder of weights or Hub id."
                )
            spec = {
                "model": str(base.folder),
                "data": str(rows.folder),
                "out": str(output.folder),
                "settings": training.plain() | {"seed": run.seed},
            }
            tokens = _supervise(run, spec, output.folder, bar)
            excluded = _excluded(output.folder)
        reasons = pl.Series("dropped", [excluded.get(i) for i in frame["id"]], dtype=pl.String)
        frame = frame.with_columns(reasons)
        outcome = Outcome(
            frame.filter(pl.col("dropped").is_null()).drop("dropped"),
            frame.filter(pl.col("dropped").is_not_null()),
        )
        seconds = time.monotonic() - began
        write_whole(outcome, output, (rows.row,), bar, rows, tokens, seconds)
        done = True
    finally:
        bar.close(done)


def _supervise(run: Run, spec: dict[str, Any], folder: Path, bar: Bar) -> int:
    """Run the trainer; returns the tokens it trained on."""
    path = folder / ".spec.json"
    path.write_bytes(orjson.dumps(spec, option=orjson.OPT_INDENT_2))
    tokens = 0
    with (
        (folder / ".log.txt").open("ab") as log,
        subprocess.Popen(
            [sys.executable, "-m", "stages.sft", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            env=os.environ | {SUPERVISED: "1"},
        ) as child,
    ):
        try:
            for event in _events(child):
                run.check()
                if event["event"] == "progress":
                    bar.advance(0, event["tokens"] - tokens)
                    tokens = event["tokens"]
                    bar.note(f"step {event['step']}/{event['steps']}  loss {event['loss']:.3f}")
                elif event["event"] == "error":
                    raise ModelError(f"Training stopped: {event['message']}")
            code = child.wait()
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
    if code or not (folder / "model").is_dir():
        tail = (folder / ".log.txt").read_text(errors="backslashreplace").strip()[-1500:]
        raise InfrastructureError(
            f"the trainer ended with code {code} and no model; its log ({folder}/.log.txt) ends:\n"
            + tail
        )
    return tokens


def _events(child: "subprocess.Popen[bytes]") -> Iterator[dict[str, Any]]:
    assert child.stdout is not None
    for line in child.stdout:
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(event, dict) and "event" in event:
            yield event


def _excluded(folder: Path) -> dict[str, str]:
    """Row -> why the trainer could not use it."""
    found = [orjson.loads(line) for line in (folder / EXCLUDED).read_bytes().splitlines()]
    return {row["id"]: row["reason"] for row in found}
