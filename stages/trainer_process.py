"""What every trainer does as a process of its own: `python -m stages.sft SPEC.json` (or
`accelerate launch -m stages.sft SPEC.json`).

SPEC is {"model": folder or Hub id, "data": folder of Parquet shards, "out": folder, "settings": the
trainer's as JSON}, and whatever else the trainer names. The result is OUT/model, put in place
whole, and OUT/.excluded.jsonl: the rows that could not be trained on, each with its reason.

stdout carries JSON lines and nothing else: data, resume, progress, then done, or error with what
the user has to change (exit code 2). A failure of the machine is a traceback on stderr, exit code
1: start it again, and it goes on from its newest checkpoint. Nothing is fetched from the network.
Nothing heavy is imported with this module.
"""

import json
import os
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pipeline.errors import RunError, SettingError, UserError
from stages.training import Training

__all__ = ["EXCLUDED", "SUPERVISED", "Prepared", "Trainer", "run"]

EXCLUDED = ".excluded.jsonl"
SUPERVISED = "RATCHET_SUPERVISED"
"""Set in the environment: stdin is a pipe from the parent, and its end is the parent's."""

T = TypeVar("T")


@dataclass(frozen=True)
class Prepared(Generic[T]):
    """Rows as tokens, (id, reason) of those that cannot be used, and counts for the parent."""

    rows: list[T]
    excluded: list[tuple[str, str]]
    counts: dict[str, int]


@dataclass(frozen=True)
class Trainer(Generic[T]):
    """What one kind of training adds. `prepare` and `train` are given the spec, with its settings
    as an object; `train` is called when torch may be imported."""

    program: str
    settings: type[Training]
    prepare: Callable[[dict[str, Any]], Prepared[T]]
    train: Callable[[dict[str, Any], list[T], Callable[..., None]], None]
    also: Sequence[str] = ()  # further words that the spec may have


class Stream:
    """The events of the child, as JSON lines on what was stdout; the first process speaks for all.
    Whatever else is printed, by any library, goes to stderr."""

    def __init__(self) -> None:
        self._first = os.environ.get("RANK", "0") == "0"
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)

    def say(self, event: str, **values: Any) -> None:
        if self._first:
            self._out.write(json.dumps({"event": event, **values}) + "\n")
            self._out.flush()


def run(argv: list[str], trainer: Trainer[Any]) -> int:
    """The whole process; returns its exit code."""
    _die_with_parent()
    stream = Stream()
    try:
        spec = _spec(argv, trainer)
        _settle(spec["settings"])
        _train(spec, trainer, stream)
    except UserError as error:
        traceback.print_exc()
        stream.say("error", message=str(error))
        return 2
    return 0


def _die_with_parent() -> None:
    """A trainer whose driver was killed must not go on: a resumed run starts another one on the
    same folder."""

    def watch() -> None:
        os.read(0, 1)
        os._exit(1)

    if os.environ.get(SUPERVISED):
        threading.Thread(target=watch, daemon=True).start()


def _spec(argv: list[str], trainer: Trainer[Any]) -> dict[str, Any]:
    if len(argv) != 1:
        raise RunError(f"wanted: python -m {trainer.program} SPEC.json")
    spec = json.loads(Path(argv[0]).read_text(encoding="utf-8"))
    wanted = {"model", "data", "out", "settings"}
    if not wanted <= spec.keys() <= wanted | set(trainer.also):
        raise SettingError(
            f"{argv[0]} has {', '.join(sorted(spec))}. Wanted: model, data, out and settings"
            + "".join(f", or also {word}" for word in trainer.also)
            + "."
        )
    return spec | {"settings": trainer.settings.from_plain(spec["settings"])}


def _settle(training: Training) -> None:
    """What has to be settled before torch is imported."""
    environment = os.environ
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
        environment[name] = str(training.threads)
    # Idle threads sleep: spinning ones bring everything to a crawl when other work has the cores.
    environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    environment["TOKENIZERS_PARALLELISM"] = "false"
    for name in ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_PROGRESS_BARS"):
        environment[name] = "1"
    if "RANK" not in environment:
        # Alone, it takes one device; several are the business of `accelerate launch`.
        environment["CUDA_VISIBLE_DEVICES"] = environment.get("CUDA_VISIBLE_DEVICES", "0").split(
            ","
        )[0]


def _train(spec: dict[str, Any], trainer: Trainer[Any], stream: Stream) -> None:
    began, out = time.monotonic(), Path(spec["out"])
    out.mkdir(parents=True, exist_ok=True)
    found = trainer.prepare(spec)
    lines = [json.dumps({"id": name, "reason": why}) + "\n" for name, why in found.excluded]
    (out / EXCLUDED).write_text("".join(lines), encoding="utf-8")
    counts = found.counts | {"excluded": len(found.excluded)}
    stream.say("data", **counts)
    if not (out / "model").is_dir():
        trainer.train(spec, found.rows, stream.say)
    seconds = round(time.monotonic() - began, 2)
    stream.say("done", model=str(out / "model"), seconds=seconds, **counts)
