"""Texts that give away an evaluation: they contain one of its texts or share a run of words.

Both tests are exact: n-grams are numbered, not hashed, so no text is flagged by a collision.
"""

import polars as pl

from stages.near_duplicates import ngram_numbers, word_numbers

__all__ = ["contained_reference", "contaminated", "reference_sharing_ngram", "same_reference"]

# The longest of the four HumanEval answers that SelfCodeAlign must except from its search, because
# code of any origin contains them, has 24 characters: return " ".join(strings)
SHORTEST = 25


def contaminated(texts: pl.Series, references: pl.Series, ngram: int = 8) -> pl.Series:
    """Why each text may not be trained on, naming the row of a reference; null: it may."""
    found = pl.DataFrame(
        {
            "contains": contained_reference(texts, references),
            "shares": reference_sharing_ngram(texts, references, ngram),
        }
    )
    reason = (
        pl.when(pl.col("contains").is_not_null())
        .then(pl.format("contains reference {}", "contains"))
        .when(pl.col("shares").is_not_null())
        .then(pl.format(f"shares {ngram} words in a row with reference {{}}", "shares"))
    )
    return found.select(reason.alias("contaminated")).to_series()


def contained_reference(texts: pl.Series, references: pl.Series) -> pl.Series:
    """For each text the first reference that it contains, letter by letter; null: none.

    Case and the amount of white space are ignored: code is often only indented anew. References
    under SHORTEST characters are not searched for.
    """
    patterns = (
        pl.DataFrame({"pattern": _plain(references)})
        .with_row_index("reference")
        .filter(pl.col("pattern").str.len_chars() >= SHORTEST)
        .unique("pattern", keep="first", maintain_order=True)
    )
    if patterns.is_empty() or texts.is_empty():
        return _nothing(texts)
    plain, wanted = _plain(texts), patterns["pattern"].implode()
    rows = plain.str.contains_any(wanted).arg_true()
    matches = plain.gather(rows).str.extract_many(wanted, overlapping=True)
    first = (
        pl.DataFrame({"row": rows, "pattern": matches})
        .explode("pattern")
        .join(patterns, on="pattern")
        .group_by("row")
        .agg(pl.col("reference").min().cast(pl.Int64))
    )
    return _nothing(texts).scatter(first["row"], first["reference"])


def same_reference(texts: pl.Series, references: pl.Series) -> pl.Series:
    """For each text the first reference that it is from end to end, however short; null: none."""
    plain = pl.DataFrame({"text": _plain(references)}).with_row_index("reference")
    known = plain.filter(pl.col("text") != "").unique("text", keep="first", maintain_order=True)
    found = pl.DataFrame({"text": _plain(texts)}).join(
        known, on="text", how="left", maintain_order="left"
    )
    return found["reference"].cast(pl.Int64)


def reference_sharing_ngram(texts: pl.Series, references: pl.Series, ngram: int = 8) -> pl.Series:
    """For each text the first reference with an n-gram of words in common; null: none.

    Words are those of near_duplicates. What has fewer words than an n-gram is compared whole.
    """
    words = word_numbers(pl.concat([references, texts]))
    numbers, rows = ngram_numbers(*words, ngram)
    ngrams = pl.DataFrame({"ngram": numbers, "row": rows})
    theirs = pl.col("row") < len(references)
    known = ngrams.filter(theirs).group_by("ngram").agg(reference=pl.col("row").min())
    first = (
        ngrams.filter(~theirs)
        .join(known, on="ngram")
        .group_by(pl.col("row") - len(references))
        .agg(pl.col("reference").min())
    )
    return _nothing(texts).scatter(first["row"], first["reference"])


def _nothing(texts: pl.Series) -> pl.Series:
    return pl.Series("reference", [None] * len(texts), dtype=pl.Int64)


def _plain(texts: pl.Series) -> pl.Series:
    spaced = texts.fill_null("").str.to_lowercase().str.replace_all(r"\s+", " ")
    return spaced.str.strip_chars()
