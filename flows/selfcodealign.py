"""A base model writes coding tasks, solves and tests them, and is trained on what passes.

SelfCodeAlign: Self-Alignment for Code Generation, Wei et al. 2024, arXiv 2410.24198. Defaults are
the paper's. Deviations: the loop may go round again (`rounds`, `promotion`), tests are judged
outside the program's process, weak ones (a stub passes, nothing is called) are dropped, as are
responses that define a held-out problem's function; imports and marks are matched as words; the
type checker is ty; near-duplicates are found exactly; exemplars are our own; no test assertions.
"""

from dataclasses import replace

from data.kinds import HeldOut
from data.sources import source
from flows.selfcodealign_seeds import Seeds, gather_seeds
from pipeline.engine import Sampling
from pipeline.flow import flow
from pipeline.load import load
from pipeline.model import open_model, serve
from pipeline.rounds import Rounds
from pipeline.run import Run
from sandbox import Backend, Limits, Profile, open_sandbox
from stages import code_tasks as code
from stages.curate import decontaminate, draw, stack
from stages.evaluate import evaluate
from stages.execute import execute
from stages.generate import generate
from stages.guards import watch
from stages.keep import keep, passing
from stages.promote import Policy, Promotion, promote
from stages.select_responses import select_responses, sound_tests
from stages.train import Training, fine_tune

PAPER = Training(4, batch_size=4, gradient_accumulation=16, max_length=1280, optimizer="adafactor")


@flow
def selfcodealign(
    run: Run,
    model: str,
    tree: str,
    held_out: str,
    seeds: Seeds = Seeds(),
    shots: int = 8,
    with_tests: bool = False,
    control: bool = False,
    rounds: Rounds = Rounds(),
    promotion: Promotion = Promotion(),
    sampling: Sampling = Sampling(n=10, temperature=0.7, max_tokens=1536),
    limits: Limits = Limits(cpu_seconds=4.0, memory_mb=1024),
    profile: Profile = Profile(),
    isolation: Backend = Backend(),
    training: Training = PAPER,
    evaluation: Sampling = Sampling(n=1, temperature=0.0, max_tokens=1024),
    seed: int = 0,
) -> None:
    base = tuned = open_model(model)
    problems = load(source(held_out), HeldOut, "load_held_out")
    once, kept = replace(sampling, n=1), []
    grading = {"limits": limits, "profile": profile, "reference": "solution"}
    with open_sandbox(isolation) as sandbox:
        functions = gather_seeds(tree, seeds, problems, judge=base)  # A. seed gathering
        policy = Policy(base, evaluate(base, problems, sandbox, code.ANSWER, evaluation, **grading))
        for _ in run.iterations(rounds.iterations):
            # B. Self-OSS-Instruct: S->C, C->I, I->R; C. the execution filter, meanwhile
            with serve(rounds.pick(rounds.reference, base, tuned, policy.model)) as sampler:
                snippets = draw(functions, rounds.rows)
                concepts = generate(snippets, sampler, code.extract_concepts(shots), once)
                tasks = generate(code.draw_topic(concepts), sampler, code.write_task(shots), once)
                tasks = decontaminate(tasks, problems, "instruction", ("instruction",))
                responses = generate(tasks, sampler, code.write_response(min(shots, 1)), sampling)
                executed = execute(responses, sandbox, limits, profile, weak_check=True)
            # D. sanitise and select
            sound = keep(keep(executed, passing, "keep_passing"), sound_tests, "keep_sound_tests")
            sound = draw(executed, len(sound), "draw_control") if control else sound
            sound = code.without_held_out_names(sound.of(code.Response), problems)
            clean = decontaminate(sound, problems, "program", ("solution",))
            kept.append(code.conversations(select_responses(clean), with_tests))
            start = rounds.pick(rounds.start, base, tuned, policy.model)
            tuned = fine_tune(start, stack(*rounds.within(kept)), training)
            drift = watch(kept, promotion.guards, problems)
            after = evaluate(tuned, problems, sandbox, code.ANSWER, evaluation, **grading)
            policy = promote(policy, tuned, after, promotion, drift)
