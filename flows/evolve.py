"""Answers and refined answers are trained together, and are the next round's preferences.

EVOLVE (first called ARIES): Self-Refinement via Iterative Preference Optimization, Zeng et al.
2025, arXiv 2502.05605. No code was published; figures that the paper leaves open are ours.
Deviations: the rows of the activation are the best and the worst of the base model's own answers by
the scorer, which is the questions' verifier; rounds are compared, and none that is measurably worse
goes on.
"""

from dataclasses import replace

from data.sources import source
from data.turns import Question
from pipeline.engine import Sampling
from pipeline.flow import flow
from pipeline.load import load
from pipeline.model import open_model, serve
from pipeline.rounds import Rounds
from pipeline.run import Run
from stages.converse import Ask, converse
from stages.curate import draw, stack
from stages.examine import examine
from stages.guards import watch
from stages.judge import by_answer
from stages.pairs import chosen, extremes
from stages.prefer import Preference, prefer
from stages.promote import Policy, Promotion, promote
from stages.train import Training, fine_tune

ANSWER, AGAIN = Ask("answer_question"), Ask("improve_response")
ASKS = (ANSWER, AGAIN)


@flow
def evolve(
    run: Run,
    model: str,
    questions: str,
    held_out: str,
    rounds: Rounds = Rounds(iterations=2, reference="last", start="last", window="all"),
    moving_reference: bool = True,
    refinements: int = 2,
    margin: float = 0.0,
    refine_weight: float = 1.0,
    sampling: Sampling = Sampling(n=4, temperature=0.8, max_tokens=1024),
    activation: Training = Training(epochs=1, learning_rate=1e-5),
    training: Preference = Preference(learning_rate=5e-7, batch_size=16),
    evaluation: Sampling = Sampling(temperature=0.8, max_tokens=1024),
    promotion: Promotion = Promotion(),
    seed: int = 0,
) -> None:
    base, once = open_model(model), replace(sampling, n=1)
    problems = load(source(held_out), Question, "load_held_out")
    known, kept = load(source(questions), Question), []
    policy = Policy(base, examine(base, problems, ASKS, evaluation))
    # 1. activation: answer, and answer again after a worse answer
    with serve(base) as sampler:
        drawn = by_answer(converse(draw(known, rounds.rows), sampler, ANSWER, sampling))
    pairs = extremes(drawn, "truth", AGAIN, margin, refine_weight)
    start = last = fine_tune(base, chosen(pairs), activation, "activate")
    result, patient = examine(start, problems, ASKS, evaluation), replace(promotion, patience=None)
    policy = replace(promote(policy, start, result, patient), waited=0)  # it is no iteration
    for _ in run.iterations(rounds.iterations):
        # 3. collect: answers to other questions, refined in a chain, scored
        with serve(rounds.pick(rounds.reference, base, last, policy.model)) as sampler:
            found = converse(draw(known, rounds.rows), sampler, ANSWER, sampling)
            for _ in range(refinements):
                found = converse(found, sampler, AGAIN, once)
        kept.append(extremes(by_answer(found), "truth", AGAIN, margin, refine_weight))
        # 2. preference training on both views
        begin = rounds.pick(rounds.start, start, last, policy.model)
        reference = begin if moving_reference else start
        last = prefer(begin, stack(*rounds.within(kept)), training, reference)
        drift = watch(kept, promotion.guards, problems)
        result = examine(last, problems, ASKS, evaluation)
        policy = promote(policy, last, result, promotion, drift)
