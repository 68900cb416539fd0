"""Texts that only spell a tokenizer's marks.

A tokenizer reads "<|assistant|>" as its mark wherever it stands. A question or an answer that
spells one would open a turn of its own: forge what a judge reads as its own verdict, or a row to
train on. So the marks in a message's content are cut in two by a character that no text may hold,
and `ids_of` drops that character's tokens: such a spelling is text again, whatever the chat
template does around it.
"""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

__all__ = ["CUT", "ids_of", "in_one_go", "marks_of", "spelled", "with_offsets"]

CUT = "\ufdd0"  # a noncharacter: Unicode keeps it for such uses inside a program


def marks_of(tokenizer: Any) -> re.Pattern[str]:
    """The special tokens, and what else opens or ends turns in the chat template: in DeepSeek-R1
    <|User|> is a token, yet no special one. (<think> is no such mark: answers have it.)"""
    turns = _turns(tokenizer)
    marks = set(tokenizer.all_special_tokens)
    for token in tokenizer.added_tokens_decoder.values():
        if token.special or (token.content.strip() and all(token.content in t for t in turns)):
            marks.add(token.content)
    known = sorted((mark for mark in marks if len(mark) > 1), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, known)) or "(?!)")


def _turns(tokenizer: Any) -> list[str]:
    """A finished conversation, and one that waits for an answer; an answer's thoughts are no part
    of one of them. With a system prompt if the template takes one."""
    from jinja2 import TemplateError

    said = [{"role": role, "content": "?"} for role in ("system", "user", "assistant", "user")]
    for messages in (said, said[1:]) if tokenizer.chat_template else ():
        render = partial(tokenizer.apply_chat_template, tokenize=False)
        try:
            return [render(messages), render(messages[:-2], add_generation_prompt=True)]
        except TemplateError:
            continue
    return [""]


def spelled(text: str, marks: re.Pattern[str]) -> str:
    """The text with every spelling of a mark cut in two."""
    text = text.replace(CUT, "")
    while marks.search(text):  # again, where one mark overlaps another
        text = marks.sub(lambda found: found[0][0] + CUT + found[0][1:], text)
    return text


def ids_of(tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
    """Token ids without any that the tokenizer would add itself."""
    whole = [text for text in texts if CUT not in text]
    ids = iter(tokenizer(whole, add_special_tokens=False)["input_ids"] if whole else [])
    return [_uncut(tokenizer, text) if CUT in text else next(ids) for text in texts]


def _uncut(tokenizer: Any, text: str) -> list[int]:
    if tokenizer.is_fast:
        return [token for _, token in with_offsets(tokenizer, text)]
    parts = tokenizer(text.split(CUT), add_special_tokens=False)["input_ids"]
    return [token for part in parts for token in part]


def with_offsets(tokenizer: Any, text: str) -> list[tuple[int, int]]:
    """Where each of a text's tokens begins (its place among all characters, cuts too) and which
    it is."""
    if (found := in_one_go(tokenizer, text)) is not None:
        return found
    found, start = [], 0
    for part in text.split(CUT):
        found += [(start + first, token) for first, _, token in _tokens(tokenizer, part)]
        start += len(part) + len(CUT)
    return found


def in_one_go(tokenizer: Any, text: str) -> list[tuple[int, int]] | None:
    """As `with_offsets`, from the text with its cuts in it, of which then the tokens are dropped:
    many tokenizers put a space before every text that they are given, so before every part. None
    where the cuts have no tokens of their own."""
    own = {token for *_, token in _tokens(tokenizer, CUT)} if CUT in text else set()
    found = []
    for first, last, token in _tokens(tokenizer, text):
        if CUT not in text[first:last]:
            found.append((first, token))
        elif token not in own or last - first > 1:
            return None
    return found


def _tokens(tokenizer: Any, text: str) -> list[tuple[int, int, int]]:
    found = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    places = found["offset_mapping"]
    return [(*place, token) for place, token in zip(places, found["input_ids"], strict=True)]
