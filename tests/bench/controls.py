"""What a loop is measured against: the base model, trained as much on what needs no loop."""

from typing import Literal

import polars as pl

from data.kinds import Chat
from data.rows import polars_schema
from data.sources import source
from data.turns import Question
from pipeline.engine import Sampling
from pipeline.flow import flow
from pipeline.load import load
from pipeline.model import open_model, serve
from pipeline.run import Run
from pipeline.stage import stage
from pipeline.work import work
from stages.converse import Ask, converse
from stages.curate import draw
from stages.examine import examine
from stages.train import Training, fine_tune
from stages.views import View, chats

ANSWER = Ask("answer_question")
ASKS = {
    "self": (ANSWER, Ask("give_feedback", kind="feedback"), Ask("refine_response")),
    "rise": (ANSWER, *[Ask("try_again", history=2)] * 4),
    "scl": (ANSWER, Ask("look_again", history=None)),
    "evolve": (ANSWER, Ask("improve_response")),
}


@stage(reads=Question, writes=Chat)
def gold(questions: pl.DataFrame) -> pl.DataFrame:
    """Each question with its known answer, in the form that the loop asks for."""
    rows = [
        {
            "id": work().row_id([row["id"]]),
            "parents": [row["id"]],
            "messages": [
                {"role": "user", "content": ANSWER.say(row), "train": False},
                {"role": "assistant", "content": f"Answer: {row['gold']}", "train": True},
            ],
            "weight": 1.0,
        }
        for row in questions.iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=polars_schema(Chat))


@flow
def control(
    run: Run,
    loop: Literal["self", "rise", "scl", "evolve"],
    kind: Literal["gold", "random"],
    model: str,
    questions: str,
    held_out: str,
    rows: int,
    annotator: str | None = None,
    sampling: Sampling = Sampling(),
    training: Training = Training(),
    evaluation: Sampling = Sampling(),
    seed: int = 0,
) -> None:
    """SFT on `rows` rows: the gold data that the loop may see (an annotator's answers, if it has
    one), or the base model's own answers, drawn at random."""
    base = open_model(model)
    problems = load(source(held_out), Question, "load_held_out")
    known = draw(load(source(questions), Question), rows)
    run.enter("iteration-0")
    if kind == "gold" and annotator is None:
        lessons = gold(known)
    else:
        with serve(open_model(annotator) if kind == "gold" and annotator else base) as sampler:
            lessons = chats(converse(known, sampler, ANSWER, sampling), [View(0)])
    tuned = fine_tune(base, lessons, training)
    greedy = Sampling(temperature=0.0, max_tokens=evaluation.max_tokens)
    examine(tuned, problems, ASKS[loop], evaluation, greedy if loop == "self" else None)
