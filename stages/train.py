"""fine_tune: a model and a table of conversations in, a model out."""

from data.kinds import Chat
from data.table import Rows
from pipeline.code import code_of
from pipeline.model import AnyModel
from stages import sft
from stages.trained import trained
from stages.training import Training

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
    return trained(sft.__name__, code_of(fine_tune), base, rows, Chat, training, name)
