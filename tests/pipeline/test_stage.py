import polars as pl
import pytest

from data.rows import Row
from pipeline.errors import ContractError, InfrastructureError, StageFailed
from pipeline.stage import stage
from pipeline.work import work


class Problem(Row):
    question: str


class Answer(Problem):
    answer: str


def problems(*questions: str) -> pl.DataFrame:
    ids = [f"p{i}" for i in range(len(questions))]
    return pl.DataFrame({"id": ids, "parents": [[]] * len(ids), "question": questions})


@stage(reads=Problem, writes=Answer)
def answer(rows: pl.DataFrame, suffix: str = "!") -> pl.DataFrame:
    return rows.with_columns(answer=pl.col("question") + suffix)


def test_a_stage_is_testable_as_frame_in_frame_out():
    assert answer(problems("a", "b"), suffix="?")["answer"].to_list() == ["a?", "b?"]


def test_a_frame_that_lacks_columns_is_refused_before_the_body_runs():
    with pytest.raises(ContractError, match=r"answer reads Problem, but:\n  question: missing"):
        answer(problems("a").drop("question"))


def test_output_that_is_not_what_was_declared_names_every_wrong_column():
    @stage(reads=Problem, writes=Answer)
    def wrong(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(answer=pl.lit(1), reply=pl.lit("x"))

    with pytest.raises(ContractError) as raised:
        wrong(problems("a"))
    assert "answer: is Int32" in str(raised.value)
    assert "reply: not declared" in str(raised.value)


def test_a_row_that_vanishes_is_noticed():
    @stage(reads=Problem, writes=Problem)
    def forgetful(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.head(1)

    with pytest.raises(ContractError, match=r"lost 1 of 2 rows \(the first is p1\)"):
        forgetful(problems("a", "b"))


def test_dropped_rows_carry_their_reason_and_count_by_kind():
    @stage(reads=Problem, writes=Problem)
    def short(rows: pl.DataFrame) -> pl.DataFrame:
        length = pl.col("question").str.len_chars()
        return rows.with_columns(dropped=pl.when(length > 1).then(pl.format("long: {}", length)))

    outcome = short.apply(problems("a", "bb", "ccc"))
    assert outcome.kept["id"].to_list() == ["p0"]
    assert outcome.reasons == {"long": 2}
    assert outcome.dropped["dropped"].to_list() == ["long: 2", "long: 3"]


def test_one_row_that_makes_the_body_raise_does_not_spoil_its_neighbours():
    @stage(reads=Problem, writes=Answer)
    def fragile(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(answer=pl.Series([str(1 // int(q)) for q in rows["question"]]))

    outcome = fragile.apply(problems("1", "2", "0", "x", "4"))
    assert outcome.kept["id"].to_list() == ["p0", "p1", "p4"]
    assert outcome.reasons == {"failed ValueError": 1, "failed ZeroDivisionError": 1}


def test_a_body_that_fails_on_every_row_is_reported_as_such():
    @stage(reads=Problem, writes=Answer)
    def broken(rows: pl.DataFrame) -> pl.DataFrame:
        raise KeyError("typo")

    with pytest.raises(StageFailed, match=r"failed on every row.*typo"):
        broken(problems("a", "b", "c"))


def test_a_failure_of_the_machine_is_not_blamed_on_a_row():
    @stage(reads=Problem, writes=Answer)
    def unlucky(rows: pl.DataFrame) -> pl.DataFrame:
        raise InfrastructureError("no server")

    with pytest.raises(InfrastructureError):
        unlucky(problems("a", "b"))


def test_columns_of_a_richer_row_are_carried_on():
    rich = problems("a").with_columns(topic=pl.lit("sets"))
    assert answer(rich)["topic"].to_list() == ["sets"]


def test_new_rows_need_unique_ids():
    @stage(reads=Problem, writes=Problem)
    def doubled(rows: pl.DataFrame) -> pl.DataFrame:
        return pl.concat([rows, rows])

    with pytest.raises(ContractError, match=r"id is not unique.*row_id"):
        doubled(problems("a"))


def test_rows_made_of_others_account_for_them_as_parents():
    @stage(reads=Problem, writes=Problem, whole=True)
    def joined(rows: pl.DataFrame) -> pl.DataFrame:
        ids = rows["id"].to_list()
        text = " ".join(rows["question"])
        return pl.DataFrame({"id": [work().row_id(ids)], "parents": [ids], "question": [text]})

    assert joined(problems("a", "b"))["question"].to_list() == ["a b"]


def test_a_wrong_kind_of_argument_is_a_plain_message():
    with pytest.raises(ContractError, match=r"it takes the handle of a table"):
        answer([1, 2])  # type: ignore[call-overload]
