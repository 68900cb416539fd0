"""choose: put a question with given options to a model, and get how likely it takes each.

Nothing is generated: one pass over the prompt weighs the options (Engine.choose). What was answered
is in the journal, under a key that depends on model, prompt and options alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from data.identity import fingerprint
from pipeline.engine import Choice
from pipeline.errors import SettingError
from pipeline.model import Sampler
from pipeline.prompt import Template
from pipeline.work import work
from stages.generate import PROMPTS

__all__ = ["ChoicePrompt"]


@dataclass(frozen=True)
class ChoicePrompt:
    """A question with options. `name` is a file in stages/prompts, or `path` names one elsewhere;
    `chat` sends it as a user's message through the model's chat template."""

    name: str
    options: tuple[str, ...]
    chat: bool = True
    path: Path | None = None

    def __post_init__(self) -> None:
        if len(set(self.options)) != len(self.options) or len(self.options) < 2:
            raise SettingError(
                f"The options are {self.options}; wanted two or more, all different."
            )

    @cached_property
    def template(self) -> Template:
        return Template.read(self.path or PROMPTS / f"{self.name}.md")

    @property
    def fingerprint(self) -> str:
        return fingerprint([self.template.fingerprint, self.options, self.chat])

    def put(self, values: Sequence[Mapping[str, Any]], sampler: Sampler) -> list[list[float]]:
        """For each set of values of the placeholders the log-probability of each option; an empty
        list where the question is too long for the model."""
        here = work()
        texts = self.template.fill(values)
        if self.chat:
            texts = [sampler.chat([{"role": "user", "content": text}]) for text in texts]
        model = sampler.fingerprint
        keys = [fingerprint([model, text, self.options]) for text in texts]
        done = here.journal.done
        wanted = [key for key in dict.fromkeys(keys) if key not in done]
        prompts = dict(zip(keys, texts, strict=True))
        for batch in sampler.choose([Choice(prompts[key], self.options) for key in wanted]):
            here.journal.add({wanted[index]: found for index, found in batch.items()})
        return [done[key] for key in keys]
