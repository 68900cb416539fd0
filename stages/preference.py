"""How a model is trained on pairs: the objective and its settings."""

import difflib
from dataclasses import dataclass, field
from typing import Any

from stages.training import Training

__all__ = ["COMPARING", "REFERENCE_FREE", "Preference"]

COMPARING = (
    "sigmoid",  # DPO
    "sigmoid_norm",  # DPO on the mean per token
    "hinge",
    "ipo",
    "exo_pair",
    "nca_pair",
    "robust",
    "bco_pair",
    "sppo_hard",
    "apo_zero",
    "apo_down",
    "discopop",
)
"""Losses of TRL that compare with the reference. Not there: aot and aot_unpaired, which sort the
answers of a batch, so that a pair has no loss of its own to weigh."""

REFERENCE_FREE = ("sft", "simpo", "cpo", "orpo")


@dataclass(frozen=True)
class Preference(Training):
    """How a model is trained on pairs; part of the identity of the result.

    The loss of a pair is the sum of `losses`, each times its weight: {"sigmoid": 1.0} is DPO,
    {"sigmoid": 1.0, "sft": 0.2} adds the chosen answer's likelihood (RPO), {"cpo": 1.0, "sft": 1.0}
    is CPO, {"orpo": 0.1, "sft": 1.0} ORPO, {"simpo": 1.0} SimPO.
    """

    learning_rate: float = 1e-6
    batch_size: int = 8  # pairs per process and micro-batch
    losses: dict[str, float] = field(default_factory=lambda: {"sigmoid": 1.0})
    beta: float = 0.1  # how dearly a distance from the reference is paid; tau of IPO
    label_smoothing: float = (
        0.0  # robust, exo_pair: the share of pairs that are the wrong way round
    )
    margin: float = 0.5  # simpo: gamma
    options: dict[str, Any] | None = None  # further keyword arguments of trl.DPOConfig

    def _wrong(self) -> list[str]:
        wrong = super()._wrong()
        known = [*COMPARING, *REFERENCE_FREE]
        for name, weight in self.losses.items():
            if name not in known:
                near = difflib.get_close_matches(name, known, 1) or known
                wrong.append(f"losses: there is no {name!r}; there is {', '.join(near)}")
            elif not weight > 0:
                wrong.append(f"losses: the weight of {name} is {weight}, wanted above 0")
        if not self.losses:
            wrong.append(f"losses is empty, wanted at least one of {', '.join(known)}")
        if not self.beta > 0:
            wrong.append(f"beta is {self.beta}, wanted above 0")
        if not 0 <= self.label_smoothing < 0.5:
            wrong.append(f"label_smoothing is {self.label_smoothing}, wanted 0 up to below 0.5")
        return wrong

    @property
    def compares(self) -> bool:
        """Whether a loss needs the reference."""
        return any(name in COMPARING for name in self.losses)
