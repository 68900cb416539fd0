from collections.abc import Iterator

import polars as pl
import pytest

from data.kinds import Attempt, Executed, Traced
from data.rows import conform, misfits, polars_schema
from pipeline.journal import Journal
from pipeline.work import Work, doing
from sandbox import Limits, LocalSandbox, Sandbox
from stages.execute import execute
from stages.trace import trace

QUICK = Limits(cpu_seconds=0.4, wall_seconds=2.0)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with LocalSandbox(workers=1) as sandbox:
        yield sandbox


def attempts(*programs: str, tests: str = "") -> pl.DataFrame:
    number = len(programs)
    plain = {"parents": [], "tokens": 1, "sample": 0, "logprob": None}
    return pl.DataFrame(
        {
            name: [plain.get(name, "")] * number
            for name in polars_schema(Attempt)
            if name not in ("id", "program", "tests")
        }
        | {"id": [f"a{n}" for n in range(number)], "program": programs, "tests": [tests] * number},
        schema_overrides=polars_schema(Attempt),
    )


def test_programs_that_reach_one_state_share_its_key(sandbox):
    gold = "price = 20.0\ncount = 3\nanswer = price * count"
    other = "n = 6 // 2\np = 40.0 / 2\nanswer = p * n - 1"
    right, wrong = trace(attempts(gold, other), sandbox)["states"].to_list()
    assert right[1]["key"] == wrong[1]["key"]
    assert right[0]["key"] != wrong[0]["key"]
    assert right[2]["key"] != wrong[2]["key"]
    assert right[2] == {
        "first_line": 3,
        "last_line": 3,
        "changed": [{"name": "answer", "value": "60.0"}],
        "gone": [],
        "key": right[2]["key"],
    }


def test_every_ending_gives_a_row_that_fits_the_kind(sandbox):
    programs = {
        "passed": "answer = 4",
        "failed": "answer = 5\nother = object()",
        "error": "answer = 4\nanswer = 1 / 0",
        "timeout": "answer = 4\nwhile True: pass",
        "security": "import os\nanswer = 4\nos.write(3, b'x')",
        "output_limit": "answer = 4\nwhile True: print('x' * 10 ** 6)",
    }
    others = ["x = (", "globals()['\\ud800'] = 'a \\ud800'"]
    frame = attempts(*programs.values(), *others, tests="assert answer == 4")
    traced = trace(frame, sandbox, QUICK)
    assert traced["verdict"].to_list() == [*programs, "error", "error"]
    assert not misfits(traced, Traced, exact=True)
    assert conform(traced, Traced).num_rows == frame.height
    assert traced["states"].list.len().to_list() == [1, 2, 1, 1, 0, 1, 0, 1]
    assert traced["states"][1].to_list()[1]["key"] is None
    assert traced["straight_line"].to_list() == [
        *(True, True, True, False, False, False, False, True)
    ]
    assert traced["cut"].to_list()[4] == "nothing was recorded"
    assert not misfits(trace(frame.head(0), sandbox), Traced, exact=True)


def test_tracing_decides_as_executing_does(sandbox):
    frame = attempts("answer = 4", "answer = 5", "answer = 1 / 0", tests="assert answer == 4")
    executed = execute(frame, sandbox)
    assert trace(frame, sandbox).select(executed.columns).equals(executed)


def test_a_program_that_raises_has_its_traceback(sandbox):
    program = "def f(n):\n    return [1][n]\n"
    frame = attempts(program, program.replace("n]", "n - n]"), tests="assert f(1) == 1")
    executed = execute(frame, sandbox)
    assert not misfits(executed, Executed, exact=True)
    assert executed["traceback"].to_list() == [
        "Traceback (most recent call last):\n"
        '  File "<tests>", line 1, in <module>\n    assert f(1) == 1\n'
        '  File "<program>", line 2, in f\n    return [1][n]\n'
        "IndexError: list index out of range",
        "",
    ]


def test_what_hostile_programs_say_survives_the_journal(sandbox, tmp_path):
    programs = (
        "raise type('\\ud800', (Exception,), {})('\\udfff' * 10 ** 6)",
        "globals()['\\ud800'] = '\\ud801'",
    )
    for stage in (execute, trace):
        journal = Journal(tmp_path / stage.name)
        with doing(Work(journal=journal)):
            first = stage(attempts(*programs), sandbox)
        journal.close()
        again = Work(journal=Journal(tmp_path / stage.name))
        with doing(again):
            assert stage(attempts(*programs), sandbox).equals(first)
        assert len(again.journal.done) == 2
