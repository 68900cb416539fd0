"""How a model is trained: the settings that every kind of training shares. Nothing heavy is
imported with this module: the settings are for the parent too."""

import dataclasses
import difflib
import typing
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Any

from pipeline.errors import SettingError

__all__ = ["Training"]


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
    quantization: dict[str, Any] | None = None  # of transformers.BitsAndBytesConfig, under lora
    save_steps: int = 100  # 0 keeps no checkpoints
    threads: int = 1
    max_steps: int | None = None  # instead of epochs
    gradient_checkpointing: bool = False

    def __post_init__(self) -> None:
        wrong = self._wrong()
        if wrong:
            raise SettingError("; ".join(wrong))

    def _wrong(self) -> list[str]:
        bounds: list[tuple[str, str, Callable[[Any], bool]]] = [
            ("epochs learning_rate", "above 0, and finite", lambda value: 0 < value < inf),
            ("batch_size gradient_accumulation", "at least 1", lambda value: value >= 1),
            ("max_length threads max_steps", "at least 1", lambda value: value >= 1),
            ("weight_decay max_grad_norm save_steps", "0 or more", lambda value: value >= 0),
            ("warmup_ratio dropout", "0 up to below 1", lambda value: 0 <= value < 1),
        ]
        wrong = [
            f"{name} is {value}, wanted {wanted}"
            for names, wanted, fits in bounds
            for name in names.split()
            if (value := getattr(self, name)) is not None and not fits(value)
        ]
        if self.quantization is not None and self.lora is None:
            wrong.append(
                "quantization without lora: quantized weights cannot be trained, only an adapter "
                'on them; set lora, e.g. {"r": 16, "target_modules": "all-linear"}'
            )
        return wrong

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_plain(cls, given: dict[str, Any]) -> "typing.Self":
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
    if (origin := typing.get_origin(kind)) is dict:
        return isinstance(value, origin)
    return any(_fits(value, inner) for inner in typing.get_args(kind))
