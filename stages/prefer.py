"""prefer: a model and a table of pairs in, a model out that makes the chosen answers likelier than
the rejected ones (DPO and its kin)."""

from data.table import Rows
from data.turns import Pair
from pipeline.code import code_of
from pipeline.model import AnyModel
from stages import dpo
from stages.preference import Preference
from stages.trained import trained

__all__ = ["Preference", "prefer"]


def prefer(
    base: AnyModel,
    rows: Rows[Pair],
    preference: Preference = Preference(),
    reference: AnyModel | None = None,
    name: str = "prefer",
) -> AnyModel:
    """The model that preference optimisation of `base` on `rows` gives; waits for it.

    `reference` is what losses that compare (preference.COMPARING) compare it with, and stays as it
    is; without one it is `base`. To the other losses it is nothing, and no part of the result.
    Each pair's part of the loss is multiplied by its weight. Pairs that the trainer cannot use
    (over the length, no difference) are dropped with the reason. Raises ModelError when no pair is
    left, or the model cannot be trained.
    """
    others = {"reference": reference or base} if preference.compares else {}
    code = code_of(prefer)
    return trained(dpo.__name__, code, base, rows, Pair, preference, name, others)
