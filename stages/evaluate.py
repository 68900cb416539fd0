"""evaluate: how many held-out problems a model solves.

pass@k is the unbiased estimate of Chen et al. 2021 (arXiv 2107.03374), with a 95 % interval from
resampling problems: the samples of one problem are not independent. Two models are compared on the
same problems, item by item (`gain`).
"""

import io
from collections.abc import Sequence

import numpy as np
import polars as pl

from data.kinds import Attempt, Executed, Graded, Score, Tested
from data.rows import conform, polars_schema
from data.shards import replace_file
from data.table import Rows
from pipeline.engine import Sampling
from pipeline.errors import SettingError, UserError
from pipeline.model import AnyModel, serve
from pipeline.run import Run, current_run
from pipeline.stage import stage
from pipeline.work import work
from sandbox import Limits, Profile, Sandbox
from stages.execute import LIMITS, PROFILE, execute
from stages.generate import Prompt, generate

__all__ = ["evaluate", "gain", "grade", "interval", "pass_at_k"]

RESAMPLES = 10_000


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
    _write_scores(run, graded, ks)
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


def interval(values: np.ndarray, seed: int = 0) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of the mean of one value per problem."""
    if len(values) == 0:
        return float("nan"), float("nan")
    draws = np.random.default_rng(seed)
    means = [draws.choice(values, len(values)).mean() for _ in range(RESAMPLES)]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def gain(before: pl.DataFrame, after: pl.DataFrame, k: int = 1) -> tuple[float, float, float]:
    """How much more of the same problems the second graded table solves (pass@k), with the
    interval of the paired difference: (gain, low, high)."""
    both = before.join(after, on="problem", suffix="_after", maintain_order="left")
    if both.height != before.height or both.height != after.height:
        raise UserError("The two evaluations are not of the same problems, so they do not compare.")
    first = pass_at_k(both["correct"].to_numpy(), both["samples"][0], k)
    second = pass_at_k(both["correct_after"].to_numpy(), both["samples_after"][0], k)
    return float((second - first).mean()), *interval(second - first)


def _write_scores(run: Run, graded: Rows[Graded], ks: Sequence[int]) -> None:
    """All evaluations of the run; this one in the place of an earlier start's."""
    frame = graded.frame()
    label = f"{graded.folder.parent.name}/{graded.folder.name}"
    path = run.folder / "scores.parquet"
    rows = []
    for k in ks:
        n = frame["samples"][0] if frame.height else k
        each = pass_at_k(frame["correct"].to_numpy(), n, k)
        low, high = interval(each)
        rows.append(
            {
                "id": f"{label}/pass@{k}",
                "parents": [],
                "model": frame["model"][0] if frame.height else "",
                "iteration": run.phase,
                "metric": f"pass@{k}",
                "value": float(each.mean()) if len(each) else float("nan"),
                "low": low,
                "high": high,
                "problems": len(each),
                "samples": n,
            }
        )
    scores = pl.DataFrame(rows, schema=polars_schema(Score))
    if path.exists():
        earlier = pl.read_parquet(path)
        scores = pl.concat([earlier.filter(~pl.col("id").is_in(scores["id"].implode())), scores])
    buffer = io.BytesIO()
    pl.DataFrame(conform(scores, Score)).write_parquet(buffer)
    replace_file(path, buffer.getvalue())
