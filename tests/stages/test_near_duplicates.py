"""Near-duplicates against the definition itself: python sets, every pair, row by row."""

import random
import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import SettingError
from stages import near_duplicates as module
from stages.near_duplicates import near_duplicates

CALM = settings(derandomize=True, deadline=None, max_examples=150)
WORDS = st.sampled_from(["a", "b", "c", "foo", "x_1", "42", "Ä", "é", "東京", "β"])
TEXTS = st.lists(
    st.tuples(st.lists(WORDS, max_size=12), st.sampled_from([" ", ", ", "\n", " — "])).map(
        lambda parts: parts[1].join(parts[0])
    ),
    max_size=25,
)


def found(texts: list[str], threshold: float, ngram: int) -> list[int | None]:
    return near_duplicates(pl.Series(texts, dtype=pl.String), threshold, ngram).to_list()


def shingles(text: str, ngram: int) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    starts = range(max(1, len(words) - ngram + 1)) if words else ()
    return {tuple(words[start : start + ngram]) for start in starts}


def by_definition(texts: list[str], threshold: float, ngram: int) -> list[int | None]:
    sets = [shingles(text, ngram) for text in texts]
    kept: list[int] = []
    answer: list[int | None] = []
    for row, own in enumerate(sets):
        twins = (
            earlier
            for earlier in kept
            if texts[row] == texts[earlier]
            or (own and len(own & sets[earlier]) / len(own | sets[earlier]) >= threshold)
        )
        answer.append(next(twins, None))
        if answer[-1] is None:
            kept.append(row)
    return answer


def edited(rows: int, vocabulary: int, seed: int) -> list[str]:
    """Texts of which two in three are an earlier one with up to three words changed."""
    draw = random.Random(seed)
    texts: list[str] = []
    for _ in range(rows):
        words = [f"w{draw.randrange(vocabulary)}" for _ in range(draw.randint(1, 40))]
        if texts and draw.random() < 0.66:
            words = draw.choice(texts).split()
            for _ in range(draw.randrange(4)):
                words[draw.randrange(len(words))] = f"w{draw.randrange(vocabulary)}"
        texts.append(" ".join(words))
    return texts


@CALM
@given(TEXTS, st.sampled_from([0.3, 1 / 3, 0.5, 0.6, 2 / 3, 0.7, 0.8, 0.9, 1.0]), st.integers(1, 5))
def test_what_is_found_is_what_the_definition_says(texts, threshold, ngram):
    assert found(texts, threshold, ngram) == by_definition(texts, threshold, ngram)


@pytest.mark.parametrize("batch", [1, 100, module.BATCH])
@pytest.mark.parametrize("threshold", [0.3, 0.55, 0.8])
def test_blocks_of_any_size_give_the_same_answer(monkeypatch, batch, threshold):
    monkeypatch.setattr(module, "BATCH", batch)
    texts = edited(120, vocabulary=60, seed=7)
    assert found(texts, threshold, 2) == by_definition(texts, threshold, 2)


def test_long_ngrams_over_many_words_are_told_apart():
    texts = edited(250, vocabulary=40_000, seed=8)
    answer = found(texts, 0.4, 8)
    assert answer == by_definition(texts, 0.4, 8)
    assert any(row is not None for row in answer)


def test_ngrams_whose_numbers_would_not_fit_into_64_bits_are_told_apart():
    # Words are numbered from 1 on: packed at 17 bits each, these two would lose just their first.
    filler = " ".join(f"w{number}" for number in range(2**17 - 1))
    rest = " ".join(f"w{number}" for number in range(90, 97))
    assert found([filler, f"w0 {rest}", f"w{2**13} {rest}"], 1.0, 8) == [None] * 3


@pytest.mark.parametrize(
    ("threshold", "sizes"), [(0.8, (28, 35)), (0.28, (7, 25)), (0.55, (55, 100))]
)
def test_a_pair_exactly_at_the_threshold_is_found(threshold, sizes):
    words = [f"w{number}" for number in range(100)]
    assert found([" ".join(words[:size]) for size in sizes], threshold, 1) == [None, 0]
    assert found([" ".join(words[:size]) for size in sizes], threshold + 1e-6, 1) == [None, None]


def test_a_chain_keeps_its_ends_when_they_are_unlike():
    chain = ["a b c d e f g h", "x b c d e f g h", "x b c d e f g y"]
    assert found(chain, 0.75, 1) == [None, 0, None]


def test_the_earliest_of_several_kept_texts_is_named():
    assert found(["a b c d", "e b c f", "a b c f"], 0.6, 1) == [None, None, 0]


def test_a_copy_of_a_dropped_text_names_the_kept_one():
    assert found(["a b c d e", "a b c d x", "a b c d x"], 0.6, 1) == [None, 0, 0]


def test_case_and_punctuation_make_no_difference():
    assert found(["Sum the list, then ÖFFNE it.", "sum the list: then öffne it"], 1.0, 3)[1] == 0


def test_a_text_shorter_than_an_ngram_is_compared_whole():
    assert found(["sort it", "sort it now", "Sort it!", "it sort"], 0.3, 5) == [None, None, 0, None]


def test_texts_without_words_repeat_only_their_exact_copies():
    texts = pl.Series(["", "?!", "", None, "?!", "…"])
    assert near_duplicates(texts, 0.5, 3).to_list() == [None, None, 0, 0, 1, None]


@pytest.mark.parametrize("texts", [[], ["alone in the table"], [""]])
def test_no_text_or_one_text_is_kept(texts):
    assert found(texts, 0.8, 3) == [None] * len(texts)


def test_a_slice_of_a_column_is_read_from_its_own_rows():
    whole = pl.concat([pl.Series(["q q q", "a b c"]), pl.Series(["a b c", "d e f", "a b c"])])
    assert near_duplicates(whole[1:], 0.8, 2).to_list() == [None, 0, None, 0]


def test_a_crowd_of_texts_alike_costs_its_kept_texts_not_its_pairs(monkeypatch):
    compared = []
    shared = module._shared
    monkeypatch.setattr(
        module,
        "_shared",
        lambda sets, *pairs: compared.append(len(pairs[0])) or shared(sets, *pairs),
    )
    words = [f"w{i}" for i in range(40)]
    crowd = [" ".join([*words, f"only{row}"]) for row in range(3_000)]
    assert found(crowd, 0.8, 3) == [None] + [0] * 2_999
    assert sum(compared) < 20 * 3_000


@pytest.mark.parametrize(("threshold", "ngram"), [(0.0, 3), (1.1, 3), (0.8, 0)])
def test_settings_without_a_meaning_are_refused(threshold, ngram):
    with pytest.raises(SettingError, match="give a"):
        found(["a"], threshold, ngram)
