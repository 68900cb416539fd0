"""One sandbox with one worker for a whole file: whatever a program breaks, the next one meets."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from sandbox import Job, Limits, Result, Sandbox, Stdout
from tests.sandbox.cases.backends import BACKENDS, open_sandbox

RunOne = Callable[..., Result]
QUICK = Limits(cpu_seconds=0.4, wall_seconds=1.5, memory_mb=128)
numbers = count(1)


@pytest.fixture(scope="module", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def sandbox(backend: str) -> Iterator[Sandbox]:
    with open_sandbox(backend) as sandbox:
        yield sandbox


@pytest.fixture
def run_one(sandbox: Sandbox) -> RunOne:
    def run_one(
        program: str, tests: str | Stdout, limits: Limits = QUICK, **more: object
    ) -> Result:
        (result,) = sandbox.run([Job("one", program, tests, limits, **more)])  # type: ignore[arg-type]
        return result

    return run_one


@pytest.fixture
def innocent(run_one: RunOne) -> Callable[[], Result]:
    """A program that must pass, never the same twice (the same would not run again)."""

    def innocent() -> Result:
        number = next(numbers)
        return run_one(f"def f(n):\n    return n + {number}", f"assert f(1) == {number + 1}")

    return innocent
