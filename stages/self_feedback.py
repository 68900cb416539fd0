"""What a loop of self-feedback asks (SELF, arXiv 2310.00533), and how it reads its own verdicts."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from data.turns import Question
from stages.converse import Ask
from stages.generate import Prompt, Rejected
from stages.judge import verdict_line
from stages.verdicts import score_of

__all__ = ["ANSWER", "FEEDBACK", "REFINE", "WRITE_QUESTION", "endorsed", "new", "self_filter"]

ANSWER = Ask("answer_question")
FEEDBACK = Ask("give_feedback", kind="feedback")
REFINE = Ask("refine_response")


def endorsed(row: Mapping[str, Any]) -> bool:
    """Whether the newest turn is feedback that calls the answer right: nothing to refine."""
    last = row["turns"][-1:]
    return any(t["kind"] == FEEDBACK.kind and verdict_line(t["text"]) == 1.0 for t in last)


def self_filter(row: Mapping[str, Any]) -> str | None:
    """The rule that keeps what the model's own feedback calls right."""
    score = score_of(row, "feedback")
    return None if score == 1.0 else "no verdict" if score is None else "its feedback: wrong"


def _question(text: str) -> dict[str, str]:
    if not text.strip():
        raise Rejected("no question")
    return {"instruction": text.strip(), "gold": "", "entry": ""}


WRITE_QUESTION = Prompt("write_question", Question, Question, _question, chat=True)
"""Another question like the row's; nobody knows its answer."""

new = pl.when(~pl.col("instruction").is_first_distinct()).then(pl.lit("repeated question"))
"""The rule that keeps each question once."""
