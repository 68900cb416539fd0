import polars as pl
import pytest

from data.rows import Row
from data.table import Rows
from pipeline.errors import ContractError, SettingError
from pipeline.stage import Stage
from pipeline.work import Work, doing
from stages.curate import _decontaminate, _distinct, _draw, _stack, draw


class Text(Row):
    text: str


def rows(*texts: str, prefix: str = "r") -> pl.DataFrame:
    ids = [f"{prefix}{i}" for i in range(len(texts))]
    return pl.DataFrame(
        {"id": ids, "parents": [[]] * len(ids), "text": texts},
        schema={"id": pl.String, "parents": pl.List(pl.String), "text": pl.String},
    )


def applied(body, frame, *arguments, whole=True):
    return Stage(body, Text, Text, "stage", whole=whole).apply(frame, *arguments)


def test_near_duplicates_name_the_row_that_they_repeat():
    same = "the quick brown fox jumps over the lazy dog near the river bank today"
    outcome = applied(_distinct, rows(same, "something else entirely", same + "!"), "text", 0.7, 3)
    assert outcome.kept["id"].to_list() == ["r0", "r1"]
    assert outcome.dropped["dropped"].to_list() == ["near-duplicate text: of r0"]


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(ContractError, match="no column 'txt'; there is id, parents, text"):
        applied(_distinct, rows("a"), "txt", 0.7, 3)


def test_an_empty_table_stays_empty():
    assert applied(_distinct, rows(), "text", 0.7, 3).kept.is_empty()
    held = Rows.held(rows(), Text)
    assert applied(_decontaminate, rows(), held, "text", ("text",), None).kept.is_empty()


def test_contaminated_rows_name_the_held_out_row_but_not_its_text():
    secret = "def secret_solution(xs):\n    return sum(x * x for x in xs)"
    held = Rows.held(rows(secret, prefix="h"), Text)
    outcome = applied(
        _decontaminate, rows("fine", f"# copied\n{secret}"), held, "text", ("text",), None
    )
    assert outcome.kept["id"].to_list() == ["r0"]
    assert outcome.dropped["dropped"].to_list() == ["contaminated: contains the text of h0"]


def test_shared_word_runs_count_only_when_asked_for():
    held = Rows.held(rows("one two three four five six seven eight nine ten", prefix="h"), Text)
    close = rows("zero two three four five six seven eight nine eleven")
    assert applied(_decontaminate, close, held, "text", ("text",), None).kept.height == 1
    outcome = applied(_decontaminate, close, held, "text", ("text",), 8)
    assert outcome.dropped["dropped"].to_list() == [
        "contaminated: shares 8 words with the text of h0"
    ]


def test_a_draw_takes_the_count_and_differs_between_iterations():
    frame = rows(*map(str, range(50)))
    drawn = []
    for label in ("iteration-0/1-draw", "iteration-0/1-draw", "iteration-1/1-draw"):
        with doing(Work(label)):
            drawn.append(applied(_draw, frame, 10).kept["id"].to_list())
    assert len(drawn[0]) == 10
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_draw_of_fewer_than_none_is_refused():
    with pytest.raises(SettingError, match="-1 rows are to be drawn"):
        draw(Rows.held(rows("a"), Text), -1)


def test_a_stack_holds_the_earlier_rows_first():
    earlier = Rows.held(rows("a", prefix="e"), Text)
    assert applied(_stack, rows("b"), earlier).kept["text"].to_list() == ["a", "b"]
