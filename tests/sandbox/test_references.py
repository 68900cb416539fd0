"""Programs that are right by construction pass, whatever of the standard library they use."""

from collections.abc import Iterator

import pytest

from sandbox import Job, LocalSandbox, Result
from tests.sandbox.references import references
from tests.sandbox.references.library_doctests import examples

Jobs = dict[str, Job]
WRONGLY_FAILED = {
    # classes and getters that a function of the program made for the tests
    "library/collections/namedtuple",
    "library/enum/_simple_enum",
    "library/statistics/_rank",
    "library/statistics/_sum",
    # iterators of the library's own kinds
    "library/zipfile._path/_parents",
    "library/zipfile._path.glob/separate",
    # repr() of a class that a function of the program made
    "library/statistics/module",
}
"""What they return is no plain data, and the tests name no class of theirs. It may only shrink."""


@pytest.fixture(scope="module")
def jobs() -> Jobs:
    return {job.id: job for job in references()}


@pytest.fixture(scope="module")
def results(jobs: Jobs) -> Iterator[dict[str, Result]]:
    with LocalSandbox() as sandbox:
        yield {result.id: result for result in sandbox.run(jobs.values())}


@pytest.mark.parametrize("group", ["world", "library", "program"])
def test_every_right_program_passes(results: dict[str, Result], group: str) -> None:
    found = [result for name, result in results.items() if name.startswith(f"{group}/")]
    wrong = {r.id: f"{r.verdict}: {r.detail[:300]}" for r in found if r.verdict != "passed"}
    assert found
    assert {name: why for name, why in wrong.items() if name not in WRONGLY_FAILED} == {}


def test_the_references_are_many_and_of_many_kinds(jobs: Jobs) -> None:
    library = [job for name, job in jobs.items() if name.startswith("library/")]
    assert len({job.id.split("/")[1] for job in library}) >= 15
    assert sum(map(examples, library)) >= 500
    assert sum(name.startswith("program/") for name in jobs) >= 40
    assert {job.profile.imports for job in jobs.values()} >= {"stdlib", "numpy"}
    assert any(job.profile.scratch_mb for job in jobs.values())


def test_plain_functions_never_share_a_process_with_their_tests(results: dict[str, Result]) -> None:
    assert {r.trust for name, r in results.items() if name.startswith("world/")} == {"split"}
