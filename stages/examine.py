"""examine: put held-out questions to a model in several turns, and write down what they change."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from data.table import Rows
from data.turns import Assessed, Question
from pipeline.engine import Sampling
from pipeline.model import AnyModel, serve
from stages.assess import assess
from stages.converse import Ask, converse
from stages.judge import by_answer
from stages.verdicts import FEEDBACK
from stages.vote import vote

__all__ = ["examine"]


def examine(
    model: AnyModel,
    problems: Rows[Question],
    asks: Sequence[Ask],
    sampling: Sampling,
    later: Sampling | None = None,
) -> Rows[Assessed]:
    """Ask about every held-out question in turn, as `asks` say; judge each answer against the
    truth; write accuracy, CL, CS, RSS and flips to the run's scores.parquet, and with more than two
    answers also their majority. `later` is how turns after the first are sampled (`sampling`)."""
    later = replace(later or sampling, n=1)
    dialogues: Rows[Any] = problems
    with serve(model) as sampler:
        for number, ask in enumerate(asks):
            name = f"{ask.name}_held_out"
            drawn = later if number else sampling
            dialogues = converse(dialogues, sampler, ask, drawn, name=name)
    judged = by_answer(dialogues)
    if sum(ask.kind != FEEDBACK for ask in asks) > 2:
        vote(judged, model)
    return assess(judged, model)
