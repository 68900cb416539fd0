"""The commands over a toy loop that needs no model: outcomes, mistakes, what may be imported."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli import main

LOOP = '''
"""A toy loop."""
from dataclasses import dataclass
from pathlib import Path
import polars as pl
from data.kinds import Score
from data.rows import Row, conform, polars_schema
from data.sources import jsonl
from pipeline.errors import ModelError
from pipeline.flow import flow
from pipeline.load import load
from pipeline.run import Run
from pipeline.stage import stage

class Question(Row):
    question: str

class Answer(Question):
    answer: str

@dataclass(frozen=True)
class Way:
    suffix: str = "!"
    note: str | None = None

@stage(reads=Question, writes=Answer)
def answer(rows: pl.DataFrame, way: Way, iteration: int) -> pl.DataFrame:
    trouble = Path("trouble").read_text() if Path("trouble").exists() else ""
    if rows["question"].str.contains("q150").any() and trouble:
        raise {"model": ModelError, "stop": KeyboardInterrupt, "bug": MemoryError}[trouble](
            "the \\x1b[31mmodel\\x1b[0m is [bold]gone[/]; bring it back."
        )
    return rows.with_columns(answer=pl.col("question") + way.suffix)

@stage(reads=Answer, writes=Answer)
def keep(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        dropped=pl.when(pl.col("answer").str.contains("3")).then(pl.lit("has a 3: why"))
    )

def score(run, iteration, value):
    row = dict(id=f"{run.phase}/2-grade/pass@1", parents=[], model="m", iteration=run.phase,
               metric="pass@1", value=value, low=value - 0.05, high=value + 0.05,
               problems=40, samples=1)
    path = run.folder / "scores.parquet"
    before = [pl.read_parquet(path)] if path.exists() else []
    frame = pl.DataFrame([row], schema=polars_schema(Score))
    pl.concat([*before, pl.DataFrame(conform(frame, Score))]).unique("id").write_parquet(path)

@flow
def toy_loop(run: Run, path: str, iterations: int = 2, way: Way = Way(), seed: int = 0) -> None:
    """Asks and answers."""
    questions = load(jsonl(path), Question)
    questions.wait()
    score(run, -1, 0.25)
    for iteration in run.iterations(iterations):
        keep(answer(questions, way, iteration)).wait()
        score(run, iteration, 0.5 + iteration / 10)
'''


@pytest.fixture(autouse=True)
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a loop and its questions."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RATCHET_RUNS", raising=False)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "toy.py").write_text(LOOP)
    lines = [json.dumps({"question": f"q{i}"}) for i in range(200)]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines))
    return tmp_path


def run_toy(*words: str) -> int:
    return main(["run", "./toy.py", "path=questions.jsonl", "--plain", *words])


def fail(trouble: str) -> int:
    Path("trouble").write_text(trouble)
    code = run_toy("--name", "broken")
    Path("trouble").unlink()
    return code


def test_a_run_gets_the_flows_name_with_a_number_and_says_where_things_are(capsys):
    assert run_toy() == 0
    assert run_toy("iterations=1") == 0
    out = capsys.readouterr().out
    assert Path("runs/toy-loop-1/iteration-1/2-keep").is_dir()
    assert not Path("runs/toy-loop-2/iteration-1").exists()
    assert "ratchet show toy-loop-1" in out
    assert "0.600" in out


def test_words_win_over_the_settings_file(capsys):
    Path("settings.toml").write_text("iterations = 7\n[way]\nsuffix = '?'\n")
    assert run_toy("settings.toml", "iterations=1", "--name", "x") == 0
    settings = json.loads(Path("runs/x/run.json").read_text())["settings"]
    assert settings["iterations"] == 1
    assert settings["way"]["suffix"] == "?"


def test_a_preview_is_toml_that_can_be_run_and_writes_nothing(capsys):
    assert run_toy("way.suffix='a \"b\"'", "--preview") == 0
    assert not Path("runs").exists()
    shown = capsys.readouterr().out
    assert "# way.note" not in shown  # a group's settings stand in its table
    assert 'note = "none"' in shown
    Path("again.toml").write_text(shown)
    assert main(["run", "toy.py", "again.toml", "--plain", "--name", "again"]) == 0
    settings = json.loads(Path("runs/again/run.json").read_text())["settings"]
    assert settings["way"]["suffix"] == 'a "b"'


def test_the_same_settings_go_on_and_other_ones_are_refused(capsys):
    assert run_toy("--name", "x") == 0
    assert run_toy("--name", "x") == 0
    assert "goes on" in capsys.readouterr().err
    assert run_toy("--name", "x", "way.suffix=?") == 2
    assert run_toy("--name", "x", "way.suffix=?", "--preview") == 2
    assert capsys.readouterr().err.count("--name") == 2


def test_a_users_mistake_in_a_stage_is_one_message_and_the_run_can_be_resumed(capsys):
    assert fail("model") == 2
    err = capsys.readouterr().err
    assert "the model is [bold]gone[/]; bring it back." in err
    assert "ratchet resume broken" in err
    assert "Traceback" not in err
    assert "\x1b" not in err
    assert main(["resume", "broken", "--plain"]) == 0
    assert main(["resume", "broken", "--plain"]) == 0
    assert "broken is done" in capsys.readouterr().out


def test_a_resume_works_from_another_directory(capsys, there, monkeypatch):
    assert fail("model") == 2
    (there / "elsewhere").mkdir()
    monkeypatch.chdir(there / "elsewhere")
    assert main(["resume", "broken", "--plain", "--runs", "../runs"]) == 0
    assert not (there / "elsewhere/runs").exists()


def test_any_other_failure_keeps_its_traceback(capsys):
    assert fail("bug") == 1
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "ratchet resume broken" in err


def test_an_interrupted_run_says_how_to_go_on(capsys):
    assert fail("stop") == 130
    assert "stopped; resume with: ratchet resume broken" in capsys.readouterr().err
    main(["runs", "--json"])
    assert json.loads(capsys.readouterr().out)["state"] == "stopped"


def test_flows_are_found_by_their_files_whatever_the_spelling(capsys):
    assert main(["flows", "--json"]) == 0
    found = {f["name"]: f for f in map(json.loads, capsys.readouterr().out.splitlines())}
    assert found["selfcodealign"]["summary"].endswith(".")
    for word in ("selfcodealign.seeds", "selfcodealign_seeds", "selfcodealign-seeds"):
        assert main(["run", word, "tree=.", "--preview"]) == 0
        assert "# flow selfcodealign-seeds " in capsys.readouterr().out


def test_a_file_with_several_flows_wants_a_name(capsys):
    Path("two.py").write_text(LOOP + "\n@flow\ndef other(run: Run) -> None: ...\n")
    assert main(["run", "two.py", "--preview"]) == 2
    assert "two.py:other" in capsys.readouterr().err
    assert main(["run", "two.py:other", "--preview"]) == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "selfcodelign"], "Did you mean selfcodealign"),
        (["run", "./tyo.py"], "Did you mean toy.py?"),
        (["run", "./toy.py"], "path: needed"),
        (["run", "./toy.py", "pth=x"], "did you mean path?"),
        (["run", "./toy.py", "path=x", "iterations=many"], "'many' is no int"),
        (["run", "./toy.py", "questions"], "key=value"),
        (["run", "./toy.py", "path=x", "other.toml"], "no settings file other.toml"),
        (["run", "./toy.py", "path=x", "--name", "../x"], "cannot be the name of a run"),
        (["run", "./toy.py", "path=x", "--name", ".x"], "cannot be the name of a run"),
        (["run", "./toy.py:toyloop", "path=x"], "Did you mean toy-loop?"),
        (["resume", "x"], "There is no run 'x' in runs."),
        (["show", "../x"], "cannot be the name of a run"),
        (["show"], "ratchet show --help"),
        (["show", "x", "--jsn"], "No such option: --jsn"),
        (["sho"], "No such command 'sho'"),
    ],
)
def test_a_mistake_is_one_plain_message(words, message, capsys):
    assert main(words) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
    assert not Path("runs").exists()


def test_a_file_that_python_cannot_read_is_named_with_its_line(capsys):
    Path("wrong.py").write_text("x = 1\ndef f(:\n")
    assert main(["run", "wrong.py"]) == 2
    assert "wrong.py, line 2" in capsys.readouterr().err


def test_the_commands_that_look_at_runs_import_nothing_heavy(there):
    run_toy("--name", "x")
    code = (
        "import sys; from flows.cli import main\n"
        "words = ['flows'], ['runs'], ['show', 'x', '--json'], ['rows', 'x/scores'], []\n"
        "assert [main(w) for w in words] == [0] * 5\n"
        "heavy = {'torch', 'prefect', 'transformers', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    root = Path(__file__).parents[2]
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={"PYTHONPATH": str(root)}, stdout=-3
    )


def test_it_runs_as_a_module_and_says_what_it_can_do():
    root = Path(__file__).parents[2]
    said = subprocess.run(
        [sys.executable, "-m", "flows.cli", "show", "nothing"],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(root)},
    )
    assert said.returncode == 2
    assert said.stderr == "There is no run 'nothing' in runs. There is no run there yet.\n"
    assert main([]) == 0
    assert main(["--version"]) == 0
