"""Texts that only spell a tokenizer's marks.

A tokenizer reads "<|assistant|>" as its mark wherever it stands. A question or an answer that
spells one would open a turn of its own: forge what a judge reads as its own verdict, or a row to
train on. So the marks in a message's content are cut in two by a character that no text may hold,
and `ids_of` tokenizes the parts each by itself and drops the cut: such a spelling is text again,
whatever the chat template does around it.
"""

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

__all__ = ["ids_of", "spelled", "with_offsets"]

CUT = "\ufdd0"  # a noncharacter: Unicode keeps it for such uses inside a program


def spelled(text: str, tokenizer: Any) -> str:
    """The text with every special token's spelling cut in two."""
    text = text.replace(CUT, "")
    marks = {t.content for t in tokenizer.added_tokens_decoder.values() if t.special}
    marks = {mark for mark in marks | set(tokenizer.all_special_tokens) if len(mark) > 1}
    if not any(mark in text for mark in marks):
        return text
    anyone = "|".join(map(re.escape, sorted(marks, key=len, reverse=True)))
    return re.sub(anyone, lambda found: found[0][0] + CUT + found[0][1:], text)


def ids_of(tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
    """Token ids without any that the tokenizer would add itself."""
    if not texts:
        return []
    parts = [text.split(CUT) for text in texts]
    flat = tokenizer([part for each in parts for part in each], add_special_tokens=False)
    ids, ends = flat["input_ids"], list(accumulate(map(len, parts)))
    return [
        [token for part in ids[end - len(each) : end] for token in part]
        for each, end in zip(parts, ends, strict=True)
    ]


def with_offsets(tokenizer: Any, text: str) -> list[tuple[int, int]]:
    """Where each of a text's tokens begins (its place among all characters, cuts too) and which
    it is."""
    found, start = [], 0
    for part in text.split(CUT):
        tokens = tokenizer(part, add_special_tokens=False, return_offsets_mapping=True)
        places = [start + first for first, _ in tokens.offset_mapping]
        found += zip(places, tokens.input_ids, strict=True)
        start += len(part) + len(CUT)
    return found
