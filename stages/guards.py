"""Drift guards: what an iteration's rows are like, beside the first iteration's.

    drift = watch(kept, guards, held_out)     # kept: the rows of each iteration so far

A loop that feeds on its own answers narrows, swells, repeats itself, or learns the evaluation,
and its scores show that late or never. Each guard measures one such thing, writes it to
scores.parquet, and says plainly what tripped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from data.kinds import Chat, Generated, Problem
from data.table import Rows
from data.turns import Dialogue, Pair
from pipeline.errors import ContractError, SettingError, UserError
from pipeline.run import current_run
from stages.contamination import contained_reference
from stages.near_duplicates import ngram_numbers, word_numbers
from stages.scores import Measured, write_scores
from stages.verdicts import answering, of_judge, score_of

__all__ = ["Guards", "watch"]

NGRAM = 3


@dataclass(frozen=True)
class Guards:
    """Bounds on how far an iteration's rows may go from the first iteration's; None: no bound.

    `diversity`: the share of distinct runs of three words, at least this part of the first's.
    `length`: the mean length, at most this many times the first's, and at least its inverse.
    `duplicates`: at most this share of rows that were in an earlier iteration's. `contamination`:
    at most this share that holds a held-out text. `agreement`: how often judge and hidden truth
    agree, at least this part of the first's. A score of exactly 0.5 decides nothing.
    """

    diversity: float | None = 0.5
    length: float | None = 2.0
    duplicates: float | None = 0.5
    contamination: float | None = 0.0
    agreement: float | None = 0.9

    def __post_init__(self) -> None:
        if self.length is not None and not self.length >= 1:
            raise SettingError(f"length is {self.length}, wanted at least 1 (or none)")
        for name in ("diversity", "duplicates", "contamination", "agreement"):
            bound = getattr(self, name)
            if bound is not None and not 0 <= bound <= 1:
                raise SettingError(f"{name} is {bound}, wanted 0 to 1 (or none)")


class _Texts(NamedTuple):
    """What the rows of a table were asked and what they answer, in order."""

    asked: pl.Series
    answers: pl.Series


def watch(
    kept: Sequence[Rows[Any]],
    guards: Guards = Guards(),
    held_out: Rows[Problem] | None = None,
    judged: Sequence[Rows[Dialogue]] = (),
    judge: str = "feedback",
    truth: str = "truth",
) -> list[str]:
    """What tripped, in words; every guard's measurement goes to the run's scores.parquet.

    `kept` are the tables of all iterations so far, the present one last: Chat, Pair, Dialogue, or
    what a model answered. `held_out` may never be among them. `judged`, one table an iteration,
    has the verdicts of `judge` and of `truth`.
    """
    if (run := current_run()) is None:
        raise UserError("watch writes to the scores of a run: call it in a flow.")
    if not kept:
        raise UserError("watch got no table: give each iteration's rows, the present one's last.")
    texts = [_texts(table) for table in kept]
    found = [*_drift(texts, guards)]
    if held_out is not None:
        found.append(_contamination(texts[-1], _secrets(held_out.frame()), guards))
    if judged:
        was, value = (_agreement(t.frame(), judge, truth) for t in (judged[0], judged[-1]))
        found.append(_agreeing(was, value, judge, guards))
    rows = len(kept[-1])
    write_scores(
        run, kept[-1], [m._replace(metric=f"guard:{m.metric}", problems=rows) for m in found]
    )
    return [m.note for m in found if m.note]


def _drift(texts: list[_Texts], guards: Guards) -> Iterator[Measured]:
    first, now = texts[0].answers, texts[-1].answers
    count = min(len(first), len(now))
    # the more text, the more runs of words come again: only as many rows compare
    was, value = _distinct(first, count), _distinct(now, count)
    low = guards.diversity is not None and value < guards.diversity * was
    yield _measured("diversity", value, low, f"{value:.2f}, {_part(value, was)}")
    was, value = _length(first), _length(now)
    far = guards.length is not None and not was <= value * guards.length <= was * guards.length**2
    far = far and len(first) > 0  # nothing is far from nothing
    yield _measured("length", value, far, f"{value:.0f} characters, {_part(value, was)}")
    value = _repeated(texts)
    much = guards.duplicates is not None and value > guards.duplicates
    yield _measured("duplicates", value, much, f"{value:.0%} of the rows are earlier iterations'")


def _measured(name: str, value: float, tripped: bool, words: str) -> Measured:
    return Measured(name, value, note=f"{name}: {words}" if tripped else None)


def _part(value: float, was: float) -> str:
    if value == was:
        return "as the first iteration's"
    return f"{value / was:.2g} times the first iteration's" if was else "the first iteration's 0"


def _distinct(texts: pl.Series, count: int) -> float:
    """The share of distinct runs of words in `count` of the texts, taken evenly."""
    taken = texts.gather(np.arange(count) * len(texts) // max(count, 1))
    numbers, _ = ngram_numbers(*word_numbers(taken), NGRAM)
    return len(np.unique(numbers)) / len(numbers) if len(numbers) else 0.0


def _length(texts: pl.Series) -> float:
    lengths = texts.str.len_chars()
    return float(lengths.mean() or 0.0)  # type: ignore[arg-type]


def _repeated(texts: list[_Texts]) -> float:
    """The share of the last table's rows that are, word for word, in an earlier one."""
    *earlier, now = (pl.DataFrame(t._asdict()) for t in texts)
    if not earlier or now.is_empty():
        return 0.0
    again = now.join(pl.concat(earlier).unique(), on=now.columns, how="semi", nulls_equal=True)
    return again.height / now.height


def _contamination(texts: _Texts, secrets: pl.Series, guards: Guards) -> Measured:
    both = pl.select(pl.format("{}\n{}", pl.lit(texts.asked), pl.lit(texts.answers))).to_series()
    # what is short is in many texts by chance, so only a line of its own in the question counts
    plain = secrets.str.strip_chars()
    plain = plain.filter(plain != "")
    lines = texts.asked.str.split("\n").list.eval(pl.element().str.strip_chars())
    same = lines.list.eval(pl.element().is_in(plain.implode())).list.any()
    hit = same | contained_reference(both, secrets).is_not_null()
    value = float(hit.mean() or 0.0)  # type: ignore[arg-type]
    over = guards.contamination is not None and value > guards.contamination
    words = f"{value:.1%} of the rows hold a held-out text"
    return _measured("contamination", value, over, words)


def _secrets(held_out: pl.DataFrame) -> pl.Series:
    """The texts of held-out problems that no row may hold."""
    columns = [c for c in ("instruction", "solution") if c in held_out.columns]
    return pl.concat([held_out[c].cast(pl.String) for c in columns]).drop_nulls().unique().sort()


def _agreement(dialogues: pl.DataFrame, judge: str, truth: str) -> float:
    """How often, of the answers on which both decided, judge and truth say the same: 0 where the
    judge decided none, NaN where no truth is known."""
    agreed: list[bool] = []
    known = 0
    judges = dialogues["verdicts"].explode().struct.field("judge").drop_nulls().unique().sort()
    names = [name.partition("@")[0] for name in judges]
    if names and judge not in (*names, *judges):
        raise ContractError(
            f"A drift guard is to watch how {judge!r} agrees with the truth, and no answer has its "
            f"verdict; there is {', '.join(names)}. Name the judge that is meant: watch(judge=...)."
        )
    for row in dialogues.iter_rows(named=True):
        seen = {v["turn"] for v in of_judge(row, judge)}
        for turn in seen & set(answering(row["turns"])):
            said, right = score_of(row, judge, turn), score_of(row, truth, turn)
            known += right is not None
            if said is not None and said != 0.5 and right is not None:
                agreed.append((said > 0.5) == (right > 0.5))
    return sum(agreed) / max(len(agreed), 1) if known else float("nan")


def _agreeing(was: float, value: float, judge: str, guards: Guards) -> Measured:
    low = guards.agreement is not None and value < guards.agreement * was
    words = f"{judge} agrees with the truth on {value:.0%}, {_part(value, was)}"
    return _measured("agreement", value, low, words)


def _texts(table: Rows[Any]) -> _Texts:
    frame, row = table.frame(), table.row
    if issubclass(row, Chat):
        said = pl.element().struct.field("content")
        trained = pl.element().struct.field("train")
        asked = pl.col("messages").list.eval(said.filter(~trained)).list.join("\n")
        answers = pl.col("messages").list.eval(said.filter(trained)).list.join("\n")
    elif issubclass(row, Pair):
        said = pl.element().struct.field("content")
        asked = pl.col("prompt").list.eval(said).list.join("\n")
        answers = pl.col("chosen")
    elif issubclass(row, Dialogue):
        last = [_last_answer(each) for each in frame.iter_rows(named=True)]
        return _Texts(frame["instruction"], pl.Series("answers", last, dtype=pl.String))
    elif issubclass(row, Generated):
        asked = pl.col("instruction" if "instruction" in frame.columns else "prompt")
        answers = pl.col("completion")
    else:
        raise ContractError(
            f"A drift guard cannot tell what a {row.__name__} asks and answers: give it a table of "
            "Chat, Pair, Dialogue, or rows with what a model answered (Generated)."
        )
    found = frame.select(asked=asked, answers=answers)
    return _Texts(found["asked"], found["answers"])


def _last_answer(row: Any) -> str:
    turns = answering(row["turns"])
    return row["turns"][turns[-1]]["text"] if turns else ""
