"""Weighing given options: how likely each is as the continuation of a prompt.

The prompt and an option are tokenised apart. Options that differ in their last token only, as
digits and letters do, are read from one pass over the prompt.
"""

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.decode import Decoder
from pipeline.errors import InfrastructureError

__all__ = ["Weighing", "weigh"]


class Weighing(NamedTuple):
    """One choice as tokens; no option is empty."""

    prompt: list[int]
    options: list[list[int]]

    @property
    def heads(self) -> list[list[int]]:
        """What is read after the prompt: the options without their last tokens, each once."""
        return [list(head) for head in dict.fromkeys(tuple(o[:-1]) for o in self.options)]


def weigh(decoder: Decoder, weighings: Sequence[Weighing], size: int) -> list[list[float]]:
    """For each choice the log-probability of each option, normalised over its options. At most
    `size` sequences are read at a time, fewer where the device has no memory for them."""
    import torch

    wanted = [(place, head) for place, w in enumerate(weighings) for head in w.heads]
    sums = [[0.0] * len(w.options) for w in weighings]
    for start in range(0, len(wanted), size):
        _read(decoder, weighings, wanted[start : start + size], sums)
    # in double precision: the sums of long options lie far below those of short ones
    return [torch.tensor(each, dtype=torch.float64).log_softmax(-1).tolist() for each in sums]


def _read(
    decoder: Decoder,
    weighings: Sequence[Weighing],
    wanted: list[tuple[int, list[int]]],
    sums: list[list[float]],
) -> None:
    """Put the options that begin with the wanted heads into `sums`."""
    import torch

    try:
        keep = 1 + max(len(head) for _, head in wanted)
        rows = decoder.last_logprobs([weighings[p].prompt + head for p, head in wanted], keep)
        for row, (place, head) in zip(rows, wanted, strict=True):
            for number, option in enumerate(weighings[place].options):
                if option[:-1] == head:
                    chosen = torch.tensor(option, device=row.device)[:, None]
                    scores = row[-len(option) :].gather(1, chosen)
                    sums[place][number] = scores.double().sum().item()
        return
    except torch.OutOfMemoryError as error:
        if len(wanted) == 1:
            raise InfrastructureError(f"no memory left for one sequence: {error}") from error
    # outside the handler, whose traceback keeps the tensors of the failed try alive
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    half = (len(wanted) + 1) // 2
    for part in (wanted[:half], wanted[half:]):
        _read(decoder, weighings, part, sums)
