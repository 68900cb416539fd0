"""Training as a stage of a run: a model and a table in, a model and a table out.

The trainer is a child process with its own libraries: its memory returns to the machine, its
progress is streamed, and its checkpoints make it resumable. The stage's folder holds the model, the
rows that were trained on, and those that could not be.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from data.rows import Row, polars_schema
from data.shards import sweep
from data.table import Rows
from pipeline.errors import ContractError, InfrastructureError, ModelError, UserError
from pipeline.identity import describe
from pipeline.model import AnyModel, Model
from pipeline.progress import Bar
from pipeline.record import Record
from pipeline.run import Run, current_run
from pipeline.scripted import ScriptedModel
from pipeline.stage import Outcome
from pipeline.writing import finish, intact, launch, reuse, write_whole
from stages.trainer_process import EXCLUDED, SUPERVISED
from stages.training import Training

__all__ = ["trained"]


def trained(
    program: str,
    code: dict[str, str],
    base: AnyModel,
    rows: Rows[Any],
    reads: type[Row],
    settings: Training,
    name: str,
    others: Mapping[str, AnyModel] | None = None,
) -> AnyModel:
    """The model that `python -m PROGRAM` makes of `base` and `rows`; waits for it. `others` are
    further models that it needs, by their word in its spec. A scripted base is renamed, not
    trained."""
    if (run := current_run()) is None:
        raise UserError(f"{name} makes a table of a run: call it in a flow.")
    if not isinstance(rows, Rows):
        raise ContractError(f"{name} got a {type(rows).__name__}; it takes the handle of a table.")
    if missing := set(polars_schema(reads)) - set(polars_schema(rows.row)):
        raise ContractError(
            f"{name} reads {reads.__name__}, and {rows.row.__name__} lacks its columns "
            f"{', '.join(sorted(missing))}."
        )
    others = others or {}
    folder = run.place(name)
    identity = {
        "base": base.fingerprint,
        "reads": rows.fingerprint,
        "seed": run.seed,
        # how often it is saved does not change the result; the seed is the run's
        "training": describe(replace(settings, seed=0, save_steps=0)),
        **{word: model.fingerprint for word, model in others.items()},
    }
    record = Record.open(folder, name, identity, code)
    output: Rows[Any] = Rows(folder, rows.row, record.fingerprint)
    label = f"{run.phase}/{folder.name}"

    def work() -> None:
        if intact(record):
            return reuse(record, output, [rows])
        if len(rows) == 0:
            raise ModelError(
                f"{label}: no row is left to train on. `ratchet show {run.folder.name}` counts "
                "where they went."
            )
        spec = None
        if not isinstance(base, ScriptedModel):
            spec = {
                "model": _weights(base, "trained"),
                "data": str(rows.folder),
                "out": str(folder),
                "settings": settings.plain() | {"seed": run.seed},
                **{word: _weights(model, f"the {word}") for word, model in others.items()},
            }
        _train(run, program, spec, rows, output, label)
        finish(record, output, [rows])

    launch(run, output, label, work)
    output.wait()
    return base.tuned(folder) if isinstance(base, ScriptedModel) else Model(folder / "model")


def _weights(model: AnyModel, use: str) -> str:
    if not isinstance(model, Model):
        raise ModelError(f"{model!r} cannot be {use}: it is no folder of weights or Hub id.")
    return str(model.folder)


def _train(
    run: Run,
    program: str,
    spec: dict[str, Any] | None,
    rows: Rows[Any],
    output: Rows[Any],
    label: str,
) -> None:
    frame = rows.frame()
    sweep(output.folder)
    began, done = time.monotonic(), False
    bar = run.progress.stage(label)
    try:
        tokens, excluded = 0, dict[str, str]()
        if spec is not None:
            tokens = _supervise(run, program, spec, output.folder, bar)
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


def _supervise(run: Run, program: str, spec: dict[str, Any], folder: Path, bar: Bar) -> int:
    """Run the trainer; returns the tokens it trained on."""
    path = folder / ".spec.json"
    path.write_bytes(orjson.dumps(spec, option=orjson.OPT_INDENT_2))
    tokens = 0
    with (
        (folder / ".log.txt").open("ab") as log,
        subprocess.Popen(
            [sys.executable, "-m", program, str(path)],
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
