"""execute: run programs against their tests in the sandbox. What goes wrong is a verdict, not an
exception."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl

from data.kinds import Attempt, Executed
from data.rows import polars_schema
from pipeline.errors import InfrastructureError
from pipeline.stage import stage
from pipeline.work import work
from sandbox import Job, Limits, Profile, Result, Sandbox
from stages.reference_limits import limits_of

__all__ = ["LIMITS", "PROFILE", "columns_of", "execute", "run_attempts"]

LIMITS = Limits()
PROFILE = Profile()


@stage(reads=Attempt, writes=Executed)
def execute(
    attempts: pl.DataFrame,
    sandbox: Sandbox,
    limits: Limits = LIMITS,
    profile: Profile = PROFILE,
    weak_check: bool = False,
    reference: str = "",
) -> pl.DataFrame:
    """Each attempt's `program` against its `tests`: verdict, trust, flags, detail, output, and the
    traceback of what it raised.

    `weak_check` has the tests of programs that passed tried on stubs, for tests that a model wrote:
    the flag "weak_tests" says that they could not fail, "no_call" that they call nothing. A program
    that the sandbox itself failed on is tried again; it never gets a verdict from that.
    `reference` names the column of a known solution, if there is one: an attempt then gets ten
    times what the solution takes, within the limits. Programs that never end cost more than all
    others together.
    """
    settings = {"limits": limits, "profile": profile, "weak_check": weak_check}
    return run_attempts(attempts, sandbox, Executed, columns_of, reference, **settings)


def run_attempts(
    attempts: pl.DataFrame,
    sandbox: Sandbox,
    writes: type[Executed],
    columns: Callable[[Result], list[Any]],
    reference: str = "",
    **settings: Any,
) -> pl.DataFrame:
    """The attempts with what `columns` makes of each result: the columns that `writes` adds, in
    order. `settings` are the job's."""
    here = work()
    ids = attempts["id"].to_list()
    done = here.journal.done
    here.advance(sum(i in done for i in ids))
    left = attempts.filter(~pl.col("id").is_in([*done]))
    try:
        jobs = (
            Job(id=i, program=program, tests=tests, **settings)
            for i, program, tests in left.select("id", "program", "tests").iter_rows()
        )
        if reference:
            solutions = left.select("id", reference, "tests").iter_rows()
            limits = limits_of(solutions, sandbox, settings["limits"], settings["profile"])
            jobs = (replace(job, limits=limits.get(job.id, job.limits)) for job in jobs)
        for result in sandbox.run(jobs):
            if result.verdict == "internal":
                raise InfrastructureError(f"the sandbox failed on {result.id}: {result.detail}")
            here.journal.add({result.id: columns(result)})
            here.advance(1)
    except RuntimeError as error:
        raise InfrastructureError(f"the sandbox failed: {error}") from error
    added = {name: t for name, t in polars_schema(writes).items() if name not in READ}
    results = pl.DataFrame([done[i] for i in ids], schema=added, orient="row")
    return attempts.with_columns(results.get_columns())


READ = frozenset(polars_schema(Attempt))


def columns_of(result: Result) -> list[Any]:
    """What Executed adds to an attempt."""
    return [
        result.verdict,
        result.trust,
        list(result.flags),
        result.detail,
        result.stdout,
        result.exception.render() if result.exception else "",
    ]
