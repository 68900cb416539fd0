"""Judges that put a question with options to a model: a rubric with digits, and two answers side by
side. What they say is an expectation over the options, not what one sample happens to say."""

import math
from typing import Any, TypeVar, cast

import polars as pl

from data.table import Rows
from data.turns import Dialogue
from pipeline.errors import SettingError
from pipeline.model import Sampler
from pipeline.stage import Stage
from pipeline.work import work
from stages.choose import ChoicePrompt
from stages.verdicts import Found, Which, answering, judged_turns, version, with_verdicts

__all__ = ["PAIR", "RUBRIC", "by_pairwise", "by_rubric"]

D = TypeVar("D", bound=Dialogue)

RUBRIC = ChoicePrompt("judge_answer", ("1", "2", "3", "4", "5"))
PAIR = ChoicePrompt("judge_pair", ("A", "B"))

TOO_LONG = "too long for the judge"
NO_NUMBER = "the judge gave no number"


def by_rubric(
    dialogues: Rows[D],
    sampler: Sampler,
    prompt: ChoicePrompt = RUBRIC,
    turns: Which = "all",
    name: str = "rubric",
) -> Rows[D]:
    """Each answer by the digit that the model expects to give it: the mean over the options, which
    rise from worst to best, scaled to 0..1. The prompt may use `answer` and the row's columns."""
    called = Stage(_by_rubric, Dialogue, Dialogue, f"judge_{name}")
    return cast("Rows[D]", called(cast("Any", dialogues), sampler, prompt, turns, name))


def _by_rubric(
    dialogues: pl.DataFrame, sampler: Sampler, prompt: ChoicePrompt, turns: Which, name: str
) -> pl.DataFrame:
    rows, asked = _rows(dialogues, prompt, {"answer"}), []
    for place, row in enumerate(rows):
        asked += [(place, number) for number in judged_turns(row["turns"], turns)]
    values = [rows[p] | {"answer": rows[p]["turns"][n]["text"]} for p, n in asked]
    found: list[list[Found]] = [[] for _ in rows]
    best = len(prompt.options) - 1
    for (place, number), logprobs in zip(asked, prompt.put(values, sampler), strict=True):
        if not logprobs:
            found[place].append(Found(number, None, TOO_LONG))
            continue
        mean = sum(level * math.exp(p) for level, p in enumerate(logprobs)) / best
        if math.isnan(mean):
            found[place].append(Found(number, None, NO_NUMBER))
            continue
        likeliest = prompt.options[max(range(len(logprobs)), key=logprobs.__getitem__)]
        found[place].append(Found(number, min(mean, 1.0), likeliest))
    work().advance(len(rows))
    return with_verdicts(dialogues, version(name, prompt, sampler), found)


def by_pairwise(
    dialogues: Rows[D], sampler: Sampler, prompt: ChoicePrompt = PAIR, name: str = "pairwise"
) -> Rows[D]:
    """The last answer by whether the model likes it better than the first, asked in both orders: 1
    or 0 where they agree, 0.5 where the order decides. Null with one answer only. The prompt may
    use `first` and `second` (which the options name in this order) and the row's columns."""
    if len(prompt.options) != 2:
        raise SettingError(f"Two answers are compared, and the options are {prompt.options}.")
    called = Stage(_by_pairwise, Dialogue, Dialogue, f"judge_{name}")
    return cast("Rows[D]", called(cast("Any", dialogues), sampler, prompt, name))


def _by_pairwise(
    dialogues: pl.DataFrame, sampler: Sampler, prompt: ChoicePrompt, name: str
) -> pl.DataFrame:
    rows = _rows(dialogues, prompt, {"first", "second"})
    found, values, asked = [], [], []
    for place, row in enumerate(rows):
        ends = answering(row["turns"])
        found.append([Found(n, None, "no earlier answer") for n in ends[-1:]])
        if len(ends) > 1:
            early, late = (row["turns"][n]["text"] for n in (ends[0], ends[-1]))
            values += [row | {"first": a, "second": b} for a, b in ((early, late), (late, early))]
            asked.append((place, ends[-1], early == late))
    weighed = iter(prompt.put(values, sampler))
    for place, number, equal in asked:
        one, other = next(weighed), next(weighed)
        if not one or not other:
            found[place] = [Found(number, None, TOO_LONG)]
            continue
        shares = (math.exp(one[1]), math.exp(other[0]))  # of the later answer, in both orders
        if any(map(math.isnan, shares)):
            found[place] = [Found(number, None, NO_NUMBER)]
            continue
        agreed = not equal and (shares[0] - 0.5) * (shares[1] - 0.5) > 0
        score = float(shares[0] > 0.5) if agreed else 0.5
        said = f"later {shares[0]:.3f} as second, {shares[1]:.3f} as first"
        found[place] = [Found(number, score, said)]
    work().advance(len(rows))
    return with_verdicts(dialogues, version(name, prompt, sampler), found)


def _rows(dialogues: pl.DataFrame, prompt: ChoicePrompt, own: set[str]) -> list[dict[str, Any]]:
    """The columns that the prompt asks for, and the turns."""
    prompt.template.check([*dialogues.columns, *own])
    columns = sorted(prompt.template.placeholders - own - {"turns"})
    return dialogues.select("turns", *columns).to_dicts()
