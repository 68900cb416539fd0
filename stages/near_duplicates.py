"""Near-duplicate texts, found exactly: Jaccard similarity of their sets of word n-grams.

An all-pairs set join (prefix and position filters, PPJoin, Xiao et al. 2008) on numpy columns.
Every pair at or above the threshold is found and no other, at any threshold, by construction:
n-grams are numbered, not hashed. MinHash was rejected: with its usual settings it misses one in ten
of the short texts to drop, and it is no faster (tests/bench/near_duplicates.py).

A word is a run of letters, digits and underscores, case ignored. A text with fewer words than an
n-gram is one shingle, the whole text; a text without words (or null) equals only its exact copies.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.errors import SettingError

__all__ = ["near_duplicates", "ngram_numbers", "word_numbers"]

Ints = NDArray[np.int64]

BATCH = 1 << 22  # pairs or shingles expanded at a time: bounds memory to some 200 MB per step
SLACK = 1e-9  # 0.55 * 100 is 55.00000000000001: no bound may be rounded up past the true one
MULTIPLIERS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)

_IN_WORD = np.array([byte > 127 or chr(byte).isalnum() or byte == ord("_") for byte in range(256)])


def near_duplicates(texts: pl.Series, threshold: float, ngram: int) -> pl.Series:
    """For each text the row of the earliest kept text that it nearly repeats; null: it is kept.

    Rows are taken in order and compared with kept rows only, so a chain a ~ b ~ c with a and c
    unlike keeps a and c. To compare with an earlier table, put that table's texts first.
    """
    if not 0 < threshold <= 1:
        raise SettingError(
            f"The near-duplicate threshold is {threshold}: give a Jaccard similarity above 0 "
            "and at most 1, such as 0.8."
        )
    # Arrow numbers distinct texts in the order of their first rows, so the order of rows is kept.
    copies = _large_strings(texts.fill_null("")).dictionary_encode()
    distinct = copies.indices.to_numpy()
    _, first = np.unique(distinct, return_index=True)
    kept = first[_greedy_join(pl.Series(copies.dictionary), threshold, ngram)[distinct]]
    rows = pl.Series("duplicate_of", kept, dtype=pl.Int64)
    return rows.set(rows == pl.int_range(len(rows), eager=True), None)


def word_numbers(texts: pl.Series) -> tuple[Ints, Ints]:
    """The words of all texts as numbers from 1, equal for equal words, and each text's bounds."""
    lower = texts.fill_null("").str.to_lowercase()
    foreign = (lower.str.len_bytes() != lower.str.len_chars()).arg_true()
    if len(foreign):
        lower = lower.scatter(foreign, lower.gather(foreign).str.replace_all(r"\W+", " "))
    _, offsets, content = _large_strings(lower).buffers()
    ends = np.frombuffer(offsets, np.int64, len(texts) + 1) if len(texts) else np.zeros(1, np.int64)
    letters = np.frombuffer(content or b"", np.uint8)
    # Bytes above 127 are letters here: the pattern above, 8 times slower, has seen to the rest.
    inside = _IN_WORD[letters]
    opens = inside.copy()
    opens[1:] &= ~inside[:-1]
    text_starts = ends[:-1][ends[:-1] < len(letters)]
    opens[text_starts] = inside[text_starts]
    starts = np.append(np.flatnonzero(opens[inside]), np.count_nonzero(inside))
    buffers = [None, pa.py_buffer(starts), pa.py_buffer(letters[inside])]
    words = pa.Array.from_buffers(pa.large_string(), len(starts) - 1, buffers).dictionary_encode()
    bounds = np.searchsorted(np.flatnonzero(opens), ends)
    return words.indices.to_numpy().astype(np.int64) + 1, bounds


def ngram_numbers(words: Ints, bounds: Ints, n: int) -> tuple[Ints, Ints]:
    """The word n-grams of every text as numbers, equal for equal n-grams, and the text of each.

    Numbers of short n-grams are paired into numbers of longer ones; where a pair would not fit
    into 63 bits they are numbered anew, densely. So nothing is hashed and nothing can collide.
    """
    if n < 1:
        raise SettingError(f"The n-gram length is {n}: give a number of words, 1 or more.")
    words, bounds = _padded(words, bounds, n)
    numbers, size, length = words, int(words.max(initial=0)) + 1, 1
    while length < n:
        if size.bit_length() * 2 > 63:
            numbers = pa.array(numbers).dictionary_encode().indices.to_numpy().astype(np.int64)
            size = int(numbers.max(initial=0)) + 1
        longer = min(2 * length, n)
        numbers = numbers[: length - longer] * size + numbers[longer - length :]
        size, length = size * size, longer
    text = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    within = text[: len(numbers)] == text[n - 1 :]
    return numbers[within], text[: len(numbers)][within]


def _padded(words: Ints, bounds: Ints, n: int) -> tuple[Ints, Ints]:
    """Texts of 1 to n - 1 words are filled up to n with the word 0, which occurs nowhere else."""
    lengths = np.diff(bounds)
    padded = np.where((lengths > 0) & (lengths < n), n, lengths)
    if (padded == lengths).all():
        return words, bounds
    padded_bounds = np.concatenate([[0], padded.cumsum()])
    filled = np.zeros(padded_bounds[-1], np.int64)
    filled[_ranges(padded_bounds[:-1], lengths)] = words
    return filled, padded_bounds


def _large_strings(texts: pl.Series) -> pa.Array:
    return texts.to_arrow(compat_level=pl.CompatLevel.oldest())


def _ranges(starts: Ints, lengths: Ints) -> Ints:
    """The integers of all ranges [start, start + length), one range after the other."""
    shift = starts - (lengths.cumsum() - lengths)
    return np.repeat(shift, lengths) + np.arange(lengths.sum())


class _Sets(NamedTuple):
    """Every text's set: the tokens that others may share, from the rarest up, and all others."""

    tokens: Ints
    starts: Ints
    counts: Ints
    alone: Ints  # how many shingles are in no other text that could be alike

    @property
    def sizes(self) -> Ints:
        return self.alone + self.counts


def _greedy_join(texts: pl.Series, threshold: float, ngram: int) -> Ints:
    """For each text the first kept text that it nearly repeats, or itself."""
    sets = _sets(*ngram_numbers(*word_numbers(texts), ngram), len(texts), threshold)
    index = _index(sets, threshold)
    duplicate_of = np.arange(len(texts))
    while index.size:
        load = np.bincount(index[1], _partners(index)).cumsum()
        stop = max(int(index[1].min()) + 1, int(np.searchsorted(load, BATCH, side="right")))
        # A block is settled in itself; then only its kept texts meet the later ones, so that the
        # work grows with the kept texts, not the square of all, where everything is alike.
        block = index[:, index[1] < stop]
        for part, since in ((block, 0), (index, stop)):
            live = part[:, duplicate_of[part[1]] == part[1]]
            for text, earlier in _alike(live, stop, since, sets, threshold):
                if duplicate_of[text] == text and duplicate_of[earlier] == earlier:
                    duplicate_of[text] = earlier
        index = index[:, (index[1] >= stop) & (duplicate_of[index[1]] == index[1])]
    return duplicate_of


def _sets(shingles: Ints, text: Ints, n: int, threshold: float) -> _Sets:
    """A shingle alone in its hash bucket is in no other text: it only adds to the size of its set.

    A text with too few others left can reach the threshold with no text, and leaves with them all.
    """
    alone = np.zeros(n, np.int64)
    for multiplier in MULTIPLIERS:
        bits = max(len(shingles).bit_length(), 1)
        mixed = shingles.view(np.uint64) * np.uint64(multiplier)
        bucket = (mixed >> np.uint64(64 - bits)).view(np.int64)
        lone = np.bincount(bucket, minlength=1)[bucket] == 1
        alone += np.bincount(text[lone], minlength=n)
        others = np.bincount(text[~lone], minlength=n)
        hopeful = others * (1 - threshold) >= alone * threshold - SLACK
        stays = ~lone & hopeful[text]
        shingles, text = shingles[stays], text[stays]
    _, number, frequency = np.unique(shingles, return_inverse=True, return_counts=True)
    rank = np.empty_like(frequency)
    rank[np.argsort(frequency, kind="stable")] = np.arange(len(frequency))
    entries = np.unique(text << 32 | rank[number])
    counts = np.bincount(entries >> 32, minlength=n)
    return _Sets(entries & 0xFFFFFFFF, counts.cumsum() - counts, counts, alone)


def _index(sets: _Sets, threshold: float) -> Ints:
    """Columns (token, text, shingles of the text from here on) of the rarest tokens, sorted.

    Two sets that agree enough share a token among the rarest size - threshold * size + 1 of each.
    """
    text = np.repeat(np.arange(len(sets.counts)), sets.counts)
    size = sets.sizes[text]
    remaining = size - sets.alone[text] - np.arange(len(text)) + sets.starts[text]
    rare = remaining >= np.ceil(threshold * size - SLACK)
    index = np.stack([sets.tokens, text, remaining])[:, rare]
    return index[:, np.argsort(index[0] << 32 | index[1])]


def _partners(index: Ints) -> Ints:
    """How many later texts have the same token, for each column of the index."""
    opens = np.flatnonzero(np.diff(index[0], prepend=-1))
    lengths = np.diff(opens, append=index.shape[1])
    return np.repeat(opens + lengths, lengths) - 1 - np.arange(index.shape[1])


def _alike(
    index: Ints, stop: int, since: int, sets: _Sets, threshold: float
) -> Iterator[tuple[int, int]]:
    """Pairs (later, earlier) of texts alike with earlier < stop and later >= since, in order."""
    partners = np.where(index[1] < stop, _partners(index), 0)
    columns = np.arange(index.shape[1])
    left, right = np.repeat(columns, partners), _ranges(columns + 1, partners)
    earlier, later = index[1][left], index[1][right]
    reach = np.minimum(index[2][left], index[2][right])
    sizes, n = sets.sizes, len(sets.counts)
    needed = (sizes[earlier] + sizes[later]) * (threshold / (1 + threshold)) - SLACK
    possible = (reach >= needed) & (later >= since)
    later, earlier = np.divmod(np.unique(later[possible] * n + earlier[possible]), n)
    shared = _shared(sets, later, earlier)
    alike = shared / (sizes[later] + sizes[earlier] - shared) >= threshold
    return zip(later[alike].tolist(), earlier[alike].tolist(), strict=True)


def _shared(sets: _Sets, left: Ints, right: Ints) -> Ints:
    """How many tokens the two texts of each pair have in common."""
    shared = np.zeros(len(left), np.int64)
    weight = (sets.counts[left] + sets.counts[right]).cumsum()
    done = 0
    while done < len(left):
        base = weight[done - 1] if done else 0
        stop = max(done + 1, int(np.searchsorted(weight, base + BATCH, side="right")))
        here = []
        for side in (left[done:stop], right[done:stop]):
            pair = np.repeat(np.arange(len(side)), sets.counts[side])
            here.append(pair << 32 | sets.tokens[_ranges(sets.starts[side], sets.counts[side])])
        merged = np.sort(np.concatenate(here))
        twice = merged[1:][merged[1:] == merged[:-1]] >> 32
        shared[done:stop] = np.bincount(twice, minlength=stop - done)
        done = stop
    return shared
