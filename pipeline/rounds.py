"""What a loop's controller may choose; the same options for every flow."""

from dataclasses import dataclass
from typing import Literal

from pipeline.errors import SettingError

__all__ = ["Rounds"]


@dataclass(frozen=True)
class Rounds:
    """`reference` is the model that writes the data, `start` the one that training starts from:
    the base model, or the last iteration's. `window` is the data trained on: this iteration's, or
    that of all so far. `rows` is how many source rows an iteration draws (None: all); with
    `with_tests` the answers trained on keep their tests, so that the tuned model still writes them.
    `control` trains on as many answers drawn at random instead of the selected ones: what the loop
    gains over that is the selection's.
    """

    iterations: int = 1
    reference: Literal["base", "last"] = "base"
    start: Literal["base", "last"] = "base"
    window: Literal["this", "all"] = "this"
    rows: int | None = None
    with_tests: bool = False
    control: bool = False

    def __post_init__(self) -> None:
        if self.iterations < 1:
            raise SettingError(f"iterations is {self.iterations}, wanted at least 1")
