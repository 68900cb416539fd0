"""Supervised fine-tuning with TRL, as a process of its own: `python -m stages.sft SPEC.json`
(or `accelerate launch -m stages.sft SPEC.json`).

SPEC is {"model": folder or Hub id, "data": folder of Parquet shards with id, messages and weight,
"out": folder, "settings": Training as JSON}. The result is OUT/model, put in place whole, and
OUT/.excluded.jsonl: the rows that could not be trained on, each with its reason.

stdout carries JSON lines and nothing else: data, resume, progress, then done, or error with what
the user has to change (exit code 2). A failure of the machine is a traceback on stderr, exit code
1: start it again, and it goes on from its newest checkpoint. Nothing is fetched from the network.
Nothing heavy is imported with this module: `Training` and `check` are for the parent too.
"""

import dataclasses
import difflib
import json
import os
import sys
import threading
import time
import traceback
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import RunError, SettingError, UserError
from stages.chat_tokens import Encoded, encode_chats, read_chats

__all__ = ["EXCLUDED", "SUPERVISED", "Check", "Training", "check", "main"]

EXCLUDED = ".excluded.jsonl"
SUPERVISED = "RATCHET_SUPERVISED"
"""Set in the environment: stdin is a pipe from the parent, and its end is the parent's."""


@dataclass(frozen=True)
class Training:
    """How a model is fine-tuned; part of the identity of the result."""

    epochs: float = 1.0
    learning_rate: float = 1e-5
    batch_size: int = 16  # rows per process and micro-batch
    gradient_accumulation: int = 1
    warmup_ratio: float = 0.05
    schedule: str = "linear"
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0  # 0 turns clipping off
    max_length: int = 1024  # tokens; longer rows are excluded, never cut
    dropout: float | None = 0.0  # None keeps the model's own
    optimizer: str = "adamw_torch"
    seed: int = 0
    lora: dict[str, Any] | None = None  # keyword arguments of peft.LoraConfig; None trains it all
    save_steps: int = 100  # 0 keeps no checkpoints
    threads: int = 1
    max_steps: int | None = None  # instead of epochs
    gradient_checkpointing: bool = False

    def __post_init__(self) -> None:
        wrong = [
            f"{name} is {value}, wanted {wanted}"
            for name, value, wanted, fits in (
                ("epochs", self.epochs, "above 0", self.epochs > 0),
                ("learning_rate", self.learning_rate, "above 0", self.learning_rate > 0),
                ("batch_size", self.batch_size, "at least 1", self.batch_size >= 1),
                ("max_length", self.max_length, "at least 1", self.max_length >= 1),
                ("threads", self.threads, "at least 1", self.threads >= 1),
                ("max_steps", self.max_steps, "at least 1", (self.max_steps or 1) >= 1),
            )
            if not fits
        ]
        if wrong:
            raise SettingError("; ".join(wrong))

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_plain(cls, given: dict[str, Any]) -> "Training":
        """Raises SettingError naming every setting that is unknown or does not fit its type."""
        kinds = typing.get_type_hints(cls)
        wrong = []
        for name, value in given.items():
            if name not in kinds:
                near = difflib.get_close_matches(name, kinds, 1) or list(kinds)
                wrong.append(f"{name}: no such setting; there is {', '.join(near)}")
            elif not _fits(value, kinds[name]):
                wrong.append(f"{name}: {value!r} is no {kinds[name]}")
        if wrong:
            raise SettingError("training settings that do not fit: " + "; ".join(wrong))
        return cls(**given)


def _fits(value: Any, kind: Any) -> bool:
    if kind is int or kind is float:
        return isinstance(value, (int, kind)) and not isinstance(value, bool)
    if isinstance(kind, type):
        return isinstance(value, kind)
    return any(_fits(value, typing.get_origin(k) or k) for k in typing.get_args(kind))


@dataclass(frozen=True)
class Check:
    """What training would see: counts of rows and tokens, and the rows it could not use."""

    rows: int
    tokens: int
    trained_tokens: int
    longest: int
    excluded: list[tuple[str, str]]


def check(model: str, data: str | Path, training: Training = Training()) -> Check:
    """Render and tokenize the table as training will, without a device. Raises ModelError or
    ContractError when nothing could be trained."""
    return _checked(*_prepared(model, data, training))


def _prepared(
    model: str, data: str | Path, training: Training
) -> tuple[list[Encoded], list[tuple[str, str]]]:
    chats = read_chats(data)
    from pipeline.pretrained import load_tokenizer

    return encode_chats(chats, load_tokenizer(model), training.max_length)


def _checked(rows: list[Encoded], excluded: list[tuple[str, str]]) -> Check:
    lengths = [len(row.ids) for row in rows]
    trained = sum(row.trained for row in rows)
    return Check(len(rows), sum(lengths), trained, max(lengths), excluded)


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


def _die_with_parent() -> None:
    """A trainer whose driver was killed must not go on: a resumed run starts another one on the
    same folder."""

    def watch() -> None:
        os.read(0, 1)
        os._exit(1)

    if os.environ.get(SUPERVISED):
        threading.Thread(target=watch, daemon=True).start()


def main(argv: list[str]) -> int:
    _die_with_parent()
    stream = Stream()
    try:
        spec = _spec(argv)
        _settle(spec["training"])
        _run(spec["model"], spec["data"], Path(spec["out"]), spec["training"], stream)
    except UserError as error:
        traceback.print_exc()
        stream.say("error", message=str(error))
        return 2
    return 0


def _spec(argv: list[str]) -> dict[str, Any]:
    if len(argv) != 1:
        raise RunError("wanted: python -m stages.sft SPEC.json")
    spec = json.loads(Path(argv[0]).read_text(encoding="utf-8"))
    if spec.keys() != {"model", "data", "out", "settings"}:
        raise SettingError(
            f"{argv[0]} has {', '.join(sorted(spec))}. Wanted: model, data, out and settings."
        )
    return spec | {"training": Training.from_plain(spec["settings"])}


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


def _run(model: str, data: str, out: Path, training: Training, stream: Stream) -> None:
    began = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    rows, excluded = _prepared(model, data, training)
    seen = _checked(rows, excluded)
    lines = [json.dumps({"id": name, "reason": why}) + "\n" for name, why in excluded]
    (out / EXCLUDED).write_text("".join(lines), encoding="utf-8")
    counts = dataclasses.asdict(seen) | {"excluded": len(excluded)}
    stream.say("data", **counts)
    if not (out / "model").is_dir():
        from stages.sft_run import train

        train(model, rows, out, training, stream.say)
    seconds = round(time.monotonic() - began, 2)
    stream.say("done", model=str(out / "model"), seconds=seconds, **counts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
