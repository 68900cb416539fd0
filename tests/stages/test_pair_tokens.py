"""Pairs become the tokens that the model is asked with and answers in."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ContractError
from pipeline.pretrained import load_tokenizer
from stages.chat_tokens import IGNORED
from stages.pair_tokens import Comparison, encode_pairs, read_pairs

PROMPT = [{"role": "user", "content": "q"}]


def test_the_prompt_is_as_at_generation_and_only_answers_and_their_end_count(
    base_model: str,
) -> None:
    tokenizer: Any = load_tokenizer(base_model)
    (row,), _ = encode_pairs([Comparison("x", PROMPT, "yes", "n", 0.5)], tokenizer, 100)
    asked = tokenizer.apply_chat_template(PROMPT, tokenize=False, add_generation_prompt=True)
    prompt = tokenizer(asked).input_ids
    for side, text in ((row.chosen, "yes"), (row.rejected, "n")):
        answer = tokenizer(text + "<|end|>").input_ids
        assert side.ids == prompt + answer
        assert side.labels == [IGNORED] * len(prompt) + answer
    assert row.weight == 0.5


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        (Comparison("x", PROMPT, "a" * 99, "b", 1.0), "too long: chosen, "),
        (Comparison("x", PROMPT, "a", "b" * 99, 1.0), "too long: rejected, "),
        (Comparison("x", PROMPT, "a", "a", 1.0), "no difference: "),
        (Comparison("x", PROMPT, "a", "b", 0.0), "nothing to train on: chosen, its weight is 0"),
        (Comparison("x", PROMPT, "a", "b", float("nan")), "bad weight: "),
    ],
)
def test_a_pair_that_cannot_be_used_is_left_out_with_the_reason(
    pair: Comparison, reason: str, base_model: str
) -> None:
    good = Comparison("good", PROMPT, "a", "b", 1.0)
    rows, excluded = encode_pairs([pair, good], load_tokenizer(base_model), 60)
    assert len(rows) == 1
    ((name, said),) = excluded
    assert name == "x"
    assert said.startswith(reason)


def test_no_usable_pair_is_an_error_that_counts_the_reasons(base_model: str) -> None:
    same = [Comparison(str(n), PROMPT, "a", "a", 1.0) for n in range(3)]
    with pytest.raises(ContractError, match=r"None of the 3 rows .*3 x no difference"):
        encode_pairs(same, load_tokenizer(base_model), 60)


def test_a_table_without_pairs_is_refused_with_what_was_wanted(
    chat_rows: Path, pair_rows: Path, tmp_path: Path
) -> None:
    assert len(read_pairs(pair_rows)) == 22
    with pytest.raises(ContractError, match=r"not chosen, prompt, rejected.*rejected \(text\)"):
        read_pairs(chat_rows)
    with pytest.raises(ContractError, match=r"no \*\.parquet files"):
        read_pairs(tmp_path)
