"""Dialogues of several turns as a flow makes them: beside each other, and after a stop."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data.sources import records
from data.turns import Question
from pipeline.engine import Sampling
from pipeline.errors import ModelError, UserError
from pipeline.flow import Flow
from pipeline.load import load
from pipeline.model import serve
from pipeline.run import Run
from pipeline.scripted import ScriptedModel
from stages.converse import Ask, converse

FEEDBACK = Ask("give_feedback", kind="feedback")
ANSWER, REFINE = Ask("answer_question"), Ask("refine_response")
COUNT = 150  # questions: more than one shard


class Hinted(Question):
    hint: str


def said(prompt: str, seed: int) -> str:
    if "Verdict: right" in prompt and "Feedback:" not in prompt:
        return f"Verdict: {'right' if seed % 2 else 'wrong'}"
    return f"Answer: {seed}"


def endorsed(row: Any) -> bool:
    return row["turns"][-1]["text"] == "Verdict: right"


def talked(folder: Path, model: ScriptedModel) -> pl.DataFrame:
    tables: list[Any] = []
    rows = [
        {"instruction": f"{n}?", "gold": "", "family": "", "entry": "", "hint": f"h{n}"}
        for n in range(COUNT)
    ]

    def loop(run: Run) -> None:
        found: Any = load(records(rows), Hinted)
        with serve(model) as sampler:
            found = converse(found, sampler, ANSWER, Sampling(n=2))
            for _ in range(2):
                found = converse(found, sampler, FEEDBACK, until=endorsed)
                found = converse(found, sampler, REFINE, until=endorsed)
        tables.append(found)

    Flow(loop, "loop").start(folder, {})
    return tables[0].frame()


def test_columns_that_nobody_reads_are_carried_through_all_turns(tmp_path):
    found = talked(tmp_path / "run", ScriptedModel(said))
    assert found.height == found["id"].n_unique() == 2 * COUNT
    assert set(
        found.select(pl.col("hint") == "h" + pl.col("instruction").str.strip_chars("?"))["hint"]
    ) == {True}


def test_every_dialogue_ends_with_what_was_endorsed_or_goes_on(tmp_path):
    found = talked(tmp_path / "run", ScriptedModel(said))
    lengths = set()
    for row in found.to_dicts():
        verdicts = [t["text"] for t in row["turns"] if t["kind"] == "feedback"]
        assert [t["kind"] for t in row["turns"][::2]] == ["response"] * len(row["turns"][::2])
        assert set(verdicts[:-1]) <= {"Verdict: wrong"}
        assert (row["ended"] == "endorsed") == (verdicts[-1] == "Verdict: right")
        assert endorsed(row) == (row["ended"] == "endorsed")
        lengths.add(len(row["turns"]))
    assert lengths == {2, 4, 5}


@pytest.mark.parametrize("batch", [2, 40, 75])
def test_after_a_stop_nothing_is_generated_twice_and_the_table_is_the_same(tmp_path, batch):
    whole = ScriptedModel(said, batch=8)
    unbroken = talked(tmp_path / "whole", whole)
    model = ScriptedModel(said, batch=8, faults={batch: ModelError("gone")})
    with pytest.raises(ModelError, match="gone"):
        talked(tmp_path / "broken", model)
    again = talked(tmp_path / "broken", model)
    assert again.sort("id").equals(unbroken.sort("id"))
    assert model.requests == whole.requests


def test_a_model_that_is_asked_after_its_block_is_a_mistake_in_plain_words(tmp_path):
    def loop(run: Run) -> None:
        row = {"instruction": "1?", "gold": "", "family": "", "entry": ""}
        with serve(ScriptedModel(said)) as sampler:
            found: Any = converse(load(records([row]), Question), sampler, ANSWER)
        converse(found, sampler, FEEDBACK)

    with pytest.raises(UserError, match=r"after its `with serve\(\.\.\.\)` block"):
        Flow(loop, "loop").start(tmp_path / "run", {})
