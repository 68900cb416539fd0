"""converse: one more turn of each dialogue.

    ANSWER = Ask("answer_question")
    FEEDBACK = Ask("give_feedback", kind="feedback")
    REFINE = Ask("refine_response")

    dialogues = converse(questions, sampler, ANSWER, Sampling(n=4))
    dialogues = converse(dialogues, sampler, FEEDBACK, GREEDY)
    dialogues = converse(dialogues, sampler, REFINE, GREEDY, until=endorsed)

Each call is a table with all turns so far. A prompt's placeholders are columns of the row, and the
kinds of turns: {{response}} is the newest turn of that kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import polars as pl

from data.identity import fingerprint
from data.rows import polars_schema
from data.table import Rows
from data.turns import Dialogue, Question
from pipeline.engine import Completion, Sampling
from pipeline.errors import SettingError
from pipeline.model import Sampler
from pipeline.prompt import Template
from pipeline.stage import Stage
from pipeline.work import work
from stages.generate import PROMPTS, complete
from stages.keep import Rule, apply, looks_around

__all__ = ["Ask", "converse", "newest"]

Line = Mapping[str, Any]
"""A dialogue as a dictionary."""


@dataclass(frozen=True)
class Ask:
    """What is asked next. `name` is a file in stages/prompts, or `path` names one elsewhere. The
    answer is a turn of `kind`. `history` is how many of the turns before are shown as the
    conversation so far (None: all; 0: the prompt says everything itself)."""

    name: str
    kind: str = "response"
    history: int | None = 0
    path: Path | None = None

    def __post_init__(self) -> None:
        if self.history is not None and self.history < 0:
            raise SettingError(f"history is {self.history}, wanted 0 or more, or None for all")

    @cached_property
    def template(self) -> Template:
        return Template.read(self.path or PROMPTS / f"{self.name}.md")

    @property
    def fingerprint(self) -> str:
        return fingerprint([self.template.fingerprint, self.kind, self.history])

    def say(self, row: Line) -> str:
        """The user's message about a row. Raises ContractError for a placeholder that is neither a
        column nor the kind of a turn."""
        values = {**row, **{turn["kind"]: turn["text"] for turn in row.get("turns") or ()}}
        self.template.check(list(values))
        return self.template.fill([values])[0].rstrip("\n")

    def messages(self, row: Line) -> list[dict[str, str]]:
        """The conversation as it is sent: earlier turns as far as they are shown, then this."""
        turns = row.get("turns") or []
        shown = turns if self.history is None else turns[max(0, len(turns) - self.history) :]
        said = [{"role": "user", "content": self.say(row)}]
        return [message for turn in shown for message in exchange(turn)] + said


def exchange(turn: Line) -> list[dict[str, str]]:
    """A turn as two messages."""
    return [
        {"role": "user", "content": turn["asked"]},
        {"role": "assistant", "content": turn["text"]},
    ]


def newest(row: Line, kind: str = "response") -> int:
    """The number of the newest turn of a kind; -1 where there is none."""
    places = [i for i, turn in enumerate(row["turns"]) if turn["kind"] == kind]
    return places[-1] if places else -1


def converse(
    rows: Rows[Any],
    sampler: Sampler,
    ask: Ask,
    sampling: Sampling = Sampling(),
    until: Rule | None = None,
    name: str | None = None,
) -> Rows[Dialogue]:
    """Each question or dialogue with one more turn; as a stage it is named for its prompt.

    With `sampling.n` above 1 a row becomes so many dialogues. `until` is a rule as for `keep`: a
    row for which it gives True or a reason takes no more turns and stays as it is, as do rows that
    ended before, which it is not asked about. A prompt over the context length ends a dialogue
    too, as one; an answer that was cut off is a turn like any other, with `finish` "length".
    """
    reads = Dialogue if issubclass(rows.row, Dialogue) else Question
    whole = until is not None and looks_around(until)
    stage = Stage(_converse, reads, Dialogue, name or ask.name, whole)
    return cast("Rows[Dialogue]", stage(cast("Any", rows), sampler, ask, sampling, until))


def _converse(
    rows: pl.DataFrame, sampler: Sampler, ask: Ask, sampling: Sampling, until: Rule | None = None
) -> pl.DataFrame:
    if "turns" not in rows.columns:
        schema = polars_schema(Dialogue)
        empty = {"sample": 0, "turns": [], "verdicts": [], "ended": ""}
        rows = rows.with_columns(pl.lit(v, schema[k]).alias(k) for k, v in empty.items())
    if until is not None:
        rows = rows.with_columns(ended=_ended(rows, until))
    here, lines = work(), rows.to_dicts()
    going = [line for line in lines if not line["ended"]]
    here.advance(len(lines) - len(going))
    texts = [sampler.chat(ask.messages(line)) for line in going]
    seeds = [tuple(here.seed_of(row["id"], s) for s in range(sampling.n)) for row in going]
    found = iter(complete(texts, seeds, sampler, sampling))
    made: list[dict[str, Any]] = []
    for line in lines:
        if line["ended"]:
            made.append(line)
        else:
            asked = ask.say(line)
            said = next(found)
            if all(each.finish == "too_long" for each in said):
                said = said[:1]  # no new turn: nothing of which there could be several
            made += [
                _with(line, ask.kind, asked, c, s, sampling.n, sampler) for s, c in enumerate(said)
            ]
    return pl.DataFrame(made, schema=rows.schema)


def _ended(rows: pl.DataFrame, until: Rule) -> pl.Series:
    """Why each row takes no more turns, "" if it does."""
    new = iter(apply(until, rows.filter(pl.col("ended") == ""), False))
    return pl.Series([ended or next(new) or "" for ended in rows["ended"]], dtype=pl.String)


def _with(
    line: dict[str, Any],
    kind: str,
    asked: str,
    said: Completion,
    sample: int,
    samples: int,
    sampler: Sampler,
) -> dict[str, Any]:
    """A new dialogue: the turns of `line` and one more."""
    turn = {
        "kind": kind,
        "asked": asked,
        "text": said.text,
        "finish": said.finish,
        "tokens": said.tokens,
        "logprob": said.logprob,
        "model": sampler.fingerprint,
    }
    too_long = f"prompt over the context length: {said.prompt_tokens} tokens"
    return line | {
        "id": work().row_id([line["id"]], sample),
        "parents": [line["id"]],
        "sample": line["sample"] * samples + sample,
        "turns": line["turns"] if said.finish == "too_long" else [*line["turns"], turn],
        "ended": too_long if said.finish == "too_long" else "",
    }
