"""A model learns to criticise and to repair its answers, then trains on those it finds right itself.

SELF: Language-Driven Self-Evolution for Large Language Models, Lu et al. 2023, arXiv 2310.00533.
Defaults are the paper's where it gives them. Deviations: prompts are our own (none were published);
an answer that the model's own feedback endorses is kept as it is instead of being refined once
more; questions of later rounds are written from one example each; every round is compared with the
model that it came from, and one that is measurably worse is not gone on with.
"""

from dataclasses import replace

import polars as pl

from data.sources import source
from data.turns import Question
from pipeline.engine import Sampling
from pipeline.flow import flow
from pipeline.load import load
from pipeline.model import open_model, serve
from pipeline.rounds import Rounds
from pipeline.run import Run
from stages.converse import Ask, converse
from stages.curate import decontaminate, draw, stack
from stages.examine import examine
from stages.generate import Prompt, generate
from stages.guards import Guards, watch
from stages.judge import by_answer, by_feedback, verdict_line
from stages.judge_audit import audit
from stages.keep import keep
from stages.promote import Policy, Promotion, promote
from stages.train import Training, fine_tune
from stages.verdicts import score_of
from stages.views import View, chats

ANSWER, FEEDBACK = Ask("answer_question"), Ask("give_feedback", kind="feedback")
REFINE = Ask("refine_response")
NEW = pl.when(~pl.col("instruction").is_first_distinct()).then(pl.lit("repeated question"))


def invented(text: str) -> dict[str, str]:
    return {"instruction": text.strip(), "gold": "", "entry": ""}


def endorsed(row: dict) -> bool:
    """Whether the newest feedback calls its answer right."""
    return verdict_line(row["turns"][-1]["text"]) == 1.0


def self_filter(row: dict) -> bool:
    return score_of(row, "feedback") == 1.0


INVENT = Prompt("write_question", Question, Question, invented, chat=True)


@flow
def self(
    run: Run,
    model: str,
    annotator: str,
    meta: str,
    questions: str,
    held_out: str,
    rounds: Rounds = Rounds(iterations=3, reference="last", window="all"),
    replay: bool = True,
    invent: bool = True,
    refinements: int = 1,
    beta: float = 1.0,
    sampling: Sampling = Sampling(temperature=0.7, top_p=0.9, max_tokens=512),
    training: Training = Training(epochs=3, learning_rate=2e-5, max_length=2048),
    evaluation: Sampling = Sampling(temperature=0.7, top_p=0.9, max_tokens=512),
    promotion: Promotion = Promotion(),
    guards: Guards = Guards(),
    seed: int = 0,
) -> None:
    base, greedy = open_model(model), replace(sampling, n=1, temperature=0.0)
    problems = load(source(held_out), Question, "load_held_out")
    known = load(source(questions), Question)
    examine(base, problems, (ANSWER, FEEDBACK, REFINE), evaluation, greedy)
    # 1. the meta-skill corpus: the base model answers, the annotator criticises and repairs
    with serve(base) as student:
        corpus = converse(load(source(meta), Question, "load_meta"), student, ANSWER, sampling)
    with serve(open_model(annotator)) as teacher:
        corpus = converse(converse(corpus, teacher, FEEDBACK, greedy), teacher, REFINE, greedy)
    # 2. meta-skill training on three views: feedback, refined answer, direct answer
    lessons = chats(corpus, [View(1), View(2), View(2, asked=0, weight=beta)], "lessons")
    start = last = fine_tune(base, lessons, training, "train_meta")
    asks, kept, judged = (ANSWER, FEEDBACK, REFINE), [], []
    policy = Policy(start, examine(start, problems, asks, evaluation, greedy))
    # 3. self-evolution
    for iteration in run.iterations(rounds.iterations):
        with serve(rounds.pick(rounds.reference, start, last, policy.model)) as sampler:
            prompts = draw(known, rounds.rows)
            if invent and iteration:
                prompts = keep(generate(prompts, sampler, INVENT, sampling), NEW, "keep_new")
                prompts = decontaminate(prompts, problems, "instruction", ("instruction",))
            found = converse(prompts, sampler, ANSWER, sampling)
            found = converse(found, sampler, FEEDBACK, greedy)
            for _ in range(refinements):
                found = converse(found, sampler, REFINE, greedy, until=endorsed)
                found = converse(found, sampler, FEEDBACK, greedy, until=endorsed)
        judged.append(by_answer(by_feedback(found)))  # the truth is for the record alone
        audit(judged[-1], "feedback")
        right = keep(judged[-1], self_filter, "self_filter")
        if rounds.control:
            right = draw(judged[-1], len(right), "draw_control")
        kept.append(chats(right, [View(-2, asked=0)], "lessons"))
        # 4. training: from the start on all so far (restart), or from the last on the new (continual)
        rows = [*rounds.within(kept), *([lessons] if replay else [])]
        last = fine_tune(rounds.pick(rounds.start, base, last, policy.model), stack(*rows), training)
        tripped = watch(kept, guards, problems, judged)
        result = examine(last, problems, asks, evaluation, greedy)
        policy = promote(policy, last, result, promotion, tripped)
        if policy.stopped:
            break
