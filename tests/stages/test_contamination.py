"""Contamination against its definition in plain python, and the reasons it gives."""

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import SettingError
from stages.contamination import (
    SHORTEST,
    contained_reference,
    contaminated,
    reference_sharing_ngram,
    same_reference,
)

CALM = settings(derandomize=True, deadline=None, max_examples=150)
WORDS = st.sampled_from(["a", "b", "C", "foo", "x_1", "Ä", "東京", "return", "numbers"])
TEXTS = st.lists(
    st.tuples(st.lists(WORDS, max_size=12), st.sampled_from([" ", "  ", ", ", "\n\t"])).map(
        lambda parts: parts[1].join(parts[0])
    ),
    max_size=8,
)


def column(texts: list[str]) -> pl.Series:
    return pl.Series(texts, dtype=pl.String)


def plain(text: str) -> str:
    return " ".join(text.lower().split())


def ngrams(text: str, ngram: int) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    starts = range(max(1, len(words) - ngram + 1)) if words else ()
    return {tuple(words[start : start + ngram]) for start in starts}


@CALM
@given(TEXTS, TEXTS)
def test_the_first_contained_reference_is_named(texts, references):
    wanted = [
        next(
            (
                row
                for row, reference in enumerate(references)
                if len(plain(reference)) >= SHORTEST and plain(reference) in plain(text)
            ),
            None,
        )
        for text in texts
    ]
    assert contained_reference(column(texts), column(references)).to_list() == wanted


@CALM
@given(TEXTS, TEXTS, st.integers(1, 9))
def test_the_first_reference_sharing_an_ngram_is_named(texts, references, ngram):
    wanted = [
        next(
            (
                row
                for row, reference in enumerate(references)
                if ngrams(text, ngram) & ngrams(reference, ngram)
            ),
            None,
        )
        for text in texts
    ]
    shared = reference_sharing_ngram(column(texts), column(references), ngram)
    assert shared.to_list() == wanted


def test_a_reference_is_found_under_another_indentation_and_case():
    reference = "def total(xs):\n    return sum(xs)"
    text = "class A:\n\tDEF total(xs):\n\t\treturn sum(xs)\n"
    assert contained_reference(column([text]), column([reference])).to_list() == [0]


def test_a_reference_inside_another_is_found_too():
    inner, outer = "return the sum of all numbers", "please return the sum of all numbers in it"
    assert contained_reference(column([outer]), column(["", outer, inner])).to_list() == [1]
    assert contained_reference(column([outer]), column([inner, outer])).to_list() == [0]


def test_the_answers_that_any_code_contains_are_not_searched_for():
    answers = ["return x + y", "return len(string)", "return n**2", 'return " ".join(strings)']
    code = "\n".join(f"def f():\n    {answer}" for answer in answers)
    assert contained_reference(column([code]), column(answers)).to_list() == [None]


def test_a_short_reference_is_found_only_as_the_whole_text():
    texts = column(["What is 3 + 4?", "what is 3 4", "Tell me: what is 3 + 4?"])
    assert reference_sharing_ngram(texts, column(["What is 3 + 4?"]), 8).to_list() == [0, 0, None]


def test_a_reason_names_the_test_and_the_reference():
    references = column(["nothing alike here", "one two three four five six seven eight nine"])
    texts = column(
        [
            "zero one two three four five six seven eight nine ten",
            "one two three four five six seven, eight!",
            "one two three four five six seven",
        ]
    )
    assert contaminated(texts, references).to_list() == [
        "contains reference 1",
        "shares 8 words in a row with reference 1",
        None,
    ]


@pytest.mark.parametrize(
    ("texts", "references"), [([], []), ([], ["a b"]), (["a b"], []), (["", "a b"], ["", "?"])]
)
def test_nothing_is_contaminated_by_nothing(texts, references):
    assert contaminated(column(texts), column(references), 2).to_list() == [None] * len(texts)


def test_nulls_are_texts_without_words():
    references = pl.Series([None, "one two three four five six seven eight"])
    assert contaminated(pl.Series([None, "a"], dtype=pl.String), references).to_list() == [None] * 2


def test_an_ngram_of_no_words_is_refused():
    with pytest.raises(SettingError, match="1 or more"):
        contaminated(column(["a"]), column(["a"]), 0)


def test_a_text_that_is_a_reference_is_found_however_short():
    texts = pl.Series(["What  is 6+6?", "What is 6+6? Say it.", "what IS 6+6? ", "", None])
    references = pl.Series(["", "What is 7+7?", "What is 6+6?", "what is 6+6?", None])
    assert same_reference(texts, references).to_list() == [2, None, 2, None, None]
    assert same_reference(texts.clear(), references).to_list() == []
    assert same_reference(texts, references.clear()).to_list() == [None] * 5
