"""What is trained on is exactly what was asked for."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import ContractError, ModelError
from stages.chat_tokens import IGNORED, Conversation, Encoded, encode_chats, read_chats

TEMPLATE = (
    "{% for m in messages %}{% if m.role == 'user' %}### Instruction\n{{ m.content }}\n\n"
    "{% elif m.role == 'assistant' %}### Response\n{{ m.content }}{{ eos_token }}\n"
    "{% else %}{{ raise_exception('no role ' + m.role) }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}### Response\n{% endif %}"
)


@pytest.fixture(scope="module")
def byte_tokenizer() -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    newline = pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str("\n")[0][0]
    vocabulary = {t: i for i, t in enumerate(["<|end|>", *alphabet, newline * 2])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[(newline, newline)]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|end|>")


@pytest.fixture
def tokenizer(byte_tokenizer: Any) -> Any:
    byte_tokenizer.chat_template = TEMPLATE
    return byte_tokenizer


def conversation(
    *turns: tuple[str, str, bool], name: str = "row", weight: Any = 1.0
) -> Conversation:
    messages = [{"role": role, "content": text, "train": train} for role, text, train in turns]
    return Conversation(name, messages, weight)


def trained_text(row: Encoded, tokenizer: Any) -> str:
    return tokenizer.decode([label for label in row.labels if label != IGNORED])


def encoded(row: Conversation, tokenizer: Any) -> Encoded:
    ((found,), excluded) = encode_chats([row], tokenizer, 500)
    assert not excluded
    return found


FOUR = (
    ("user", "one", False),
    ("assistant", "1", False),
    ("user", "two", False),
    ("assistant", "2", True),
)


def test_only_the_trained_message_and_its_end_token_have_labels(tokenizer: Any) -> None:
    row = encoded(conversation(*FOUR), tokenizer)
    assert tokenizer.decode(row.ids) == (
        "### Instruction\none\n\n### Response\n1<|end|>\n"
        "### Instruction\ntwo\n\n### Response\n2<|end|>\n"
    )
    assert trained_text(row, tokenizer) == "2<|end|>"
    assert row.trained == 2
    assert [
        i for i, label in zip(row.ids, row.labels, strict=True) if label not in (IGNORED, i)
    ] == []


def test_every_trained_message_counts_and_may_be_the_users(tokenizer: Any) -> None:
    all_turns = [(role, text, True) for role, text, _ in FOUR]
    row = encoded(conversation(*all_turns), tokenizer)
    assert trained_text(row, tokenizer) == (
        "### Instruction\none\n\n1<|end|>### Instruction\ntwo\n\n2<|end|>"
    )


def test_the_prompt_has_the_tokens_it_has_when_the_model_answers(tokenizer: Any) -> None:
    row = encoded(conversation(("user", "q", False), ("assistant", "\nanswer", True)), tokenizer)
    prompt = tokenizer("### Instruction\nq\n\n### Response\n")["input_ids"]
    assert row.ids[: len(prompt)] == prompt  # its newline and the answer's are not one token
    assert trained_text(row, tokenizer) == "\nanswer<|end|>"


def spaced(**unknown: str) -> Any:
    """A tokenizer that begins every text with a space."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    characters = ["<|end|>", *"▁abcdefghijklmnopqrstuvwxyz#RIS\n0123456789", "\n\n"]
    vocabulary = {t: i for i, t in enumerate(characters)}
    inner = Tokenizer(models.BPE(vocab=vocabulary, merges=[("\n", "\n")], **unknown))
    inner.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    inner.decoder = decoders.Metaspace(prepend_scheme="always")
    made = PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="<|end|>")
    made.chat_template = TEMPLATE
    return made


@pytest.mark.parametrize("unknown", [{}, {"unk_token": "0"}])
def test_tokenizers_that_begin_texts_with_a_space_are_masked_by_offsets(unknown: Any) -> None:
    tokenizer = spaced(**unknown)
    row = encoded(conversation(*FOUR), tokenizer)
    assert row.ids == tokenizer(tokenizer.decode(row.ids), add_special_tokens=False)["input_ids"]
    assert trained_text(row, tokenizer).strip() == "2<|end|>"


def test_there_too_no_token_holds_the_prompts_end_and_the_answers_start() -> None:
    tokenizer = spaced(unk_token="0")
    row = encoded(conversation(("user", "q", False), ("assistant", "\nanswer", True)), tokenizer)
    prompt = tokenizer("### Instruction\nq\n\n### Response\n", add_special_tokens=False)[
        "input_ids"
    ]
    assert row.ids[: len(prompt)] == prompt
    assert trained_text(row, tokenizer) == "\nanswer<|end|>"


def test_a_template_that_opens_answers_differently_when_asked_is_followed_to_where_they_agree(
    tokenizer: Any,
) -> None:
    tokenizer.chat_template = TEMPLATE.replace(
        "### Response\n{% endif %}", "### Response\n<think>{% endif %}"
    )
    row = encoded(conversation(("user", "q", False), ("assistant", "a", True)), tokenizer)
    assert trained_text(row, tokenizer) == "a<|end|>"


def test_a_template_that_rewrites_earlier_messages_is_named(tokenizer: Any) -> None:
    tokenizer.chat_template = (
        "{{ messages | length }}: {% for m in messages %}{{ m.content }}{% endfor %}"
    )
    with pytest.raises(ModelError, match=r"rewrites earlier messages .*row row, message 1"):
        encode_chats([conversation(FOUR[0], ("assistant", "1", True))], tokenizer, 500)


def test_a_model_without_a_chat_template_is_told_how_to_get_one(tokenizer: Any) -> None:
    tokenizer.chat_template = None
    with pytest.raises(ModelError, match=r"has no chat template.*Set tokenizer\.chat_template"):
        encode_chats([conversation(*FOUR)], tokenizer, 500)


def test_rows_that_cannot_be_trained_on_are_excluded_with_the_reason(tokenizer: Any) -> None:
    silent = [(role, text, False) for role, text, _ in FOUR]
    kept, excluded = encode_chats(
        [
            Conversation("long", [{"role": "user", "content": "x" * 99, "train": True}], 1.0),
            conversation(*FOUR, name="good"),
            conversation(*silent, name="silent"),
            conversation(*FOUR, name="weightless", weight=0.0),
            conversation(*FOUR, name="negative", weight=-1.0),
            conversation(*FOUR, name="unweighed", weight=None),
            conversation(("tool", "x", True), name="refused"),
            Conversation("empty", [{"role": "user", "content": None, "train": True}], 1.0),
        ],
        tokenizer,
        100,
    )
    assert [row.id for row in kept] == ["good"]
    reasons = dict(excluded)
    assert reasons["long"] == "too long: 116 tokens, max_length is 100"
    assert reasons["silent"].startswith("nothing to train on: no message")
    assert reasons["weightless"].startswith("nothing to train on: its weight")
    assert reasons["negative"].startswith("bad weight: -1.0")
    assert reasons["unweighed"].startswith("bad weight: None")
    assert reasons["empty"].startswith("no content:")
    assert reasons["refused"] == "refused by the chat template: no role tool"


def test_no_row_left_is_an_error_that_counts_the_reasons(tokenizer: Any) -> None:
    rows = [conversation(*FOUR, name=str(n)) for n in range(3)]
    with pytest.raises(ContractError, match=r"None of the 3 rows .*3 x too long"):
        encode_chats(rows, tokenizer, 5)


def test_shards_are_read_in_order_and_missing_columns_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"no \*\.parquet"):
        read_chats(tmp_path)
    for shard, names in ((1, "cd"), (0, "ab")):
        rows = [{"id": n, "messages": [], "weight": 1.0} for n in names]
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / f"{shard:05d}.parquet")
    assert [row.id for row in read_chats(tmp_path)] == ["a", "b", "c", "d"]
    pq.write_table(pa.Table.from_pylist([{"id": "x", "text": "y"}]), tmp_path / "00002.parquet")
    with pytest.raises(ContractError, match="not messages, weight"):
        read_chats(tmp_path)


def test_an_answer_that_spells_the_end_mark_ends_once(tokenizer: Any) -> None:
    forged = conversation(("user", "one<|end|>", False), ("assistant", "1<|end|>2", True))
    row = encoded(forged, tokenizer)
    end = tokenizer.eos_token_id
    assert row.ids.count(end) == row.labels.count(end) == 1
    assert tokenizer.decode(row.ids).startswith("### Instruction\none<|end|>\n")
