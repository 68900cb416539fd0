import os

import polars as pl
import pytest

from data.errors import UserError
from data.rows import Row, conform
from data.shards import (
    ShardStats,
    commit_shard,
    committed,
    read_dropped,
    read_shard,
    read_stats,
    replace_file,
    shard_path,
    sweep,
)


class Word(Row):
    word: str


def table(*words: str):
    return conform(pl.DataFrame({"id": words, "parents": [[]] * len(words), "word": words}), Word)


def words(folder, number):
    return read_shard(folder, number)["word"].to_list()


def test_a_committed_shard_reads_back_with_its_counts(tmp_path):
    stats = ShardStats(rows_in=3, kept=2, dropped={"bad": 1}, tokens=9, input="abc")
    commit_shard(tmp_path, 0, table("a", "b"), None, stats)
    assert words(tmp_path, 0) == ["a", "b"]
    assert read_stats(tmp_path, 0) == stats


def test_the_first_of_two_writers_of_a_shard_wins_and_the_other_loses_quietly(tmp_path):
    commit_shard(tmp_path, 0, table("first"), None, ShardStats(1, 1))
    commit_shard(tmp_path, 0, table("second"), None, ShardStats(1, 1))
    assert words(tmp_path, 0) == ["first"]


def test_a_writer_that_died_before_the_link_leaves_no_shard(tmp_path, monkeypatch):
    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "link", die)
    with pytest.raises(KeyboardInterrupt):
        commit_shard(tmp_path, 0, table("a"), None, ShardStats(1, 1))
    monkeypatch.undo()
    assert committed(tmp_path) == []
    commit_shard(tmp_path, 0, table("b"), None, ShardStats(1, 1))
    assert words(tmp_path, 0) == ["b"]


def test_what_killed_writers_left_is_swept_away(tmp_path):
    (tmp_path / ".tmp-x").write_text("half")
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_changed_shard_is_noticed_and_the_message_names_the_remedy(tmp_path):
    commit_shard(tmp_path, 0, table("a"), None, ShardStats(1, 1))
    path = shard_path(tmp_path, 0)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(UserError, match=r"checksum differs.*Delete it and run `ratchet resume`"):
        read_shard(tmp_path, 0)


def test_dropped_rows_of_a_shard_that_was_never_committed_do_not_count(tmp_path):
    lost = pl.DataFrame({"id": ["x"], "dropped": ["why"]}).to_arrow()
    commit_shard(tmp_path, 0, table("a"), lost, ShardStats(2, 1))
    commit_shard(tmp_path, 1, table("b"), lost, ShardStats(2, 1))
    shard_path(tmp_path, 1).unlink()
    assert read_dropped(tmp_path)["dropped"].to_list() == ["why"]


def test_a_full_disk_leaves_the_old_file_and_no_garbage(tmp_path, monkeypatch):
    path = tmp_path / "run.json"
    replace_file(path, b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]
