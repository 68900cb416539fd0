from dataclasses import dataclass

import polars as pl
import pytest

from pipeline.code import code_of, functions_in
from pipeline.errors import ContractError
from pipeline.identity import describe, differences

THRESHOLD = 1


def above(row: dict[str, int]) -> bool:
    return row["n"] > THRESHOLD


def test_lambdas_on_one_line_are_told_apart():
    first, second = (lambda row: row["n"] > 1), (lambda row: row["n"] > 2)
    assert describe(first) != describe(second)


def test_a_plain_value_that_a_function_reads_is_part_of_what_it_does(monkeypatch):
    before = describe(above)
    monkeypatch.setitem(globals(), "THRESHOLD", 2)
    assert describe(above) != before


def test_a_closure_is_told_apart_by_what_it_holds():
    def over(limit: int):
        return lambda row: row["n"] > limit

    assert describe(over(1)) != describe(over(2))
    assert describe(over(1)) == describe(over(1))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (pl.col("a").is_in([1, 2, 3, 4, 9]), pl.col("a").is_in([1, 2, 5, 4, 9])),
        (pl.col("a").round(1), pl.col("a").round(2)),
        (pl.col("a").str.contains("x", literal=True), pl.col("a").str.contains("x")),
    ],
)
def test_expressions_that_print_alike_are_told_apart(first, second):
    assert describe(first) != describe(second)


def test_numbers_that_json_cannot_say_are_described_all_the_same():
    assert describe(float("inf")) != describe(float("nan"))
    assert describe(float("inf")) == describe(float("inf"))


def test_a_resource_is_where_a_stage_runs_and_not_what_it_does():
    class Sandbox:
        def close(self) -> None: ...

    assert describe(Sandbox()) is None


def test_an_argument_without_identity_is_a_plain_message():
    with pytest.raises(ContractError, match="has no identity that a resume could check"):
        describe(object())


def test_differences_name_the_place():
    assert differences({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}) == ["a.c: 2 -> 3"]


def test_the_code_of_a_stage_is_its_file_and_those_beside_it_that_it_imports():
    from stages.keep import _keep
    from stages.select_responses import select_responses

    assert list(code_of(_keep)) == ["stages/keep.py"]
    assert "stages/near_duplicates.py" in code_of(select_responses.body)


def test_functions_are_found_in_the_dataclasses_among_the_arguments():
    @dataclass(frozen=True)
    class Asking:
        parse: object

    assert list(functions_in([1, Asking(above)])) == [above]
