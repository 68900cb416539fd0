"""`ratchet rows`: what it finds, how it shows it, and what a condition cannot do."""

import json
import sys
from pathlib import Path

import pytest
from rich.console import Console

from flows.cli import main, terminal
from flows.cli.terminal import as_json, clean, one_line

LOOP = '''
import polars as pl
from data.rows import Message, Row
from data.sources import jsonl
from pipeline.flow import flow
from pipeline.load import load
from pipeline.run import Run
from pipeline.stage import stage

class Text(Row):
    text: str
    number: int

class Judged(Text):
    verdict: str
    flags: list[str]
    messages: list[Message]
    score: float | None

@stage(reads=Text, writes=Judged)
def judge(rows: pl.DataFrame) -> pl.DataFrame:
    talk = [{"role": "user", "content": "Hi, you\\nthere", "train": False}]
    return rows.with_columns(
        verdict=(pl.col("number") % 2).replace_strict({0: "passed", 1: "failed"}),
        flags=pl.lit(["weak, tests", "slow"]),
        messages=pl.lit([talk[0]]),
        score=pl.lit(None, pl.Float64),
        dropped=pl.when(pl.col("number") > 90).then(pl.lit("too large")),
    )

@flow
def texts(run: Run, path: str) -> None:
    """Texts."""
    judge(load(jsonl(path), Text))
'''
HOSTILE = (
    "\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b]8;;http://x\x1b\\link\x9b2J\r\u202eevil [bold]m[/]"
)
TABLE = "x/prepare/2-judge"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rows")
    lines = [
        json.dumps({"id": f"row-{i:03d}", "text": HOSTILE if i == 7 else "long " * 99, "number": i})
        for i in range(100)
    ]
    (folder / "texts.jsonl").write_text("\n".join(lines))
    (folder / "texts.py").write_text(LOOP)
    before = [*sys.path]
    words = ["run", str(folder / "texts.py"), f"path={folder}/texts.jsonl", "--name", "x"]
    assert main([*words, "--plain", "--runs", str(folder / "runs")]) == 0
    sys.path[:] = before
    return folder


@pytest.fixture(autouse=True)
def there(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made)
    monkeypatch.setenv("RATCHET_RUNS", str(made / "runs"))


def lines(capsys, *words: str) -> list[dict]:
    capsys.readouterr()
    assert main(["rows", *words, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_run_or_a_phase_alone_lists_its_tables(capsys):
    for word in ("x", "x/prepare", "x/prepare/"):
        assert [t["table"] for t in lines(capsys, word)] == ["x/prepare/1-load", TABLE]
    assert main(["rows", "x"]) == 0
    assert "x/prepare/2-judge    91        9  done" in capsys.readouterr().out


@pytest.mark.parametrize("word", [TABLE, "x/prepare/judge", "runs/x/prepare/2-judge/"])
def test_a_table_is_found_by_its_name_with_or_without_number_and_by_its_path(word, capsys):
    assert main(["rows", word, "--count", "--runs", "runs"]) == 0
    assert capsys.readouterr().out == "91\n"


def test_json_has_every_row_whole_and_in_order(capsys):
    found = lines(capsys, TABLE)
    assert [row["number"] for row in found] == list(range(91))
    assert found[7]["text"] == HOSTILE
    assert found[0]["messages"] == [{"role": "user", "content": "Hi, you\nthere", "train": False}]
    assert found[0]["score"] is None


def test_a_condition_columns_and_a_limit_choose(capsys):
    words = ("--where", "verdict = 'failed' and number > 50", "--columns", "number,id")
    found = lines(capsys, TABLE, *words, "--limit", "2")
    assert found == [{"number": 51, "id": "row-051"}, {"number": 53, "id": "row-053"}]
    assert list(found[0]) == ["number", "id"]
    assert len(lines(capsys, TABLE, "--where", "messages[1].role = 'user' -- all")) == 91
    assert lines(capsys, TABLE, "--where", "false") == []


def test_dropped_rows_come_with_their_reason_first(capsys):
    found = lines(capsys, TABLE, "--dropped")
    assert len(found) == 9
    assert next(iter(found[0].items())) == ("dropped", "too large")
    assert main(["rows", "x/prepare/load", "--dropped"]) == 0
    assert "No row was dropped" in capsys.readouterr().err


def test_a_pipe_gets_a_table_with_one_line_a_row_and_no_escapes(capsys):
    assert main(["rows", TABLE, "--limit", "9"]) == 0
    said = capsys.readouterr()
    shown = said.out.splitlines()
    assert len(shown) == 10
    assert "long long" in shown[1]
    assert "…" in shown[1]
    assert (
        '["weak, tests", slow]  [{role: user, content: "Hi, you\\nthere", train: false}]'
        in shown[1]
    )
    assert "The first 9 rows" in said.err
    assert "red linkevil [bold]m[/]" in shown[8]
    assert not set("\x1b\x07\x9b\r\u202e") & set(said.out)


@pytest.mark.parametrize("wide", [80, 120])
def test_a_terminal_gets_records_when_the_columns_do_not_fit(wide, capsys, monkeypatch):
    def console(stream):
        return Console(file=stream, width=wide, color_system=None, markup=False)

    monkeypatch.setattr(terminal, "_console", console)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert main(["rows", TABLE, "--where", "number = 7", "--limit", "1"]) == 0
    out = capsys.readouterr().out
    assert "  text      red linkevil [bold]m[/]\n" in out
    assert max(map(len, out.splitlines())) <= wide
    assert main(["rows", TABLE, "--columns", "id,number,verdict"]) == 0
    assert "row-000       0  passed" in capsys.readouterr().out


@pytest.mark.parametrize(
    "condition",
    [
        "exists (select * from read_text('secret.txt'))",
        "exists (select * from read_csv('secret.txt'))",
        "exists (select * from 'runs/x/scores.parquet')",
        "exists (select * from glob('*'))",
        "1 = 1); copy (select 1) to 'written.csv' --",
        "1 = 1; copy (select 1) to 'written.csv'",
        "1 = 1; attach 'written.db'",
        "1 = 1; set enable_external_access = true",
        "exists (select * from query('copy (select 1) to ''written.csv'''))",
        "exists (select * from query_table('lines'))",
        "getenv('HOME') is not null",
        "true order by id",
    ],
)
def test_a_condition_reaches_no_file_and_no_setting(condition, capsys, made):
    (made / "secret.txt").write_text("secret")
    before = sorted(made.rglob("*"))
    assert main(["rows", TABLE, "--where", condition]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert sorted(made.rglob("*")) == before


def test_a_wrong_condition_gets_the_message_and_the_columns(capsys):
    assert main(["rows", TABLE, "--where", "verdct = 'failed'"]) == 2
    err = capsys.readouterr().err
    assert 'Referenced column "verdct" not found' in err
    assert "verdict: VARCHAR" in err
    assert main(["rows", TABLE, "--where", "text::int > 3"]) == 2
    assert "Could not convert" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("xx", "Did you mean x?"),
        ("x/prepar", "Did you mean prepare?"),
        ("x/prepare/jugde", "Did you mean 2-judge?"),
        ("x/prepare/2-judge/more", "has no table '2-judge/more'"),
        ("x/scores", "no scores yet"),
        ("../x", "cannot be the name of a run"),
        ("/etc/passwd", "cannot be the name of a run"),
        ("", "cannot be the name of a run"),
    ],
)
def test_an_unknown_table_gets_the_nearest_name(word, message, capsys):
    assert main(["rows", word]) == 2
    assert message in capsys.readouterr().err


def test_an_unknown_column_gets_the_nearest_name(capsys):
    assert main(["rows", TABLE, "--columns", "id,verdit"]) == 2
    assert "Did you mean verdict?" in capsys.readouterr().err


def test_clean_text_has_nothing_that_a_terminal_obeys():
    everything = "".join(map(chr, range(0x3000))) + "\ufeff\ud800"
    kept = clean(everything)
    assert not [c for c in kept if ord(c) < 32 and c not in "\t\n"]
    assert not set(map(chr, range(0x7F, 0xA0))) & set(kept)
    assert clean("\x1b]0;never ended") == "]0;never ended"
    assert clean("naïve 日本語 👩\u200d🚀\n\tx") == "naïve 日本語 👩\u200d🚀\n\tx"
    assert one_line("a\nb" + "c" * 90, 10) == "a⏎bcccccc…"


def test_json_escapes_what_a_terminal_obeys_and_loses_nothing():
    value = {"x": "\x1b[31m\x9b2J\u202e\U000e0041é", "n": float("nan"), "b": b"\xff"}
    line = as_json(value)
    assert not set("\x1b\x9b\u202e\U000e0041") & set(line)
    assert json.loads(line) == {"x": value["x"], "n": None, "b": "ff"}
