"""generate: ask a model about every row, n times.

    SOLVE = Prompt("solve", reads=Problem, writes=Attempt, parse=code)
    attempts = generate(problems, sampler, SOLVE, Sampling(n=8))

A prompt is two things: the text (a Markdown file) and `parse`, which turns an answer into columns
or raises Rejected with the reason. Every other column of `writes` comes from the row that was asked
about, or says how it was answered (data.kinds.Generated).
"""

import random
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import polars as pl

from data.identity import fingerprint
from data.kinds import Generated
from data.rows import Row, polars_schema
from data.table import Rows
from pipeline.engine import Completion, Request, Sampling
from pipeline.errors import ContractError
from pipeline.identity import describe
from pipeline.model import Sampler
from pipeline.prompt import Template
from pipeline.stage import Stage
from pipeline.work import work

__all__ = ["PROMPTS", "Prompt", "Rejected", "complete", "generate"]

R = TypeVar("R", bound=Row)
W = TypeVar("W", bound=Row)

PROMPTS = Path(__file__).parent / "prompts"


class Rejected(ValueError):
    """An answer that is not what was asked for; the message is the reason."""


@dataclass(frozen=True)
class Prompt(Generic[R, W]):
    """What is asked about a row of `reads`, and how an answer becomes a row of `writes`.

    `name` is a file in stages/prompts, or `path` names one elsewhere. With `shots`, so many of
    `examples` (values of the placeholders, answer) come first, drawn anew for each row. `chat`
    sends the text as a user's message through the model's chat template. Answers that do not end by
    themselves are dropped unless `cut_off` lets them pass.
    """

    name: str
    reads: type[R]
    writes: type[W]
    parse: Callable[[str], Mapping[str, Any]]
    stop: tuple[str, ...] = ()
    examples: Sequence[tuple[Mapping[str, Any], str]] = field(default=(), repr=False)
    shots: int = 0
    chat: bool = False
    cut_off: bool = False
    path: Path | None = None

    @cached_property
    def template(self) -> Template:
        return Template.read(self.path or PROMPTS / f"{self.name}.md")

    @property
    def fingerprint(self) -> str:
        shown = list(self.examples) if self.shots else []
        parts = [self.template.fingerprint, describe(shown), self.shots, self.chat, self.cut_off]
        return fingerprint([*parts, self.stop, describe(self.parse)])

    def texts(self, rows: Sequence[Mapping[str, Any]], sampler: Sampler) -> list[str]:
        """The prompt of each row."""
        template, here = self.template, work()
        if self.shots:
            draws = [random.Random(here.seed_of(row["id"], -1)) for row in rows]
            count = min(self.shots, len(self.examples))
            shown = [draw.sample(list(self.examples), count) for draw in draws]
            texts = [template.render(r, s) for r, s in zip(rows, shown, strict=True)]
        else:
            texts = template.fill(rows)
        if not self.chat:
            return texts
        return [sampler.chat([{"role": "user", "content": text}]) for text in texts]


def generate(
    rows: Rows[R],
    sampler: Sampler,
    prompt: Prompt[R, W],
    sampling: Sampling = Sampling(),
    name: str | None = None,
) -> Rows[W]:
    """`sampling.n` answers to `prompt` about every row; as a stage it is named for its prompt.

    Dropped: prompts over the context length, answers that were cut off, answers that `prompt.parse`
    rejects. Raises ContractError when a placeholder of the prompt is no column.
    """
    stage = Stage(_generate, prompt.reads, prompt.writes, name or prompt.name)
    return cast("Rows[W]", stage(cast("Any", rows), sampler, prompt, sampling))


def _generate(
    rows: pl.DataFrame, sampler: Sampler, prompt: Prompt[Any, Any], sampling: Sampling
) -> pl.DataFrame:
    template = prompt.template
    template.check(rows.columns)
    sampling = replace(sampling, stop=sampling.stop or prompt.stop)
    here = work()
    ids = rows["id"].to_list()
    asked = rows.select("id", *sorted(template.placeholders - {"id"})).to_dicts()
    texts = prompt.texts(asked, sampler)
    seeds = [tuple(here.seed_of(i, s) for s in range(sampling.n)) for i in ids]
    answers = complete(texts, seeds, sampler, sampling)
    return _rows(rows, texts, answers, prompt, sampler.fingerprint)


def complete(
    texts: list[str], seeds: list[tuple[int, ...]], sampler: Sampler, sampling: Sampling
) -> list[list[Completion]]:
    """The answers, from the journal where it has them."""
    here = work()
    what = fingerprint([sampler.fingerprint, describe(sampling)])[:16]
    # the seeds say run, stage, row and samples; the journal is of one shard
    keys = [
        f"{what}{s[0]:x}-{len(s)}-{zlib.crc32(t.encode('utf-8', 'surrogatepass')):x}"
        for t, s in zip(texts, seeds, strict=True)
    ]
    done = here.journal.done
    wanted = [i for i, key in enumerate(keys) if key not in done]
    here.advance(len(keys) - len(wanted), sum(a[2] for k in keys for a in done.get(k, ())))
    requests = [Request(texts[i], seeds[i]) for i in wanted]
    answers = [[Completion(*answer) for answer in done.get(key, ())] for key in keys]
    if requests:
        for batch in sampler.complete(requests, sampling):
            here.journal.add(
                {keys[wanted[i]]: [tuple(c) for c in found] for i, found in batch.items()}
            )
            for i, found in batch.items():
                answers[wanted[i]] = found
            here.advance(len(batch), sum(c.tokens for found in batch.values() for c in found))
    return answers


def _rows(
    rows: pl.DataFrame,
    texts: list[str],
    answers: list[list[Completion]],
    prompt: Prompt[Any, Any],
    model: str,
) -> pl.DataFrame:
    """One row per answer."""
    here, wanted = work(), polars_schema(prompt.writes)
    new = polars_schema(Generated)
    parents = rows["id"].to_list()
    at = [i for i, found in enumerate(answers) for _ in found]
    samples = [sample for found in answers for sample in range(len(found))]
    flat = [c for found in answers for c in found]
    ids = [here.row_id((parents[i],), s) for i, s in zip(at, samples, strict=True)]
    outcomes = [_parsed(c, prompt) for c in flat]
    parsed, dropped = [o[0] for o in outcomes], [o[1] for o in outcomes]
    made = {
        "id": ids,
        "prompt": [texts[i] for i in at],
        "completion": [c.text for c in flat],
        "finish": [c.finish for c in flat],
        "tokens": [c.tokens for c in flat],
        "logprob": [c.logprob for c in flat],
        "sample": samples,
    }
    frame = (rows[at] if at else rows.clear()).with_columns(
        pl.concat_list("id").alias("parents"),
        pl.lit(model).alias("model"),
        *(pl.Series(name, values, dtype=new[name]) for name, values in made.items()),
    )
    names = dict.fromkeys(name for values in parsed for name in values)
    if unknown := [name for name in names if name not in wanted]:
        raise ContractError(
            f"The parser of the prompt {prompt.name} gives {', '.join(unknown)}, which "
            f"{prompt.writes.__name__} does not declare."
        )
    frame = frame.with_columns(
        pl.Series(name, [v.get(name) for v in parsed], dtype=wanted[name], strict=True)
        for name in names
    )
    if None not in dropped:
        # no answer was parsed, so no parser said its columns
        missing = [c for c in wanted if c not in frame.columns]
        frame = frame.with_columns(pl.lit(None, wanted[c]).alias(c) for c in missing)
    extends = issubclass(prompt.writes, prompt.reads)
    extra = [c for c in rows.columns if extends and c not in polars_schema(prompt.reads)]
    return frame.select(
        *[c for c in frame.columns if c in wanted or c in extra],
        pl.Series("dropped", dropped, dtype=pl.String),
    )


def _parsed(
    completion: Completion, prompt: Prompt[Any, Any]
) -> tuple[Mapping[str, Any], str | None]:
    if completion.finish == "too_long":
        return {}, f"prompt over the context length: {completion.prompt_tokens} tokens"
    if completion.finish == "length" and not prompt.cut_off:
        return {}, f"cut off: no end after {completion.tokens} tokens"
    try:
        return prompt.parse(completion.text), None
    except Rejected as error:
        return {}, str(error)
    except Exception as error:  # a parser of the user's met an answer that it did not foresee
        return {}, f"failed parsing: {type(error).__name__}: {error}"[:300]
