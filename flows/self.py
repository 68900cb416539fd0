"""A model learns to criticise and repair its answers, then trains on those it finds right itself.

SELF: Self-Evolution with Language Feedback, Lu et al. 2023, arXiv 2310.00533. Defaults are the
paper's where it gives them. Deviations: prompts are our own (none were published); an answer that
the model's feedback endorses is kept instead of being refined once more; a question of a later
round is written from one example; rounds are compared, and none that is measurably worse goes on.
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
from stages import self_feedback as own
from stages.converse import converse
from stages.curate import decontaminate, draw, stack
from stages.examine import examine
from stages.generate import generate
from stages.guards import watch
from stages.judge import by_answer, by_feedback
from stages.judge_audit import audit
from stages.keep import keep
from stages.promote import Policy, Promotion, promote
from stages.train import Training, fine_tune
from stages.views import View, chats

ASKS = (own.ANSWER, own.FEEDBACK, own.REFINE)


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
    promotion: Promotion = Promotion(),
    sampling: Sampling = Sampling(temperature=0.7, top_p=0.9),
    training: Training = Training(epochs=3, learning_rate=2e-5, max_length=2048),
    evaluation: Sampling = Sampling(temperature=0.7, top_p=0.9),
    seed: int = 0,
) -> None:
    base, expert = open_model(model), open_model(annotator)
    greedy = replace(sampling, n=1, temperature=0.0)
    problems = load(source(held_out), Question, "load_held_out")
    known, kept, judged = load(source(questions), Question), [], []
    examine(base, problems, ASKS, evaluation, greedy)
    # 1. meta-skill corpus: the model answers, the annotator criticises and repairs
    with serve(base) as student:
        corpus = converse(load(source(meta), Question, "load_meta"), student, own.ANSWER, sampling)
    with serve(expert) as teacher:
        corpus = converse(
            converse(corpus, teacher, own.FEEDBACK, greedy), teacher, own.REFINE, greedy
        )
    # 2. meta-skill training on three views: feedback, repaired answer, direct answer
    lessons = chats(corpus, [View(1), View(2), View(2, asked=0, weight=beta)], "meta_lessons")
    start = last = fine_tune(base, lessons, training, "train_meta")
    policy = Policy(start, examine(start, problems, ASKS, evaluation, greedy))
    # 3. self-evolution: answer, feedback, repair, self-filter
    for iteration in run.iterations(rounds.iterations):
        with serve(rounds.pick(rounds.reference, start, last, policy.model)) as sampler:
            prompts = draw(known, rounds.rows)
            if invent and iteration:
                prompts = keep(
                    generate(prompts, sampler, own.WRITE_QUESTION, sampling), own.new, "new"
                )
                prompts = decontaminate(prompts, problems, "instruction", ("instruction",))
            found = converse(prompts, sampler, own.ANSWER, sampling)
            found = converse(found, sampler, own.FEEDBACK, greedy)
            for _ in range(refinements):
                found = converse(found, sampler, own.REFINE, greedy, until=own.endorsed)
                found = converse(found, sampler, own.FEEDBACK, greedy, until=own.endorsed)
        judged.append(by_answer(by_feedback(found)))  # the truth is for the record alone
        audit(judged[-1], "feedback")
        kept.append(chats(keep(judged[-1], own.self_filter), [View(-2, asked=0)], "lessons"))
        # 4. training: from the base model on all so far (restart), or from the last (continual)
        rows = [*rounds.within(kept), *([lessons] if replay else [])]
        begin = rounds.pick(rounds.start, base, last, policy.model)
        last = fine_tune(begin, stack(*rows), training)
        drift = watch(kept, promotion.guards, problems, judged)
        result = examine(last, problems, ASKS, evaluation, greedy)
        policy = promote(policy, last, result, promotion, drift)
