"""Chats as token ids with a loss mask, rendered through the model's own chat template.

What a message adds to the text is found by prefix differences: the template is applied to the
messages up to it, without and with it. (Templates' own `{% generation %}` marks are rare, cannot
tell one message from another, and often leave out the end token.) The text is cut at the edges of
what is trained on, and the pieces are tokenized each by itself, as they are when the model answers:
the prompt's last token never melts into the answer's first.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ContractError, ModelError
from pipeline.marks import CUT, ids_of, in_one_go, marks_of, spelled, with_offsets
from pipeline.pretrained import encode as encode_texts
from stages.training_rows import read_columns

__all__ = ["Conversation", "Encoded", "encode", "encode_chats", "none_left", "read_chats"]

IGNORED = -100  # the label of a token without loss, in every trainer


@dataclass(frozen=True)
class Conversation:
    """A row to train on: its messages have a role, content and whether to train on them."""

    id: str
    messages: list[dict[str, Any]]
    weight: float


@dataclass(frozen=True)
class Encoded:
    """A chat as the trainer takes it; a label is the token's id, or IGNORED."""

    id: str
    ids: list[int]
    labels: list[int]
    weight: float

    @property
    def trained(self) -> int:
        # the first token is predicted from nothing, so it has no loss
        return sum(label != IGNORED for label in self.labels[1:])


def read_chats(folder: str | Path) -> list[Conversation]:
    """The rows of all Parquet shards in `folder`, in order. Raises ContractError."""
    wanted = {"id": "text", "messages": "list of role, content, train", "weight": "number"}
    return [
        Conversation(str(row["id"]), row["messages"] or [], row["weight"])
        for row in read_columns(folder, wanted)
    ]


def encode_chats(
    chats: Sequence[Conversation], tokenizer: Any, max_length: int
) -> tuple[list[Encoded], list[tuple[str, str]]]:
    """As `encode`; raises ContractError when no chat is left."""
    kept, excluded = encode(chats, tokenizer, max_length)
    if not kept:
        wanted = f"train = true on a message, weight > 0 and at most {max_length} tokens"
        raise ContractError(none_left(len(chats), excluded, f"{wanted} (max_length)"))
    return kept, excluded


def none_left(rows: int, excluded: Sequence[tuple[str, str]], wanted: str) -> str:
    """What to say when no row can be trained on."""
    kinds = Counter(reason.split(":")[0] for _, reason in excluded)
    counts = ", ".join(f"{count} x {kind}" for kind, count in kinds.most_common())
    first = f" The first: {excluded[0][0]}: {excluded[0][1]}." if excluded else ""
    return (
        f"None of the {rows} rows can be trained on ({counts or 'the table is empty'}).{first} "
        f"Wanted: at least one row with {wanted}."
    )


def encode(
    chats: Sequence[Conversation], tokenizer: Any, max_length: int
) -> tuple[list[Encoded], list[tuple[str, str]]]:
    """The chats that can be trained on, and (id, reason) of those that cannot.

    Nothing is cut short: half an answer teaches to stop in the middle. Raises ModelError for a
    model without a chat template, or with one that rewrites earlier messages.
    """
    if not tokenizer.chat_template:
        raise ModelError(
            f"The model {tokenizer.name_or_path} has no chat template, which says how messages "
            "become its text. Set tokenizer.chat_template (see the model's card) and save the "
            "tokenizer into the model's folder, or start from a chat model."
        )
    excluded: list[tuple[str, str]] = []
    pieces_of: list[tuple[Conversation, list[tuple[str, bool]]]] = []
    marks = marks_of(tokenizer)
    for chat in chats:
        pieces = _checked_pieces(chat, tokenizer, marks)
        if isinstance(pieces, str):
            excluded.append((chat.id, pieces))
        else:
            pieces_of.append((chat, pieces))
    kept = []
    for chat, ids, labels in _tokens(pieces_of, tokenizer):
        row = Encoded(chat.id, ids, labels, chat.weight)
        if len(ids) > max_length:
            excluded.append((chat.id, f"too long: {len(ids)} tokens, max_length is {max_length}"))
        elif not row.trained:
            excluded.append((chat.id, "nothing to train on: the trained messages have no tokens"))
        else:
            kept.append(row)
    return kept, excluded


def _checked_pieces(
    chat: Conversation, tokenizer: Any, marks: re.Pattern[str]
) -> list[tuple[str, bool]] | str:
    from jinja2 import TemplateError

    if chat.weight is None or not 0 <= chat.weight < float("inf"):
        return f"bad weight: {chat.weight}, wanted a number from 0 up"
    if chat.weight == 0:
        return "nothing to train on: its weight is 0"
    if not any(message["train"] for message in chat.messages):
        return "nothing to train on: no message has train = true"
    if any(message["content"] is None for message in chat.messages):
        return "no content: a message has none"
    try:
        return _pieces(chat, tokenizer, marks)
    except TemplateError as error:  # a template may refuse roles and orders: the row's fault
        return f"refused by the chat template: {error}"


def _pieces(chat: Conversation, tokenizer: Any, marks: re.Pattern[str]) -> list[tuple[str, bool]]:
    """The rendered chat, cut into (text, whether it is trained on)."""
    messages = [{"role": m["role"], "content": spelled(m["content"], marks)} for m in chat.messages]

    def rendered(count: int, prompt: bool = False) -> str:
        if not count and not prompt:
            return ""
        return tokenizer.apply_chat_template(
            messages[:count], tokenize=False, add_generation_prompt=prompt
        )

    whole = rendered(len(messages))
    pieces: list[tuple[str, bool]] = []
    done = 0
    for place, message in enumerate(chat.messages):
        if not message["train"]:
            continue
        before, after = rendered(place), rendered(place + 1)
        if not (whole.startswith(after) and after.startswith(before)):
            raise ModelError(
                f"The chat template of {tokenizer.name_or_path} rewrites earlier messages when "
                f"later ones follow (row {chat.id}, message {place}), so what the model would see "
                "cannot be masked message by message. Train on the last message only (one row per "
                "turn), or use a template that only appends."
            )
        start = len(before)
        if message["role"] == "assistant" and place:
            # The opening of the answer is the prompt's: the model is never asked to write it. A
            # template may open differently when asked (a thinking mark): up to there they agree.
            start = max(start, _common(rendered(place, True), after))
        end = _end_of_turn(after, start, tokenizer)
        pieces += [(whole[done:start], False), (whole[start:end], True)]
        done = end
    return [*pieces, (whole[done:], False)]


def _common(one: str, other: str) -> int:
    """The length of what both begin with."""
    shorter = min(len(one), len(other))
    return next((i for i in range(shorter) if one[i] != other[i]), shorter)


def _end_of_turn(text: str, start: int, tokenizer: Any) -> int:
    """Without the white space that a template puts after the end token."""
    bare = text[start:].rstrip()
    return start + len(bare) if bare.endswith(tuple(tokenizer.all_special_tokens)) else len(text)


def _tokens(
    rows: Sequence[tuple[Conversation, list[tuple[str, bool]]]], tokenizer: Any
) -> Iterable[tuple[Conversation, list[int], list[int]]]:
    if not _pieces_add_up(tokenizer):
        (led,), (bare,) = encode_texts(tokenizer, ["a"]), ids_of(tokenizer, ["a"])
        for chat, pieces in rows:
            yield chat, *_by_offsets(pieces, tokenizer, led[: len(led) - len(bare)])
        return
    texts = [text for _, pieces in rows for text, _ in pieces]
    heads = iter(encode_texts(tokenizer, [pieces[0][0] for _, pieces in rows]))
    tokens = iter(ids_of(tokenizer, texts))
    for chat, pieces in rows:
        ids: list[int] = []
        labels: list[int] = []
        for place, (_, trained) in enumerate(pieces):
            piece = next(tokens)
            if place == 0:
                piece = next(heads)
            ids += piece
            labels += piece if trained else [IGNORED] * len(piece)
        yield chat, ids, labels


def _pieces_add_up(tokenizer: Any) -> bool:
    """Whether pieces may be tokenized apart; some tokenizers start every text with a space."""
    ids = [
        token
        for text in ("a", "b")
        for token in tokenizer(text, add_special_tokens=False).input_ids
    ]
    return (
        tokenizer.decode(ids, clean_up_tokenization_spaces=False) == "ab" or not tokenizer.is_fast
    )


def _by_offsets(
    pieces: list[tuple[str, bool]], tokenizer: Any, begin: list[int]
) -> tuple[list[int], list[int]]:
    whole, spans = _joined(pieces, CUT)
    found = in_one_go(tokenizer, whole)
    if found is None:
        whole, spans = _joined(pieces, "")
        found = with_offsets(tokenizer, whole)
    ids, labels = [], []
    for start, token in found:
        ids.append(token)
        inside = any(first <= start < last for first, last in spans)
        labels.append(token if inside else IGNORED)
    lead = [] if ids[: len(begin)] == begin else begin
    return lead + ids, [IGNORED] * len(lead) + labels


def _joined(pieces: list[tuple[str, bool]], seam: str) -> tuple[str, list[tuple[int, int]]]:
    """The text, and where in it is what is trained on. No token holds both sides of a seam."""
    spans: list[tuple[int, int]] = []
    whole = ""
    for text, trained in pieces:
        if trained:
            whole += seam if whole else ""
            spans.append((len(whole), len(whole) + len(text)))
        whole += text
    return whole, spans
