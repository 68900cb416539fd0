import datasets
import duckdb
import polars as pl
import pyarrow as pa
import pytest

from data.rows import Message, Row, arrow_schema, conform, misfits
from data.shards import ShardStats, commit_shard


class Talk(Row):
    title: str
    tags: list[str]
    score: float | None
    messages: list[Message]


def talk(**changes: object) -> pl.DataFrame:
    row = {
        "id": "a",
        "parents": [],
        "title": "t",
        "tags": [],
        "score": None,
        "messages": [{"role": "user", "content": "hi", "train": False}],
    }
    return pl.DataFrame([row | changes])


def test_a_subclass_only_adds_columns_and_keeps_their_order():
    assert arrow_schema(Talk).names == ["id", "parents", "title", "tags", "score", "messages"]


def test_only_columns_declared_with_none_are_nullable():
    nullable = {field.name for field in arrow_schema(Talk) if field.nullable}
    assert nullable == {"score"}


def test_nested_messages_become_a_list_of_structs():
    kind = arrow_schema(Talk).field("messages").type
    assert [field.name for field in kind.value_type] == ["role", "content", "train"]


def test_an_annotation_that_is_no_column_type_says_where_and_what_is_allowed():
    class Wrong(Row):
        found: dict[str, int]

    with pytest.raises(TypeError, match=r"Wrong\.found.*use str, int, float"):
        arrow_schema(Wrong)


def test_every_wrong_column_is_named_at_once():
    wrong = misfits(talk(tags="x", extra=1).drop("title"), Talk, exact=True)
    assert [line.split(":")[0] for line in wrong] == ["title", "tags", "extra"]


def test_a_null_in_a_column_that_declares_none_is_a_misfit():
    assert "1 of 1 values are null" in misfits(talk(title=None), Talk, exact=True)[0]


def test_integers_fit_a_float_column_but_text_does_not():
    assert misfits(talk(score=1), Talk, exact=True) == []
    assert misfits(talk(score="1"), Talk, exact=True) == ["score: is String, declared Float64"]


def test_a_column_of_nulls_keeps_its_declared_type():
    table = conform(talk(), Talk)
    assert table.schema.field("score").type == pa.float64()
    assert table.schema.equals(arrow_schema(Talk))


def test_a_folder_whose_shards_differ_in_nulls_opens_in_every_reader(tmp_path):
    for number, score in enumerate([None, 1.5]):
        stats = ShardStats(rows_in=1, kept=1)
        kept = conform(talk(id=f"r{number}", score=score), Talk)
        lost = talk(id="x").select("id").with_columns(dropped=pl.lit("why")).to_arrow()
        commit_shard(tmp_path, number, kept, lost, stats)
    (tmp_path / ".stage.json").write_text("{}")
    assert pl.scan_parquet(tmp_path / "*.parquet").collect().height == 2
    files = f"{tmp_path}/*.parquet"
    assert duckdb.execute(f"select count(*) from read_parquet('{files}')").fetchall() == [(2,)]
    loaded = datasets.load_dataset(str(tmp_path), split="train", cache_dir=str(tmp_path / ".hf"))
    assert loaded["score"] == [None, 1.5]  # type: ignore[index]
