"""evaluate: how many held-out problems a model solves.

pass@k is the unbiased estimate of Chen et al. 2021 (arXiv 2107.03374), with a 95 % interval from
resampling problems: the samples of one problem are not independent. Two models are compared on the
same problems, item by item (`gain`).
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from data.kinds import Attempt, Executed, Graded, Tested
from data.table import Rows
from pipeline.engine import Sampling
from pipeline.errors import SettingError, UserError
from pipeline.model import AnyModel, serve
from pipeline.run import current_run
from pipeline.stage import stage
from pipeline.work import work
from sandbox import Limits, Profile, Sandbox
from stages.execute import LIMITS, PROFILE, execute
from stages.generate import Prompt, generate
from stages.intervals import interval, paired_gain
from stages.scores import Measured, write_scores

__all__ = ["evaluate", "gain", "grade", "pass_at_k"]


def evaluate(
    model: AnyModel,
    problems: Rows[Tested],
    sandbox: Sandbox,
    prompt: Prompt[Tested, Attempt],
    sampling: Sampling,
    limits: Limits = LIMITS,
    profile: Profile = PROFILE,
    ks: Sequence[int] = (1,),
    reference: str = "",
) -> Rows[Graded]:
    """Answer held-out problems, run the answers against their hidden tests, and write pass@k for
    each k to the run's scores.parquet. The table returned has one row per problem. `profile` and
    `reference` are those of execute."""
    if (run := current_run()) is None:
        raise UserError("evaluate makes tables of a run: call it in a flow.")
    if max(ks) > sampling.n:
        raise SettingError(
            f"pass@{max(ks)} needs {max(ks)} samples a problem and the evaluation draws "
            f"{sampling.n}; raise n of its sampling or ask for a smaller k."
        )
    with serve(model) as sampler:
        attempts = generate(problems, sampler, prompt, sampling, name="answer_held_out")
        run_tests = execute.named("execute_held_out")
        executed = run_tests(attempts, sandbox, limits, profile, reference=reference)
    graded = grade(executed, problems, sampling.n, model.fingerprint)
    frame = graded.frame()
    write_scores(run, graded, [_measured(frame, model.fingerprint, k) for k in ks])
    return graded


@stage(reads=Executed, writes=Graded, whole=True)
def grade(executed: pl.DataFrame, problems: Rows[Tested], n: int, model: str) -> pl.DataFrame:
    """How many of the `n` answers to each problem passed. Answers that were dropped before (cut
    off, no code) did not."""
    here = work()
    answers = executed.select(
        problem=pl.col("parents").list.first(),
        answer="id",
        passed=(pl.col("verdict") == "passed").cast(pl.Int64),
    )
    each = answers.group_by("problem").agg(pl.col("answer"), pl.col("passed").sum())
    found = (
        problems.frame()
        .select(problem="id")
        .join(each, on="problem", how="left", maintain_order="left")
    )
    return found.select(
        id=pl.col("problem").map_elements(lambda p: here.row_id([p]), pl.String),
        parents=pl.concat_list(pl.col("problem"), pl.col("answer").fill_null([])),
        problem="problem",
        model=pl.lit(model),
        correct=pl.col("passed").fill_null(0),
        samples=pl.lit(n, pl.Int64),
    )


def pass_at_k(correct: np.ndarray, n: int, k: int) -> np.ndarray:
    """For problems with `correct` of `n` samples right: the chance that one of k drawn is right."""
    wrong = n - np.asarray(correct, np.float64)
    drawn = np.arange(k)
    # C(wrong, k) / C(n, k), factor by factor
    misses = np.clip((wrong[:, None] - drawn) / (n - drawn), 0.0, 1.0)
    return 1.0 - misses.prod(axis=1)


def gain(before: pl.DataFrame, after: pl.DataFrame, k: int = 1) -> tuple[float, float, float]:
    """How much more of the same problems the second graded table solves (pass@k), with the
    interval of the paired difference: (gain, low, high)."""
    return paired_gain(_solved(before, k), _solved(after, k))


def _solved(graded: pl.DataFrame, k: int) -> pl.DataFrame:
    n = graded["samples"][0] if graded.height else k
    each = pass_at_k(graded["correct"].to_numpy(), n, k)
    return graded.select("problem", value=pl.Series(each))


def _measured(graded: pl.DataFrame, model: str, k: int) -> Measured:
    each = _solved(graded, k)["value"].to_numpy()
    n = graded["samples"][0] if graded.height else k
    mean = float(each.mean()) if len(each) else float("nan")
    return Measured(f"pass@{k}", mean, *interval(each), len(each), n, model)
