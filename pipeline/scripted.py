"""The `scripted` engine: a deterministic function in the place of a model, with faults on request.

For tests of loops without a model, and for figures from which the model must be absent:

    def answer(prompt: str, seed: int) -> str: ...

    model = ScriptedModel(answer, faults={3: InfrastructureError("no route to the server")})
"""

import importlib.util
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from data.identity import fingerprint
from pipeline.engine import Choice, Completion, Request, Sampling
from pipeline.errors import ModelError
from pipeline.identity import describe

__all__ = ["ScriptedModel", "scripted_from_file"]

LEAST = 1e-300  # the weight of an option that is out of the question: its logarithm is a number


class ScriptedModel:
    """`answer(prompt, seed)` completes a prompt. It ends at the first stop string and is cut after
    `max_tokens` words; a prompt of more than `context` words is "too_long".

    `choose(prompt, options)` weighs the options of a choice: numbers from 0 up, of which each is a
    share of their sum.

    `faults` maps the number of a batch (0 is the first) to what is raised in its place, once;
    `delay` is seconds per batch of `batch` requests.
    """

    def __init__(
        self,
        answer: Callable[[str, int], str],
        *,
        choose: Callable[[str, tuple[str, ...]], Sequence[float]] | None = None,
        name: str = "scripted",
        context: int | None = None,
        batch: int = 1024,
        delay: float = 0.0,
        faults: Mapping[int, BaseException] | None = None,
    ) -> None:
        self.answer, self.name, self.context = answer, name, context
        self.weigh = choose
        self.batch, self.delay = batch, delay
        self.faults = dict(faults or {})
        self.batches = 0
        self.requests = 0

    @property
    def fingerprint(self) -> str:
        answers = [self.answer, *([self.weigh] if self.weigh else [])]
        return fingerprint([self.name, *map(describe, answers), self.context])

    def open(self) -> "ScriptedModel":
        return self

    def tuned(self, folder: Path) -> "ScriptedModel":
        """What training gives: a model of the same answers under another name."""
        tuned = ScriptedModel(
            self.answer, choose=self.weigh, name=f"{self.name}>{folder.parent.name}"
        )
        tuned.context, tuned.batch, tuned.delay = self.context, self.batch, self.delay
        return tuned

    def close(self) -> None:
        pass

    def chat(self, messages: Sequence[Mapping[str, str]]) -> str:
        return "\n\n".join(m["content"] for m in messages)

    def complete(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> Iterator[dict[int, list[Completion]]]:
        for part in self._batches(len(requests)):
            yield {i: self._answers(requests[i], sampling) for i in part}

    def choose(self, choices: Sequence[Choice]) -> Iterator[dict[int, list[float]]]:
        for part in self._batches(len(choices)):
            yield {i: self._weighed(choices[i]) for i in part}

    def _batches(self, count: int) -> Iterator[range]:
        for start in range(0, count, self.batch):
            number, self.batches = self.batches, self.batches + 1
            if number in self.faults:
                raise self.faults.pop(number)
            if self.delay:
                time.sleep(self.delay)
            part = range(start, min(start + self.batch, count))
            self.requests += len(part)
            yield part

    def _weighed(self, choice: Choice) -> list[float]:
        if self.weigh is None:
            raise ModelError(
                f"The scripted model {self.name!r} is to choose and cannot: give it a function, "
                "ScriptedModel(answer, choose=weights), where weights(prompt, options) is a list."
            )
        if self.context is not None and choice.prompt.count(" ") + 1 >= self.context:
            return []
        weights = [max(float(w), LEAST) for w in self.weigh(*choice)]
        if len(weights) != len(choice.options):
            raise ModelError(
                f"The scripted model {self.name!r} gave {len(weights)} weights for the "
                f"{len(choice.options)} options of a choice: its function must give one each."
            )
        return [math.log(weight / sum(weights)) for weight in weights]

    def _answers(self, request: Request, sampling: Sampling) -> list[Completion]:
        prompt, seeds = request
        size = prompt.count(" ") + 1
        if self.context is not None and size >= self.context:
            return [Completion("", "too_long", 0, size) for _ in seeds]
        return [self._completion(prompt, seed, size, sampling) for seed in seeds]

    def _completion(self, prompt: str, seed: int, size: int, sampling: Sampling) -> Completion:
        text, most = self.answer(prompt, seed), sampling.max_tokens
        for stop in sampling.stop:
            text = text.partition(stop)[0]
        logprob = 0.0 if sampling.logprobs else None
        if (words := text.count(" ") + 1) > most:
            text = " ".join(text.split(" ")[:most])
            return Completion(text, "length", most, size, logprob)
        return Completion(text, "stop", words, size, logprob)


def scripted_from_file(reference: str) -> ScriptedModel:
    """The function that `path/to/file.py:name` names. Raises ModelError when there is none."""
    path, _, name = reference.rpartition(":")
    spec = importlib.util.spec_from_file_location("scripted_answers", path) if path else None
    if spec is None or spec.loader is None or not Path(path).is_file():
        raise ModelError(f"{reference!r} names no function; write scripted:path/to/file.py:name.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ModelError(
            f"The file {path} does not run: {type(error).__name__}: {error}"
        ) from error
    answers: Any = getattr(module, name, None)
    if not callable(answers):
        raise ModelError(f"The file {path} defines no function {name!r}; check the spelling.")
    return ScriptedModel(cast("Callable[[str, int], str]", answers), name=reference)
