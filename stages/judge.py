"""judge: what is thought of each answer of a dialogue, as verdicts from 0 (wrong) to 1 (right).

    judged = by_answer(dialogues)                    # "truth": against the known answer
    judged = by_feedback(judged, name="self")        # what the model's own feedback said

Judges add verdicts and change nothing else. A judge that cannot tell gives null, never 0. Others
are in judge_by_choice (rubric, pairwise) and judge_by_tests; score_of (stages.verdicts) reads them.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

import polars as pl

from data.table import Rows
from data.turns import Dialogue
from pipeline.stage import Stage
from stages.verdicts import (
    FEEDBACK,
    QUESTION,
    Found,
    Which,
    answering,
    judged_turns,
    version,
    with_verdicts,
)
from stages.verify import final_answer, plain, same_answer, verified

__all__ = [
    "NO_FEEDBACK",
    "by_answer",
    "by_feedback",
    "by_majority",
    "group_answers",
    "verdict_line",
]

D = TypeVar("D", bound=Dialogue)

NO_FEEDBACK = "no feedback"
"""What by_feedback says of an answer on which there is none."""

Answer = Callable[[str], str | None]
Parse = Callable[[str], float | None]


def by_answer(
    dialogues: Rows[D],
    turns: Which = "all",
    name: str = "truth",
    answer: Answer = final_answer,
) -> Rows[D]:
    """Each answer against the known one: `gold`, or the family's verifier where the question has an
    `entry` (stages.verify). A turn in which `answer` finds no final answer is wrong; what it found
    is the verdict's `said`. Null where the answer is not known."""
    called = Stage(_by_answer, Dialogue, Dialogue, f"judge_{name}")
    return cast("Rows[D]", called(cast("Any", dialogues), turns, name, answer))


def _by_answer(dialogues: pl.DataFrame, turns: Which, name: str, answer: Answer) -> pl.DataFrame:
    known: dict[tuple[str, ...], bool] = {}

    def found(row: Mapping[str, Any], number: int) -> Found:
        said = answer(row["turns"][number]["text"])
        if not (plain(row["gold"]) or row["entry"]):
            return Found(number, None, "no known answer")
        if said is None:
            return Found(number, 0.0, "")
        question = (said, row["gold"], row["family"], row["entry"])
        if question not in known:
            known[question] = verified(*question)
        return Found(number, float(known[question]), said)

    rows = dialogues.select("gold", "family", "entry", "turns").iter_rows(named=True)
    each = [[found(row, n) for n in judged_turns(row["turns"], turns)] for row in rows]
    return with_verdicts(dialogues, version(name, answer), each)


_VERDICT = re.compile(r"\W*verdict\W+(right|wrong)\b\W*", re.IGNORECASE)


def verdict_line(feedback: str) -> float | None:
    """1 or 0 by the line "Verdict: right" or "Verdict: wrong" that feedback begins or ends with;
    None without one, or with both."""
    lines = [line.strip() for line in feedback.splitlines() if line.strip()]
    ends = (_VERDICT.fullmatch(line) for line in {*lines[:1], *lines[-1:]} if len(line) <= 200)
    said = {match[1].lower() for match in ends if match}
    return float(said == {"right"}) if len(said) == 1 else None


def by_feedback(dialogues: Rows[D], name: str = "feedback", parse: Parse = verdict_line) -> Rows[D]:
    """Each answer by the feedback that was given on it in the next turn: what `parse` reads from
    its text, null where that is nothing or there is no feedback."""
    called = Stage(_by_feedback, Dialogue, Dialogue, f"judge_{name}")
    return cast("Rows[D]", called(cast("Any", dialogues), name, parse))


def _by_feedback(dialogues: pl.DataFrame, name: str, parse: Parse) -> pl.DataFrame:
    def found(turns: Sequence[Mapping[str, Any]], number: int) -> Found:
        after = turns[number + 1 : number + 2]
        if not after or after[0]["kind"] != FEEDBACK:
            return Found(number, None, NO_FEEDBACK)
        score = parse(after[0]["text"])
        return Found(number, score, "no verdict" if score is None else f"turn {number + 1}")

    each, judges = [], []
    for turns in dialogues["turns"].to_list():
        each.append([found(turns, n) for n in answering(turns)])
        models = sorted({turn["model"] for turn in turns if turn["kind"] == FEEDBACK})
        judges.append(version(name, parse, models))
    return with_verdicts(dialogues, judges, each)


def by_majority(
    dialogues: Rows[D], name: str = "majority", answer: Answer = final_answer
) -> Rows[D]:
    """The last answer of each dialogue by whether most dialogues about the same question end with
    it (self-consistency). `said` is the majority's answer and its share; without a final answer the
    score is null, and it has no vote. Of equal counts, the answer that came first wins. Needs the
    whole table."""
    called = Stage(_by_majority, Dialogue, Dialogue, f"judge_{name}", whole=True)
    return cast("Rows[D]", called(cast("Any", dialogues), name, answer))


def _by_majority(dialogues: pl.DataFrame, name: str, answer: Answer) -> pl.DataFrame:
    each = dialogues["turns"].to_list()
    last = [judged_turns(turns, "last") for turns in each]
    said = [answer(turns[n[0]]["text"]) if n else None for turns, n in zip(each, last, strict=True)]
    of_question: dict[tuple[str, ...], list[int]] = {}
    for place, question in enumerate(dialogues.select(QUESTION).rows()):
        of_question.setdefault(question, []).append(place)
    found: list[list[Found]] = [[] for _ in each]
    for places in of_question.values():
        groups = group_answers([said[place] for place in places])
        votes = Counter(group for group in groups if group is not None)
        for place, group in zip(places, groups, strict=True):
            for number in last[place]:
                if group is None:
                    found[place] = [Found(number, None, "no answer")]
                    continue
                first, most = votes.most_common(1)[0]
                majority = said[places[groups.index(first)]]
                share = f"{majority} ({most} of {votes.total()})"
                found[place] = [Found(number, float(group == first), share)]
    return with_verdicts(dialogues, version(name, answer), found)


def group_answers(answers: Sequence[str | None]) -> list[int | None]:
    """For each answer the number of the group of answers that say the same; None has none."""
    first: list[str] = []
    known: dict[str, int] = {}
    for answer in answers:
        if answer is None or (text := plain(answer)) in known:
            continue
        same = (group for group, other in enumerate(first) if same_answer(answer, other))
        known[text] = next(same, len(first))
        if known[text] == len(first):
            first.append(answer)
    return [None if answer is None else known[plain(answer)] for answer in answers]
