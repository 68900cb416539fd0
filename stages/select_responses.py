"""select_responses: which passing responses are trained on (SelfCodeAlign, step D): one per task,
no repeated text, no repeated set of names, no near-duplicates."""

import random
import re
from collections.abc import Iterator

import polars as pl

from pipeline.stage import stage
from pipeline.work import work
from stages.code_tasks import Response
from stages.near_duplicates import near_duplicates
from stages.parse_response import code_representation, function_names

__all__ = ["select_responses", "sound_tests"]

NGRAM, THRESHOLD = 5, 0.7
MOST_WORDS = 200

sound_tests = (
    pl.when(pl.col("flags").list.contains("no_call"))
    .then(pl.lit("weak tests: they call nothing of the program"))
    .when(pl.col("flags").list.contains("weak_tests"))
    .then(pl.lit("weak tests: a stub passes them too"))
)
"""The rule that keeps responses whose tests can fail."""


@stage(reads=Response, writes=Response, whole=True)
def select_responses(responses: pl.DataFrame, threshold: float = THRESHOLD) -> pl.DataFrame:
    """Responses in a random order; each goes on if its task, its response and the names it defines
    are new, and if instruction, response and code are no near-duplicates of earlier ones (word
    5-grams, Jaccard `threshold`)."""
    order = list(range(responses.height))
    random.Random(work().seed_of("select")).shuffle(order)
    rows = responses[order]
    rows = rows.with_columns(pl.Series("dropped", list(_repeats(rows)), dtype=pl.String))
    codes = [code_representation(program) for program in rows["program"]]
    for name, texts in (
        ("instruction", rows["instruction"]),
        ("response", rows["response"]),
        ("code", pl.Series("code", codes, dtype=pl.String)),
    ):
        rows = rows.with_columns(dropped=_near(rows["dropped"], texts, name, threshold))
    return rows


def _repeats(rows: pl.DataFrame) -> Iterator[str | None]:
    instructions, responses, names = set[str](), set[str](), set[frozenset[str]]()
    for row in rows.select("instruction", "response", "program").iter_rows(named=True):
        instruction = re.sub(r"\s", "", row["instruction"])
        response = re.sub(r"\s", "", row["response"])
        defined = function_names(row["program"])
        if len(row["instruction"].split()) > MOST_WORDS:
            yield f"long instruction: over {MOST_WORDS} words"
        elif instruction in instructions:
            yield "another response to this task was taken"
        elif response in responses:
            yield "the same response was taken for another task"
        elif defined in names:
            yield "functions of the same names were taken"
        else:
            instructions.add(instruction)
            responses.add(response)
            names.add(defined)
            yield None


def _near(dropped: pl.Series, texts: pl.Series, name: str, threshold: float) -> pl.Series:
    left = dropped.is_null().arg_true()
    repeats = near_duplicates(texts.gather(left), threshold, NGRAM)
    reasons = dropped.to_list()
    for place, earlier in zip(left, repeats, strict=True):
        if earlier is not None:
            reasons[place] = f"near-duplicate {name}"
    return pl.Series("dropped", reasons, dtype=pl.String)
