import json
import shutil
import threading
import time

import polars as pl
import pytest

from data.kinds import Generated
from data.rows import Row
from data.shards import committed, shard_path
from data.sources import jsonl, records
from pipeline.errors import ContractError, InfrastructureError, RunError, StageFailed
from pipeline.flow import Flow
from pipeline.load import load
from pipeline.model import serve
from pipeline.record import read_record
from pipeline.run import Run
from pipeline.scripted import ScriptedModel
from pipeline.stage import stage
from stages.generate import Prompt, generate


class Problem(Row):
    question: str


class Answer(Problem):
    answer: str


@stage(reads=Problem, writes=Answer)
def answer(rows: pl.DataFrame, suffix: str = "!") -> pl.DataFrame:
    return rows.with_columns(answer=pl.col("question") + suffix)


def source(count: int):
    return records([{"question": f"q{i}"} for i in range(count)])


def start(function, folder, **settings):
    return Flow(function, "toy").start(folder, settings)


def test_a_table_is_read_while_it_is_being_written(tmp_path):
    seen_early = threading.Event()

    @stage(reads=Problem, writes=Problem)
    def slow(rows: pl.DataFrame) -> pl.DataFrame:
        # after its first shard, wait until the next stage has seen that one
        if rows["question"][0] != "q0":
            assert seen_early.wait(10), "the next stage did not start with the first shard"
        return rows

    @stage(reads=Problem, writes=Problem)
    def eager(rows: pl.DataFrame) -> pl.DataFrame:
        seen_early.set()
        return rows

    counted = []

    def toy(run: Run) -> None:
        counted.append(len(eager(slow(load(source(200), Problem)))))

    start(toy, tmp_path / "r")
    assert counted == [200]


def test_a_second_start_does_nothing_again_and_a_deleted_shard_is_made_again(tmp_path):
    calls = []

    @stage(reads=Problem, writes=Problem)
    def watched(rows: pl.DataFrame) -> pl.DataFrame:
        calls.append(rows.height)
        return rows

    def toy(run: Run) -> None:
        watched(load(source(200), Problem))

    start(toy, tmp_path / "r")
    first = len(calls)
    start(toy, tmp_path / "r")
    assert len(calls) == first
    folder = tmp_path / "r" / "prepare" / "2-watched"
    shard_path(folder, 1).unlink()
    record = read_record(folder)
    assert record is not None
    (folder / ".stage.json").write_text(json.dumps(record | {"state": "running"}))
    start(toy, tmp_path / "r")
    assert len(calls) == first + 1
    assert committed(folder) == list(range(4))


def test_an_interrupted_stage_goes_on_at_its_unfinished_shard(tmp_path):
    broken = [True]
    calls = []

    @stage(reads=Problem, writes=Problem)
    def fragile(rows: pl.DataFrame) -> pl.DataFrame:
        calls.append(rows["question"][0])
        if broken[0] and rows["question"][0] == "q128":
            raise MemoryError
        return rows

    def toy(run: Run) -> None:
        fragile(load(source(200), Problem))

    with pytest.raises(MemoryError):
        start(toy, tmp_path / "r")
    assert json.loads((tmp_path / "r" / "run.json").read_text())["state"] == "failed"
    broken[0] = False
    run = start(toy, tmp_path / "r")
    assert calls == ["q0", "q64", "q128", "q128", "q192"]
    assert run.read()["state"] == "done"


def test_other_settings_in_a_used_folder_are_refused_with_the_differences(tmp_path):
    def toy(run: Run, suffix: str = "!") -> None:
        answer(load(source(2), Problem), suffix)

    start(toy, tmp_path / "r")
    with pytest.raises(RunError, match=r"(?s)suffix: '!' -> '\?'.*ratchet resume r"):
        start(toy, tmp_path / "r", suffix="?")


def test_other_arguments_of_a_stage_are_refused_even_when_the_settings_are_the_same(tmp_path):
    suffix = ["!"]

    def toy(run: Run) -> None:
        answer(load(source(2), Problem), suffix[0])

    start(toy, tmp_path / "r")
    suffix[0] = "?"
    with pytest.raises(RunError, match=r"settings.suffix: '!' -> '\?'"):
        start(toy, tmp_path / "r")


def test_a_flow_that_now_calls_another_stage_there_is_noticed(tmp_path):
    def first(run: Run) -> None:
        answer.named("shout")(load(source(3), Problem))

    def changed(run: Run) -> None:
        answer.named("whisper")(load(source(3), Problem))

    start(first, tmp_path / "run")
    with pytest.raises(RunError, match=r"2-shout was made where the flow now calls whisper"):
        start(changed, tmp_path / "run")
    assert not (tmp_path / "run/prepare/2-whisper").exists()


def test_changed_source_rows_are_noticed(tmp_path):
    count = [3]

    def toy(run: Run) -> None:
        answer(load(source(count[0]), Problem))

    start(toy, tmp_path / "r")
    count[0] = 4
    with pytest.raises(RunError, match="source"):
        start(toy, tmp_path / "r")


def test_a_second_driver_is_refused_while_the_first_is_alive(tmp_path):
    first = Run(tmp_path / "r")
    first.lock()
    with pytest.raises(RunError, match=r"driven by another process.*pid"):
        Run(tmp_path / "r").lock()
    first.unlock()
    again = Run(tmp_path / "r")
    again.lock()
    again.unlock()


def test_the_first_failure_is_reported_and_stops_the_later_stages(tmp_path):
    @stage(reads=Problem, writes=Answer)
    def broken(rows: pl.DataFrame) -> pl.DataFrame:
        raise KeyError("typo")

    def toy(run: Run) -> None:
        answer(broken(load(source(5), Problem)))

    with pytest.raises(StageFailed, match="typo"):
        start(toy, tmp_path / "r")


def test_a_failing_machine_is_tried_again_and_leaves_no_trace_in_the_table(tmp_path, monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _: None)
    failures = [InfrastructureError("no server"), InfrastructureError("no server")]

    @stage(reads=Problem, writes=Problem)
    def unlucky(rows: pl.DataFrame) -> pl.DataFrame:
        if failures:
            raise failures.pop()
        return rows

    counted = []

    def toy(run: Run) -> None:
        counted.append(len(unlucky(load(source(5), Problem))))

    start(toy, tmp_path / "r")
    assert counted == [5]


def test_a_machine_that_keeps_failing_stops_the_run(tmp_path, monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _: None)

    @stage(reads=Problem, writes=Problem)
    def unlucky(rows: pl.DataFrame) -> pl.DataFrame:
        raise InfrastructureError("no server")

    def toy(run: Run) -> None:
        unlucky(load(source(5), Problem))

    with pytest.raises(InfrastructureError, match="no server"):
        start(toy, tmp_path / "r")


def test_too_many_failing_rows_stop_the_stage_with_the_reasons_counted(tmp_path):
    @stage(reads=Problem, writes=Problem, max_failed=0.2)
    def picky(rows: pl.DataFrame) -> pl.DataFrame:
        bad = pl.col("question").str.ends_with("1") | pl.col("question").str.ends_with("2")
        bad = bad | pl.col("question").str.ends_with("3")
        return rows.with_columns(dropped=pl.when(bad).then(pl.lit("failed: odd")))

    def toy(run: Run) -> None:
        picky(load(source(100), Problem))

    with pytest.raises(StageFailed, match=r"allows \(20%\)\. Reasons: \d+ x failed"):
        start(toy, tmp_path / "r")


def test_malformed_and_repeated_records_are_dropped_with_their_reason(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text('{"question": "a"}\nnot json\n{"question": 5}\n{"question": "a"}\n')
    tables = []

    def toy(run: Run) -> None:
        tables.append(load(jsonl(path), Problem))

    start(toy, tmp_path / "r")
    assert tables[0].frame()["question"].to_list() == ["a"]
    reasons = tables[0].dropped()["dropped"].to_list()
    assert any("line 2: not JSON" in r for r in reasons)
    assert any("question is 5, declared string" in r for r in reasons)
    assert any(r.startswith("duplicate") for r in reasons)


def test_rows_with_a_blank_id_are_told_apart_by_their_content(tmp_path):
    def flow(run: Run) -> None:
        load(records([{"id": "", "question": f"q{i}"} for i in range(3)]), Problem)

    (table,) = start(flow, tmp_path / "run").tables
    assert table.frame()["id"].n_unique() == 3


def test_a_column_that_no_record_has_names_the_nearest(tmp_path):
    def toy(run: Run) -> None:
        load(records([{"questoin": "a"}]), Problem).wait()

    with pytest.raises(ContractError, match=r"needs question.*\.rename\(questoin='question'\)"):
        start(toy, tmp_path / "r")


def test_the_renaming_of_a_column_is_given_as_python_reads_it(tmp_path):
    def toy(run: Run) -> None:
        load(records([{" question": "a"}]), Problem).wait()

    with pytest.raises(ContractError, match=r"\.rename\(\*\*\{' question': 'question'\}\)"):
        start(toy, tmp_path / "r")


def test_a_column_that_is_not_there_at_all_is_to_be_added(tmp_path):
    def toy(run: Run) -> None:
        load(records([{"x": "a"}]), Problem).wait()

    with pytest.raises(ContractError, match=r"needs question\. Add what is missing, or rename"):
        start(toy, tmp_path / "r")


def test_an_empty_source_gives_an_empty_table_with_its_columns(tmp_path):
    tables = []

    def toy(run: Run) -> None:
        tables.append(answer(load(records([]), Problem)))

    start(toy, tmp_path / "r")
    assert tables[0].frame().columns == ["id", "parents", "question", "answer"]


def test_ids_do_not_depend_on_the_shards(tmp_path, monkeypatch):
    found = []

    def toy(run: Run) -> None:
        found.append(answer(load(source(500), Problem)).frame().sort("id"))

    start(toy, tmp_path / "a")
    monkeypatch.setattr("pipeline.load.rows_per_shard", lambda _: 7)
    start(toy, tmp_path / "b")
    assert found[0].equals(found[1])


def test_a_loop_that_stops_or_breaks_off_ends_after_its_iteration(tmp_path):
    run, seen = Run(tmp_path), []
    for iteration in run.iterations(5):
        if iteration == 1:
            run.stop()
        seen.append(run.phase)
    for _ in run.iterations(2):
        seen.append(run.phase)
    for _ in run.iterations(5):
        seen.append(run.phase)
        break
    assert seen == ["iteration-0", "iteration-1"] * 2 + ["iteration-0"]
    assert run.phase == "finish"


def test_iterations_have_folders_of_their_own_and_the_stages_are_numbered(tmp_path):
    def toy(run: Run) -> None:
        rows = load(source(3), Problem)
        for _ in run.iterations(2):
            answer(rows)

    start(toy, tmp_path / "r")
    found = sorted(str(p.parent.relative_to(tmp_path / "r")) for p in tmp_path.rglob(".stage.json"))
    assert found == ["iteration-0/1-answer", "iteration-1/1-answer", "prepare/1-load"]


def test_a_finished_table_whose_input_was_made_anew_with_other_rows_is_not_reused(tmp_path):
    wording = ["first"]

    @stage(reads=Problem, writes=Answer)
    def moody(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(answer=pl.lit(wording[0]))

    def toy(run: Run) -> None:
        answer.named("shout")(moody(load(source(3), Problem)))

    start(toy, tmp_path / "r")
    shutil.rmtree(tmp_path / "r" / "prepare" / "2-moody")
    start(toy, tmp_path / "r")
    shutil.rmtree(tmp_path / "r" / "prepare" / "2-moody")
    wording[0] = "second"
    with pytest.raises(RunError, match=r"made from other rows than .*2-moody now holds"):
        start(toy, tmp_path / "r")


def test_a_start_that_is_refused_leaves_the_run_as_it_was(tmp_path):
    def toy(run: Run, suffix: str = "!") -> None:
        answer(load(source(2), Problem), suffix)

    start(toy, tmp_path / "r")
    with pytest.raises(RunError):
        start(toy, tmp_path / "r", suffix="?")
    assert json.loads((tmp_path / "r" / "run.json").read_text())["state"] == "done"


def test_a_shard_that_was_deleted_from_a_finished_table_is_made_again(tmp_path):
    tables = []

    def toy(run: Run) -> None:
        tables.append(answer(load(source(200), Problem)))

    start(toy, tmp_path / "r")
    whole = tables[0].frame()
    shard_path(tmp_path / "r" / "prepare" / "2-answer", 1).unlink()
    shard_path(tmp_path / "r" / "prepare" / "1-load", 2).unlink()
    start(toy, tmp_path / "r")
    assert tables[1].frame().equals(whole)


def test_what_a_failing_flow_cuts_off_is_cancelled_and_not_recorded_as_failed_rows(tmp_path):
    class Numbered(Problem, Generated):
        number: int

    def slow(prompt: str, seed: int) -> str:
        time.sleep(0.01)
        return "1"

    prompt = tmp_path / "ask.md"
    prompt.write_text("{{question}}")
    ask = Prompt("ask", Problem, Numbered, lambda text: {"number": int(text)}, path=prompt)
    trouble = [KeyError("in the flow")]

    def toy(run: Run) -> None:
        rows = load(source(64), Problem)
        with serve(ScriptedModel(slow, batch=4)) as sampler:
            made = generate(rows, sampler, ask)
            time.sleep(0.2)
            if trouble:
                raise trouble.pop()
        assert len(made) == 64
        assert made.dropped().is_empty()

    with pytest.raises(KeyError, match="in the flow"):
        start(toy, tmp_path / "r")
    start(toy, tmp_path / "r")


def test_a_failure_of_the_engine_is_the_machines_and_not_the_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _: None)

    class Numbered(Problem, Generated):
        number: int

    prompt = tmp_path / "ask.md"
    prompt.write_text("{{question}}")
    ask = Prompt("ask", Problem, Numbered, lambda text: {"number": int(text)}, path=prompt)
    model = ScriptedModel(lambda p, s: "1", faults={0: RuntimeError("CUDA error")})
    tables = []

    def toy(run: Run) -> None:
        with serve(model) as sampler:
            tables.append(generate(load(source(64), Problem), sampler, ask))

    start(toy, tmp_path / "r")
    assert len(tables[0]) == 64
