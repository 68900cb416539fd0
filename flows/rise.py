"""A model is trained on its own mistakes followed by better tries, each weighted by its reward.

RISE: Recursive Introspection, Qu et al. 2024, arXiv 2407.18219. Defaults are those of the paper's
code. Deviations: the improved tries are the best of n of the model itself or of an expert, by
setting; weights are exp(reward / temperature) as in the code, without the paper's baseline;
a question whose second answer repeats its first is left out; there is no criterion "best", and
repeated words are not looked for; every iteration is compared with the model that it came from.
"""

from dataclasses import replace
from functools import partial

from data.sources import source
from data.turns import Question
from pipeline.engine import Sampling
from pipeline.flow import flow
from pipeline.load import load
from pipeline.model import open_model, serve
from pipeline.rounds import Rounds
from pipeline.run import Run
from stages.best import Criterion, best, solved, weigh
from stages.converse import Ask, converse
from stages.curate import draw, stack
from stages.examine import examine
from stages.guards import watch
from stages.judge import by_answer
from stages.promote import Policy, Promotion, promote
from stages.train import Training, fine_tune
from stages.views import View, chats

ANSWER = Ask("answer_question")


@flow
def rise(
    run: Run,
    model: str,
    questions: str,
    held_out: str,
    expert: str | None = None,
    rounds: Rounds = Rounds(iterations=2, reference="last", start="base"),
    best_of: int = 16,
    temperature: float = 0.4,
    criterion: Criterion = "all",
    turns: int = 5,
    window: int = 2,
    sampling: Sampling = Sampling(temperature=1.0, max_tokens=512),
    training: Training = Training(learning_rate=1e-5, schedule="cosine", warmup_ratio=0.04),
    evaluation: Sampling = Sampling(temperature=1.0, max_tokens=512),
    promotion: Promotion = Promotion(),
    seed: int = 0,
) -> None:
    base = last = open_model(model)
    teacher = open_model(expert) if expert else None
    problems = load(source(held_out), Question, "load_held_out")
    known, again = load(source(questions), Question), Ask("try_again", history=window)
    asks, kept, weight = (ANSWER, *[again] * (turns - 1)), [], partial(weigh, temperature)
    policy = Policy(base, examine(base, problems, asks, evaluation))
    for _ in run.iterations(rounds.iterations):
        writer = rounds.pick(rounds.reference, base, last, policy.model)
        with serve(writer) as sampler:
            # 1. roll out one answer
            first = by_answer(converse(draw(known, rounds.rows), sampler, ANSWER, sampling))
        # 2. where it is wrong, try again: the best of n, or an expert's
        with serve(teacher or writer) as sampler:
            many = replace(sampling, n=1 if teacher else best_of)
            tried = converse(first, sampler, again, many, until=solved)
        improved = best(by_answer(tried), "truth", criterion)
        # 3. each answer with what came before it, weighted by its reward
        views = [View(0, weight=weight), View(1, history=None, weight=weight)]
        kept.append(chats(improved, views))
        # 4. training
        start = rounds.pick(rounds.start, base, last, policy.model)
        last = fine_tune(start, stack(*rounds.within(kept)), training)
        drift = watch(kept, promotion.guards, problems)
        result = examine(last, problems, asks, evaluation)
        policy = promote(policy, last, result, promotion, drift)
