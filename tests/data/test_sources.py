import csv
import json

import polars as pl
import pytest

from data.errors import UserError
from data.python_tree import Problem
from data.sources import csv_file, hub, jsonl, parquet, python_tree, records, source


def test_jsonl_gives_records_and_names_the_lines_that_are_none(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"q": 1}\n\n{"q": \n[1]\n{"q": 2}\n')
    found = list(jsonl(path).read())
    assert [r for r in found if isinstance(r, dict)] == [{"q": 1}, {"q": 2}]
    problems = [r for r in found if isinstance(r, Problem)]
    assert [p.path for p in problems] == ["line 3", "line 4"]
    assert "not JSON" in problems[0].reason
    assert "no object" in problems[1].reason


def test_a_missing_file_says_what_is_in_the_folder(tmp_path):
    (tmp_path / "problems.jsonl").write_text("")
    with pytest.raises(UserError, match=r"no file .*problem\.jsonl.*In that folder: problems"):
        jsonl(tmp_path / "problem.jsonl")


def test_csv_rows_of_the_wrong_length_are_named(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["q", "a"], ["1", "2"], ["3"], ["4", "5", "6"]])
    found = list(csv_file(path).read())
    assert found[0] == {"q": "1", "a": "2"}
    assert [type(r) for r in found[1:]] == [Problem, Problem]


def test_csv_rows_that_are_not_utf8_are_named_and_such_a_header_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("q,a\nà Besançon,1\n2,3\n".encode("latin-1"))
    problem, row = csv_file(path).read()
    assert isinstance(problem, Problem)
    assert "not UTF-8" in problem.reason
    assert row == {"q": "2", "a": "3"}
    path.write_bytes("q,a\n1,2\n".encode("utf-16"))
    with pytest.raises(UserError, match=r"a\.csv is not UTF-8"):
        list(csv_file(path).read())


def test_a_csv_header_that_names_a_column_twice_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("q,a,a\n1,2,3\n")
    with pytest.raises(UserError, match=r"a\.csv names the column 'a' twice"):
        list(csv_file(path).read())
    path.write_text("q,a,,\n1,2,,\n")
    assert list(csv_file(path).read()) == [{"q": "1", "a": "2", "": ""}]


def test_a_folder_of_parquet_is_read_in_order(tmp_path):
    for number in range(3):
        pl.DataFrame({"n": [number]}).write_parquet(tmp_path / f"{number}.parquet")
    assert [r["n"] for r in parquet(tmp_path).read()] == [0, 1, 2]  # type: ignore[index]
    assert source(str(tmp_path)).fingerprint == parquet(tmp_path).fingerprint


def test_the_fingerprint_is_that_of_the_content(tmp_path):
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_text('{"q": 1}\n')
    second.write_text('{"q": 1}\n')
    assert jsonl(first).fingerprint == jsonl(second).fingerprint
    second.write_text('{"q": 2}\n')
    assert jsonl(first).fingerprint != jsonl(second).fingerprint


def test_columns_can_be_renamed():
    renamed = records([{"question": "x"}]).rename(question="instruction")
    assert list(renamed.read()) == [{"instruction": "x"}]


def test_a_hub_data_set_must_be_pinned_to_a_commit():
    with pytest.raises(UserError, match="not a commit hash"):
        hub("openai/openai_humaneval", "main")


def test_a_hub_data_set_that_is_not_there_says_so_in_one_message():
    with pytest.raises(UserError, match="did not load"):
        list(hub("nobody/nothing", "0" * 40).read())


def test_a_name_that_is_no_source_lists_what_is():
    with pytest.raises(UserError, match=r"wanted a \.jsonl"):
        source("problems.txt")


def test_functions_of_a_tree_are_records_and_bad_files_are_problems(tmp_path):
    (tmp_path / "a.py").write_text('def f(x):\n    """Say."""\n    return x\n')
    (tmp_path / "b.py").write_text("def f(:\n")
    found = list(python_tree(tmp_path).read())
    assert [r["name"] for r in found if isinstance(r, dict)] == ["f"]
    assert [p.path for p in found if isinstance(p, Problem)] == ["b.py"]


def test_json_records_survive_unusual_text(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"q": "é\u2028\x00"}) + "\n")
    assert list(jsonl(path).read()) == [{"q": "é\u2028\x00"}]
