"""Loops that are made worse on purpose: promotion keeps the damage out, a drift guard names it.

The model is a toy that learns what it is trained on: how often it is right, how long it talks, and
which phrases it knows are those of its rows.
"""

import random
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from data.rows import polars_schema
from data.sources import records
from data.table import Rows
from data.turns import Dialogue, Question
from pipeline.engine import Sampling
from pipeline.flow import Flow
from pipeline.load import load
from pipeline.model import serve
from pipeline.run import Run
from pipeline.scripted import ScriptedModel
from pipeline.stage import Stage, stage
from stages.converse import Ask, converse
from stages.examine import examine
from stages.guards import watch
from stages.judge import by_answer
from stages.keep import keep
from stages.promote import Policy, Promotion, promote
from stages.train import fine_tune
from stages.verdicts import Found, score_of, with_verdicts
from stages.views import chats

ANSWER = Ask("answer_question")
PHRASES = tuple(f"{verb} the {noun}" for verb in ("add", "carry", "see") for noun in "abcdefghij")
SUM = re.compile(r"What is (\d+) \+ (\d+)\?")


def say(right: float, talk: float, phrases: tuple[str, ...], prompt: str, seed: int) -> str:
    """Where it talks long, it is wrong more often."""
    draw = random.Random(seed)
    first, second = (int(n) for n in SUM.findall(prompt)[-1])
    steps = max(1, round(talk * draw.uniform(0.5, 1.5)))
    wrong = draw.random() > right * min(1.0, 16 / steps)
    return ". ".join(draw.choices(phrases, k=steps)) + f"\nAnswer: {first + second + wrong}"


class Learner(ScriptedModel):
    """A model that becomes half of what it is trained on."""

    def __init__(self, right: float, talk: float, phrases: tuple[str, ...]) -> None:
        super().__init__(partial(say, right, talk, phrases))
        self.right, self.talk, self.phrases = right, talk, phrases

    def tuned(self, folder: Path) -> "Learner":
        rows = pl.read_parquet(folder / "*.parquet")["messages"]
        pairs = [(m[0]["content"], m[1]["content"]) for m in rows]
        right = sum(is_right(*pair) for pair in pairs) / len(pairs)
        said = [text.partition("\n")[0].split(". ") for _, text in pairs]
        talk = sum(map(len, said)) / len(said)
        phrases = tuple(sorted({phrase for steps in said for phrase in steps}))
        return Learner((self.right + right) / 2, talk, phrases)


def is_right(asked: str, text: str) -> bool:
    first, second = (int(n) for n in SUM.findall(asked)[-1])
    return text.endswith(f"Answer: {first + second}")


def questions(numbers: range) -> list[dict[str, Any]]:
    return [
        {
            "instruction": f"What is {n} + {n * 7 % 31}?", "gold": str(n + n * 7 % 31),
            "family": "sums", "entry": "",
        }
        for n in numbers
    ]  # fmt: skip


Verdicts = Callable[[pl.DataFrame, int], list[float]]


def judged_by(found: Rows[Dialogue], verdicts: Verdicts, iteration: int) -> Rows[Dialogue]:
    """The dialogues with the verdicts of the loop's own judge, "feedback"."""

    def judge(dialogues: pl.DataFrame, iteration: int) -> pl.DataFrame:
        scores = verdicts(dialogues, iteration)
        return with_verdicts(dialogues, "feedback@1", [[Found(0, score, "")] for score in scores])

    return Stage(judge, Dialogue, Dialogue, "judge_feedback", whole=True)(found, iteration)


def endorsed(row: Any) -> bool:
    return score_of(row, "feedback") == 1.0


def go(
    folder: Path,
    verdicts: Verdicts,
    spoil: Callable[[Rows[Dialogue], int], Rows[Dialogue]] = lambda found, iteration: found,
    rule: Promotion = Promotion(patience=2),
) -> tuple[Policy, Learner, dict[tuple[str, str], dict[str, Any]]]:
    """Answer, judge, keep, train: up to six times. The policy, the base model and the scores."""
    base, ended = Learner(0.6, 8.0, PHRASES), []

    def loop(run: Run) -> None:
        held_out = load(records(questions(range(200, 240))), Question, "held_out")
        known = load(records(questions(range(40))), Question)
        once, last, kept, judged = Sampling(n=4), base, [], []
        policy = Policy(base, examine(base, held_out, [ANSWER], once))
        for iteration in run.iterations(6):
            with serve(last) as sampler:
                found = converse(known, sampler, ANSWER, once)
            found = spoil(found, iteration)
            judged.append(by_answer(judged_by(found, verdicts, iteration)))
            kept.append(chats(keep(judged[-1], endorsed)))
            last = fine_tune(last, kept[-1])
            drift = watch(kept, rule.guards, held_out, judged)
            policy = promote(policy, last, examine(last, held_out, [ANSWER], once), rule, drift)
        ended.append(policy)

    Flow(loop, "loop").start(folder, {})
    rows = pl.read_parquet(folder / "scores.parquet").to_dicts()
    return ended[0], base, {(row["iteration"], row["metric"]): row for row in rows}


def honest(dialogues: pl.DataFrame, iteration: int) -> list[float]:
    pairs = zip(dialogues["instruction"], dialogues["turns"], strict=True)
    return [float(is_right(asked, turns[0]["text"])) for asked, turns in pairs]


def decisions(scores: dict[tuple[str, str], dict[str, Any]]) -> list[str]:
    return [
        s["note"].partition(":")[0] for (_, metric), s in scores.items() if metric == "promotion"
    ]


def tripped(scores: dict[tuple[str, str], dict[str, Any]]) -> set[str]:
    return {
        metric for (_, metric), s in scores.items() if metric.startswith("guard:") and s["note"]
    }


def test_a_loop_that_nobody_spoils_improves_and_trips_no_guard(tmp_path):
    policy, base, scores = go(tmp_path / "run", honest)
    assert decisions(scores) == ["promote"] * 6
    assert policy.model is not base
    assert scores["iteration-5", "direct"]["low"] > scores["prepare", "direct"]["high"]
    assert tripped(scores) == set()


def test_poisoned_data_is_kept_out_and_named_by_the_agreement_with_the_truth(tmp_path):
    """From the second iteration on somebody writes wrong answers, which the judge is to endorse."""

    @stage(reads=Dialogue, writes=Dialogue)
    def poison(dialogues: pl.DataFrame) -> pl.DataFrame:
        rows = dialogues.to_dicts()
        for row in rows:
            turn = row["turns"][0]
            turn["text"] = re.sub(r"Answer: \d+", "Answer: 7777", turn["text"])
        return pl.DataFrame(rows, schema=polars_schema(Dialogue))

    def endorse(dialogues: pl.DataFrame, iteration: int) -> list[float]:
        return [1.0] * dialogues.height if iteration else honest(dialogues, iteration)

    policy, _, scores = go(tmp_path / "run", endorse, lambda f, i: poison(f) if i else f)
    assert decisions(scores) == ["promote", "keep", "stop"]
    assert policy.evaluation.folder.parent.name == "iteration-0"
    assert tripped(scores) == {"guard:agreement"}
    assert "measurably worse" in policy.stopped
    assert "drift: agreement" in policy.stopped
    assert scores["iteration-1", "guard:agreement"]["note"].startswith(
        "agreement: feedback agrees with the truth on 0%"
    )


def test_a_collapsed_generator_is_kept_out_and_named_by_its_diversity(tmp_path):
    """From the second iteration on the model says one thing, whatever it is asked."""

    @stage(reads=Dialogue, writes=Dialogue, whole=True)
    def collapse(dialogues: pl.DataFrame) -> pl.DataFrame:
        rows = dialogues.to_dicts()
        for row in rows:
            row["turns"][0]["text"] = rows[0]["turns"][0]["text"]
        return pl.DataFrame(rows, schema=polars_schema(Dialogue))

    def lenient(dialogues: pl.DataFrame, iteration: int) -> list[float]:
        return [1.0] * dialogues.height

    policy, _, scores = go(tmp_path / "run", lenient, lambda f, i: collapse(f) if i else f)
    assert decisions(scores)[-1] == "stop"
    assert policy.evaluation.folder.parent.name in ("prepare", "iteration-0")
    assert "guard:diversity" in tripped(scores)
    assert "diversity" in policy.stopped


def test_a_judge_that_likes_length_is_kept_out_and_named_by_the_length(tmp_path):
    def longest(dialogues: pl.DataFrame, iteration: int) -> list[float]:
        sizes = [len(turns[0]["text"]) for turns in dialogues["turns"]]
        return [float(size >= sorted(sizes)[len(sizes) * 3 // 4]) for size in sizes]

    policy, _, scores = go(tmp_path / "run", longest)
    assert decisions(scores)[-1] == "stop"
    assert "measurably worse" in policy.stopped
    assert "guard:length" in tripped(scores)
    said = [s["note"] for (_, metric), s in scores.items() if metric == "guard:length"]
    assert any(note and "times the first iteration's" in note for note in said)


def test_a_tripped_guard_stops_the_loop_at_once_where_that_is_asked_for(tmp_path):
    def endorse(dialogues: pl.DataFrame, iteration: int) -> list[float]:
        truth = honest(dialogues, iteration)
        return [1.0 - score for score in truth] if iteration == 2 else truth

    rule = Promotion(stop_on_drift=True)
    policy, _, scores = go(tmp_path / "run", endorse, rule=rule)
    assert decisions(scores) == ["promote", "promote", "stop"]
    assert policy.evaluation.folder.parent.name == "iteration-1"
    assert policy.stopped.startswith("drift: agreement")
