"""The embedded engine: a transformers model in this process, on a CPU or one GPU.

The law of batches: they are a function of the list of requests, in a fixed order, and the list
without the requests of the first finished batches gives the same remaining batches. On a CPU with
a fixed number of threads a resumed run is therefore equal bit by bit. (Elsewhere a completion still
depends on its request only, up to the rounding of floating-point sums: see decode.py.)

The model's generation_config (its temperature, top_k, penalties) is not used, but for the tokens
that end a text: `Sampling` says all.
"""

import gc
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from pipeline.choosing import Weighing, weigh
from pipeline.decode import Decoder
from pipeline.engine import Choice, Completion, Request, Sampling
from pipeline.errors import InfrastructureError, ModelError, SettingError
from pipeline.marks import marks_of, spelled
from pipeline.pretrained import encode, load_model, load_tokenizer
from pipeline.unfinished import Stops, Unfinished

__all__ = ["TransformersEngine", "batches"]

LEFT_ON_DEVICE = 256 << 20  # bytes that libraries may keep (workspaces) after close()


def batches(lengths: Sequence[int], samples: Sequence[int], size: int) -> list[list[int]]:
    """Indices of requests, longest prompts first, filled up to `size` sequences each.

    Longest first, so that a batch too big for the memory shows at once. A request is never split,
    so one with more samples than `size` is a batch alone.
    """
    filled: list[list[int]] = []
    room = 0
    for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        if not filled or samples[index] > room:
            filled.append([])
            room = size
        filled[-1].append(index)
        room -= samples[index]
    return filled


class TransformersEngine:
    """Engine over a folder or Hub id. temperature 0 is greedy; `logprob` is under the model itself
    (temperature 1, before top_p) over every generated token, the end-of-text token included."""

    def __init__(
        self,
        path: str,
        device: str | None = None,
        dtype: str | None = None,
        batch_size: int = 128,
        threads: int = 1,
    ) -> None:
        import torch

        self.path, self.batch_size, self.threads = path, batch_size, threads
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        if self.device.type == "cuda" and not torch.cuda.is_available():
            raise ModelError(f"device {device!r} was asked for, but torch sees no GPU; use 'cpu'")
        self._held_before = self._held()
        self._limit_threads()
        self.tokenizer: Any = load_tokenizer(path)
        model = load_model(path, dtype or ("float32" if self.device.type == "cpu" else "auto"))
        config = model.config.get_text_config(decoder=True)
        self.context: int | None = getattr(config, "max_position_embeddings", None)
        generation: Any = model.generation_config
        self._ends = _token_set(generation.eos_token_id, self.tokenizer.eos_token_id)
        self._decoder: Decoder | None = Decoder(model, self.device)

    def complete(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> Iterator[dict[int, list[Completion]]]:
        prompts = encode(self.tokenizer, [request.prompt for request in requests])
        prompts = [ids or [self._first_token()] for ids in prompts]
        context = self.context or max(map(len, prompts), default=0) + sampling.max_tokens
        fitting = [index for index, ids in enumerate(prompts) if len(ids) < context]
        if refused := sorted(set(range(len(prompts))) - set(fitting)):
            yield {
                index: [_too_long(len(prompts[index]), sampling)] * len(requests[index].seeds)
                for index in refused
            }
        # Greedy samples of one prompt are equal: one sequence stands for all.
        seeds = [requests[index].seeds[: None if sampling.temperature else 1] for index in fitting]
        lengths = [len(prompts[index]) for index in fitting]
        stops = Stops(self.tokenizer, sampling.stop)
        for batch in batches(lengths, [len(row) for row in seeds], self.batch_size):
            rows = []
            for place in batch:
                index, room = fitting[place], min(sampling.max_tokens, context - lengths[place])
                rows += [Unfinished(index, prompts[index], seed, room) for seed in seeds[place]]
            self._limit_threads()
            for start in range(0, len(rows), self.batch_size):
                self._decode(rows[start : start + self.batch_size], sampling, stops)
            finished: dict[int, list[Completion]] = {fitting[place]: [] for place in batch}
            for row in rows:
                copies = 1 if sampling.temperature else len(requests[row.request].seeds)
                done = row.completion(self.tokenizer, stops, sampling.logprobs)
                finished[row.request] += [done] * copies
            yield finished

    def choose(self, choices: Sequence[Choice]) -> Iterator[dict[int, list[float]]]:
        prompts = encode(self.tokenizer, [choice.prompt for choice in choices])
        prompts = [ids or [self._first_token()] for ids in prompts]
        texts = list(dict.fromkeys(option for choice in choices for option in choice.options))
        tokens = dict(zip(texts, self._options(texts), strict=True))
        asked = [
            Weighing(ids, [tokens[option] for option in choice.options])
            for ids, choice in zip(prompts, choices, strict=True)
        ]
        lengths = [len(w.prompt) + max(map(len, w.options), default=0) for w in asked]
        context = self.context or max(lengths, default=0)
        fitting = [index for index, length in enumerate(lengths) if length <= context]
        if refused := sorted(set(range(len(asked))) - set(fitting)):
            yield {index: [] for index in refused}
        sequences = [len(asked[index].heads) for index in fitting]
        for batch in batches([lengths[i] for i in fitting], sequences, self.batch_size):
            self._limit_threads()
            found = weigh(self._ready(), [asked[fitting[p]] for p in batch], self.batch_size)
            yield {fitting[place]: each for place, each in zip(batch, found, strict=True)}

    def _options(self, texts: list[str]) -> list[list[int]]:
        if not texts:
            return []
        found: list[list[int]] = self.tokenizer(texts, add_special_tokens=False)["input_ids"]
        if empty := [text for text, ids in zip(texts, found, strict=True) if not ids]:
            raise SettingError(f"The option {empty[0]!r} has no tokens, so it cannot be chosen.")
        return found

    def chat(self, messages: Sequence[Mapping[str, str]]) -> str:
        """The conversation in the model's own template, up to where its answer begins."""
        if not self.tokenizer.chat_template:
            raise ModelError(
                f"The tokenizer of {self.path} has no chat template, and the question is put as a "
                "chat. Set tokenizer.chat_template, save the tokenizer beside the weights, and "
                "name that folder."
            )
        quoted = [{**m, "content": spelled(m["content"], self._marks)} for m in messages]
        return self.tokenizer.apply_chat_template(
            quoted, tokenize=False, add_generation_prompt=True
        )

    @cached_property
    def _marks(self) -> re.Pattern[str]:
        return marks_of(self.tokenizer)

    def close(self) -> None:
        """Free the device, and check that it is free: a trainer may be about to take it."""
        import torch

        self._decoder = None
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
            held = self._held() - self._held_before
            if held > LEFT_ON_DEVICE:
                raise InfrastructureError(
                    f"{held >> 20} MiB of {self.device} are still held after closing {self.path}: "
                    "something else keeps its tensors alive"
                )

    def _decode(self, rows: list[Unfinished], sampling: Sampling, stops: Stops) -> None:
        """Decode all rows, in halves where the device has no memory for them together."""
        import torch

        decoder = self._ready()
        try:
            return decoder.decode(rows, sampling, self._ends, stops)
        except torch.OutOfMemoryError as error:
            if len(rows) == 1:
                raise InfrastructureError(
                    f"{self.device} has no memory left for one sequence of {self.path}: {error}"
                ) from error
        # Outside the handler, whose traceback keeps the tensors of the failed try alive.
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        half = (len(rows) + 1) // 2
        for part in (rows[:half], rows[half:]):
            for row in part:
                row.start_over()
            self._decode(part, sampling, stops)

    def _ready(self) -> Decoder:
        if self._decoder is None:
            raise RuntimeError(f"the engine of {self.path} was used after close()")
        return self._decoder

    def _first_token(self) -> int:
        # An empty prompt still needs one token to start from.
        tokens = (self.tokenizer.bos_token_id, self.tokenizer.eos_token_id, 0)
        return next(token for token in tokens if token is not None)

    def _held(self) -> int:
        import torch

        return torch.cuda.memory_allocated(self.device) if self.device.type == "cuda" else 0

    def _limit_threads(self) -> None:
        # Set again for every batch: OpenMP keeps the number per calling thread. More threads than
        # free cores slow torch down many times over, and another number changes the last bits.
        import torch

        if self.device.type == "cpu":
            torch.set_num_threads(self.threads)


def _token_set(*found: int | list[int] | None) -> frozenset[int]:
    lists = [ids if isinstance(ids, list) else [ids] for ids in found if ids is not None]
    return frozenset(token for ids in lists for token in ids)


def _too_long(prompt_tokens: int, sampling: Sampling) -> Completion:
    return Completion("", "too_long", 0, prompt_tokens, 0.0 if sampling.logprobs else None)
