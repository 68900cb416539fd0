import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rows import Row
from data.sources import records
from pipeline.errors import ContractError
from pipeline.flow import Flow
from pipeline.load import load
from pipeline.run import Run
from pipeline.stage import Stage
from stages.keep import _keep, apply, keep, looks_around, passing
from stages.self_feedback import new


def rows(**columns: list) -> pl.DataFrame:
    count = len(next(iter(columns.values())))
    ids = [str(i) for i in range(count)]
    return pl.DataFrame({"id": ids, "parents": [[]] * count, **columns})


def kept(frame: pl.DataFrame, rule):
    return Stage(_keep, Row, Row, "keep").apply(frame, rule)


def test_a_boolean_expression_keeps_what_is_true_and_drops_nulls():
    outcome = kept(rows(score=[1.0, 0.2, None]), pl.col("score") > 0.5)
    assert outcome.kept["id"].to_list() == ["0"]
    assert outcome.reasons == {"not the rule": 2}


def test_an_expression_may_give_the_reason_itself():
    outcome = kept(rows(verdict=["passed", "timeout", "failed"]), passing)
    assert outcome.kept["id"].to_list() == ["0"]
    assert outcome.reasons == {"verdict failed": 1, "verdict timeout": 1}


def test_a_function_of_a_row_says_true_false_or_why_not():
    def short(row):
        return True if len(row["text"]) < 3 else "empty" if not row["text"] else False

    outcome = kept(rows(text=["a", "long", "ab"]), short)
    assert outcome.kept["text"].to_list() == ["a", "ab"]
    assert outcome.reasons == {"not short": 1}


def test_a_rule_that_raises_on_one_row_drops_that_row_as_failed():
    def positive(row):
        return 1 / row["n"] > 0

    outcome = kept(rows(n=[1, 0, 2]), positive)
    assert outcome.kept["n"].to_list() == [1, 2]
    assert outcome.failed == 1


def test_a_rule_about_the_whole_table_sees_it_whole(tmp_path):
    class Scored(Row):
        score: float

    tables = []

    def toy(run: Run) -> None:
        scores = load(records({"score": float(i)} for i in range(200)), Scored)
        tables.append(keep(scores, pl.col("score") > pl.col("score").mean()))

    Flow(toy, "toy").start(tmp_path / "r", {})
    assert tables[0].frame()["score"].to_list() == [float(i) for i in range(100, 200)]


def test_a_rule_without_one_verdict_per_row_is_refused():
    with pytest.raises(ContractError, match="1 verdicts on 3 rows"):
        kept(rows(score=[1.0, 2.0, 3.0]), pl.len() > 10)


def test_what_is_wanted_decides_which_of_true_and_false_is_a_reason():
    def odd(row):
        return row["n"] % 2 == 1

    frame = rows(n=[1, 2, None])
    assert apply(odd, frame[:2], True).to_list() == [None, "not odd"]
    assert apply(odd, frame[:2], False).to_list() == ["odd", None]
    expression = pl.col("n") == 1  # unknown is not true
    assert apply(expression, frame, True).to_list() == [None, "not the rule", "not the rule"]
    assert apply(expression, frame, False).to_list() == ["the rule", None, None]


SAID = st.lists(st.sampled_from([True, False, None, "why"]), max_size=8)


@given(SAID, st.booleans())
def test_a_function_may_mix_truth_and_reasons_whatever_its_rows_are(said, wanted):
    def rule(row):
        return said[int(row["id"])]

    frame = rows(n=list(range(len(said)))).with_columns(pl.col("id").cast(pl.String))
    found = apply(rule, frame, wanted)
    names = {wanted: None, not wanted: "not rule" if wanted else "rule", None: None, "why": "why"}
    assert found.to_list() == [names[s] for s in said]
    assert found.dtype == pl.String
    alone = [apply(rule, frame[n : n + 1], wanted)[0] for n in range(len(said))]
    assert alone == found.to_list()  # the shard that a row is in changes nothing


@pytest.mark.parametrize(
    ("rule", "looks"),
    [
        (pl.col("n") > 1, False),
        (pl.when(pl.col("n") > 1).then(pl.lit("big")), False),
        (pl.lit(True), False),
        (pl.col("n") > pl.col("n").mean(), True),
        (~pl.col("n").is_unique(), True),
        (new, True),
        (lambda row: True, False),
    ],
)
def test_a_rule_that_looks_at_other_rows_is_known(rule, looks):
    assert looks_around(rule) is looks


@pytest.mark.parametrize("rule", [lambda row: row["n"], pl.col("n")])
def test_a_rule_that_gives_neither_truth_nor_reason_is_refused(rule):
    with pytest.raises(ContractError, match="gave 3; it must give True, False"):
        apply(rule, rows(n=[3]), True)
