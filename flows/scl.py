"""A model looks at its answers again; where that makes one right or wrong, the first one learns.

SCL: Self-Correction is More than Refinement, He et al. 2024, arXiv 2410.04055. Defaults are those
of the paper's code. Deviations: questions are text alone, without images or options; one generic
second look instead of three; answers are judged by a verifier instead of by their option letter;
the tuned model is compared with the one that it came from, and the loop may go round again.
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
from stages.pairs import flips
from stages.prefer import Preference, prefer
from stages.promote import Policy, Promotion, promote

LOSSES = {"sigmoid": 1.0, "sft": 0.1}
PAPER = Preference(epochs=3, learning_rate=5e-5, gradient_accumulation=16, warmup_ratio=0.03)
PAPER = replace(PAPER, losses=LOSSES, beta=0.1, lora={"r": 8})
ASKS = (Ask("answer_question"), Ask("look_again", history=None))


@flow
def scl(
    run: Run,
    model: str,
    questions: str,
    held_out: str,
    rounds: Rounds = Rounds(),
    moving_reference: bool = False,
    sampling: Sampling = Sampling(temperature=0.7, max_tokens=256),
    training: Preference = PAPER,
    evaluation: Sampling = Sampling(temperature=0.7, max_tokens=256),
    promotion: Promotion = Promotion(),
    seed: int = 0,
) -> None:
    base = last = open_model(model)
    problems = load(source(held_out), Question, "load_held_out")
    known, kept = load(source(questions), Question), []
    policy = Policy(base, examine(base, problems, ASKS, evaluation))
    for _ in run.iterations(rounds.iterations):
        # 1. answer; 2. look again, with the answer in the conversation
        with serve(rounds.pick(rounds.reference, base, last, policy.model)) as sampler:
            first = converse(draw(known, rounds.rows), sampler, ASKS[0], sampling)
            looked = converse(first, sampler, ASKS[1], replace(sampling, n=1))
        # 3. judge both; 4. pairs of what flipped, under the question alone
        kept.append(flips(by_answer(looked), "truth"))
        # 5. preference training
        start = rounds.pick(rounds.start, base, last, policy.model)
        reference = start if moving_reference else base
        last = prefer(start, stack(*rounds.within(kept)), training, reference)
        drift = watch(kept, promotion.guards, problems)
        result = examine(last, problems, ASKS, evaluation)
        policy = promote(policy, last, result, promotion, drift)
