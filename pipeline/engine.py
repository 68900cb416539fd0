"""What completes prompts: the interface of engines, and the values that cross it.

An engine gets plain text (chat rendering happens before) and one seed per wanted sample, so that a
completion depends on its request alone and never on order, batch or worker.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from pipeline.errors import SettingError

__all__ = ["Choice", "Completion", "Engine", "Request", "Sampling"]


@dataclass(frozen=True)
class Sampling:
    """How completions are drawn; part of the identity of what is generated."""

    n: int = 1
    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 512
    stop: tuple[str, ...] = ()
    logprobs: bool = False

    def __post_init__(self) -> None:
        wrong = [
            f"{name} is {value}, wanted {wanted}"
            for name, value, wanted, fits in (
                ("n", self.n, "at least 1", self.n >= 1),
                ("temperature", self.temperature, "0 or more", self.temperature >= 0),
                ("top_p", self.top_p, "above 0, at most 1", 0 < self.top_p <= 1),
                ("max_tokens", self.max_tokens, "at least 1", self.max_tokens >= 1),
            )
            if not fits
        ]
        if wrong:
            raise SettingError("; ".join(wrong))


class Request(NamedTuple):
    """One prompt; as many completions are wanted as there are seeds (each 0 <= seed < 2**63)."""

    prompt: str
    seeds: tuple[int, ...]


class Completion(NamedTuple):
    """One answer, without its stop string.

    `finish` is "stop" (a stop string or the end-of-text token), "length" (max_tokens or the end
    of the context) or "too_long" (the prompt left no room: nothing was generated). `logprob` is the
    sum over the completion's tokens, None unless `Sampling.logprobs`.
    """

    text: str
    finish: str
    tokens: int
    prompt_tokens: int
    logprob: float | None = None


class Choice(NamedTuple):
    """A prompt and the ways in which it may go on, of which the model is to weigh each."""

    prompt: str
    options: tuple[str, ...]


class Engine(Protocol):
    """A model that is loaded and answers."""

    def complete(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> Iterator[dict[int, list[Completion]]]:
        """Yield finished batches as they come: index of a request -> its completions in the order
        of its seeds. Every index comes exactly once."""
        ...

    def choose(self, choices: Sequence[Choice]) -> Iterator[dict[int, list[float]]]:
        """Yield finished batches as they come: index of a choice -> log-probability of each option
        as the continuation of the prompt, normalised over the options. The list is empty where the
        prompt and its longest option do not fit the context. Every index comes exactly once."""
        ...

    def chat(self, messages: Sequence[Mapping[str, str]]) -> str:
        """The conversation as this model's prompt for the next answer."""
        ...

    def close(self) -> None:
        """Give the device back."""
        ...
