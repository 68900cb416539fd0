"""What a loop's controller may choose; the same options for every flow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from pipeline.errors import SettingError

__all__ = ["Rounds"]

T = TypeVar("T")
Start = Literal["base", "last", "best"]


@dataclass(frozen=True)
class Rounds:
    """`reference` is the model that writes the data, `start` the one that training starts from:
    the base model, the one tuned last, or the best, which is the one promoted last. `window` is the
    data trained on: this iteration's, that of the last two, or of all so far. `rows` is how many
    source rows an iteration draws (None: all), other ones each time.
    """

    iterations: int = 1
    reference: Start = "base"
    start: Start = "base"
    window: Literal["this", "two", "all"] = "this"
    rows: int | None = None

    def __post_init__(self) -> None:
        if self.iterations < 1:
            raise SettingError(f"iterations is {self.iterations}, wanted at least 1")
        if self.rows is not None and self.rows < 1:
            raise SettingError(f"rows is {self.rows}, wanted at least 1, or None for all")

    def within(self, kept: Sequence[T]) -> list[T]:
        """Of what each iteration so far kept, what is trained on; this iteration's first."""
        size = {"this": 1, "two": 2, "all": len(kept)}[self.window]
        return list(reversed(kept[-size:]))

    def pick(self, which: Start, base: T, last: T, best: T) -> T:
        """The model that a word stands for."""
        return {"base": base, "last": last, "best": best}[which]
