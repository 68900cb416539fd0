"""With a known solution, an attempt gets ten times what that takes; without one, the limits."""

import time

import polars as pl
import pytest

from data.kinds import Attempt
from data.rows import polars_schema
from sandbox import Limits, LocalSandbox, Profile
from stages.execute import execute
from stages.reference_limits import limits_of

LIMITS = Limits(cpu_seconds=2.0, wall_seconds=9.0)
TESTS = "assert f(2) == 4"
SOLUTION = "def f(n): return n * n"
SLOW = "def f(n):\n    s = 0\n    for i in range(3_000_000): s += i\n    return n * n"


@pytest.fixture(scope="module")
def sandbox():
    with LocalSandbox(workers=1) as sandbox:
        yield sandbox


def test_the_limit_is_a_multiple_of_the_solutions_time_within_the_limits(sandbox):
    rows = [("quick", SOLUTION, TESTS), ("slow", SLOW, TESTS), ("wrong", "f = len", TESTS)]
    found = limits_of([*rows, ("none", None, TESTS)], sandbox, LIMITS, Profile())
    assert found["quick"].cpu_seconds == 0.3
    assert 0.3 < found["slow"].cpu_seconds <= 2.0
    assert found["quick"].wall_seconds < found["slow"].wall_seconds <= 9.0
    assert found.keys() == {"quick", "slow"}


def test_a_program_that_never_ends_is_given_up_sooner_than_without_a_solution(sandbox):
    programs = ["def f(n): return n * n", "while True: pass", "while True: pass  # 2"]
    plain = {"parents": [], "tokens": 1, "sample": 0, "logprob": None, "tests": TESTS}
    frame = pl.DataFrame(
        {name: [plain.get(name, "")] * 3 for name in polars_schema(Attempt)}
        | {"id": ["a", "b", "c"], "program": programs, "solution": [SOLUTION] * 2 + [None]},
        schema_overrides=polars_schema(Attempt),
    )
    start = time.monotonic()
    executed = execute(frame, sandbox, LIMITS, reference="solution")
    assert executed["verdict"].to_list() == ["passed", "timeout", "timeout"]
    assert "0.3" in executed["detail"][1]
    assert "2.0" in executed["detail"][2]
    assert time.monotonic() - start < 9
