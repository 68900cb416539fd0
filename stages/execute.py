"""execute: run programs against their tests in the sandbox. What goes wrong is a verdict, not an
exception."""

import polars as pl

from data.kinds import Attempt, Executed
from data.rows import polars_schema
from pipeline.errors import InfrastructureError
from pipeline.stage import stage
from pipeline.work import work
from sandbox import Job, Limits, Result, Sandbox

__all__ = ["LIMITS", "execute"]

LIMITS = Limits()


@stage(reads=Attempt, writes=Executed)
def execute(
    attempts: pl.DataFrame, sandbox: Sandbox, limits: Limits = LIMITS, weak_check: bool = False
) -> pl.DataFrame:
    """Each attempt's `program` against its `tests`: verdict, trust, flags, detail, output.

    `weak_check` has the tests of programs that passed tried on stubs, for tests that a model wrote:
    the flag "weak_tests" says that they could not fail, "no_call" that they call nothing. A program
    that the sandbox itself failed on is tried again; it never gets a verdict from that.
    """
    here = work()
    ids = attempts["id"].to_list()
    done = here.journal.done
    here.advance(sum(i in done for i in ids))
    jobs = (
        Job(id=i, program=program, tests=tests, limits=limits, weak_check=weak_check)
        for i, program, tests in attempts.select("id", "program", "tests").iter_rows()
        if i not in done
    )
    try:
        for result in sandbox.run(jobs):
            if result.verdict == "internal":
                raise InfrastructureError(f"the sandbox failed on {result.id}: {result.detail}")
            here.journal.add({result.id: _columns(result)})
            here.advance(1)
    except RuntimeError as error:
        raise InfrastructureError(f"the sandbox failed: {error}") from error
    results = pl.DataFrame([done[i] for i in ids], schema=COLUMNS, orient="row")
    return attempts.with_columns(results.get_columns())


_VERDICT = ("verdict", "trust", "flags", "detail", "stdout")
COLUMNS = {name: kind for name, kind in polars_schema(Executed).items() if name in _VERDICT}


def _columns(result: Result) -> list[object]:
    return [
        result.verdict,
        result.trust,
        list(result.flags),
        result.detail,
        result.stdout,
    ]
