"""A sequence while it is being decoded, and the search for its stop strings.

Decoding every row at every step only to look for a stop string costs more than a small model's
step, so a row is decoded only when its newest token could complete a stop string.
"""

from typing import Any

import numpy as np

from pipeline.engine import Completion

__all__ = ["Stops", "Unfinished"]

LEAD = 4  # prompt tokens decoded along, since some tokenizers drop the space of a text's first word


class Stops:
    """The stop strings of one call. Only texts are compared: a stop string may lie across tokens
    in any way."""

    def __init__(self, tokenizer: Any, stop: tuple[str, ...]) -> None:
        self.stop = tuple(text for text in stop if text)
        self._tokenizer = tokenizer
        self._may_end: dict[int, bool] = {}
        # Byte-level vocabularies need up to one token per byte; the rest is slack.
        self._window = max((len(text.encode()) for text in self.stop), default=0) + 8

    def ended_by(self, tokens: list[int]) -> bool:
        """Whether the newest token completed a stop string."""
        if not self.stop:
            return False
        newest = tokens[-1]
        if newest not in self._may_end:
            self._may_end[newest] = self._can_complete(_decoded(self._tokenizer, [newest]))
        if not self._may_end[newest]:
            return False
        return self.cut(_decoded(self._tokenizer, tokens[-self._window :])) is not None

    def cut(self, text: str) -> str | None:
        """The text before its first stop string; None if it has none."""
        ends = [place for stop in self.stop if (place := text.find(stop)) >= 0]
        return text[: min(ends)] if ends else None

    def _can_complete(self, piece: str) -> bool:
        if "\ufffd" in piece:  # part of a character: any stop string might end in it
            return True
        return any(
            stop in piece or any(stop.endswith(piece[:size]) for size in range(1, len(piece) + 1))
            for stop in self.stop
        )


class Unfinished:
    """One sample of one request: what it has drawn so far, and from which random stream."""

    def __init__(self, request: int, prompt: list[int], seed: int, room: int) -> None:
        self.request, self.prompt, self.seed, self.room = request, prompt, seed, room
        self.start_over()

    def start_over(self) -> None:
        self.random = np.random.Generator(np.random.Philox(key=self.seed))
        self.tokens: list[int] = []
        self.logprob = 0.0
        self.finish = ""

    def take(self, token: int, logprob: float, ends: frozenset[int], stops: Stops) -> None:
        self.tokens.append(token)
        self.logprob += logprob
        if token in ends or stops.ended_by(self.tokens):
            self.finish = "stop"
        elif len(self.tokens) >= self.room:
            self.finish = "length"

    def completion(self, tokenizer: Any, stops: Stops, logprobs: bool) -> Completion:
        lead = self.prompt[-LEAD:]
        before, text = _decoded(tokenizer, lead), _decoded(tokenizer, lead + self.tokens)
        # Decoding them together changes `before` where the prompt ends within a character.
        whole = text.startswith(before)
        text = text[len(before) :] if whole else _decoded(tokenizer, self.tokens)
        cut = stops.cut(text)
        return Completion(
            text=text if cut is None else cut,
            finish=self.finish if cut is None else "stop",
            tokens=len(self.tokens),
            prompt_tokens=len(self.prompt),
            logprob=self.logprob if logprobs else None,
        )


def _decoded(tokenizer: Any, ids: list[int]) -> str:
    return tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
