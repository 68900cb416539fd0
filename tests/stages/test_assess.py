import math

import pytest
from dialogues import dialogue, frame_of, in_a_run, scores

from data.sources import records
from data.turns import Dialogue
from pipeline.errors import ContractError
from pipeline.load import load
from pipeline.scripted import ScriptedModel
from stages.assess import assess, count_turns

MODEL = ScriptedModel(lambda prompt, seed: "")

ROWS = [
    dialogue("a", "1", "2", truth={0: 1.0, 1: 1.0}),
    dialogue("a", "1", "2", sample=1, truth={0: 1.0, 1: 0.0}),
    dialogue("a", "1", "2", sample=2, truth={0: 0.0, 1: 1.0}),
    dialogue("a", "1", "2", sample=3, truth={0: 0.0, 1: 0.0}),
    dialogue("b", "1", "2", truth={0: 0.0, 1: 1.0}),
]


def test_dialogues_are_counted_question_by_question():
    found = count_turns(frame_of(ROWS), "truth", "m").sort("samples", descending=True).to_dicts()
    names = ("samples", "first_right", "last_right", "kept", "fixed", "broken", "untold")
    assert [[row[n] for n in names] for row in found] == [
        [4, 2, 2, 1, 1, 1, 0],
        [1, 0, 1, 0, 1, 0, 0],
    ]
    assert found[0]["parents"] == ["a-0", "a-1", "a-2", "a-3"]


def test_feedback_is_no_answer_and_an_only_answer_is_first_and_last():
    rows = [
        dialogue("a", "1", "? wrong", truth={0: 1.0, 1: 0.0}),
        dialogue("b", "1", "? wrong", "2", "? right", truth={0: 0.0, 1: 0.0, 2: 1.0, 3: 0.0}),
    ]
    found = count_turns(frame_of(rows), "truth", "m")
    assert found["kept"].to_list() == [1, 0]
    assert found["fixed"].to_list() == [0, 1]


def test_what_the_judge_could_not_tell_is_left_out_and_counted():
    rows = [
        dialogue("a", "1", "2", truth={0: None, 1: 1.0}),
        dialogue("a", "1", "2", sample=1, truth={0: 1.0, 1: 1.0}),
    ]
    (found,) = count_turns(frame_of(rows), "truth", "m").to_dicts()
    assert (found["samples"], found["first_right"], found["untold"]) == (1, 1, 1)


def test_a_dialogue_without_any_answer_was_wrong():
    (found,) = count_turns(frame_of([dialogue("a")]), "truth", "m").to_dicts()
    assert (found["samples"], found["first_right"], found["last_right"]) == (1, 0, 0)


def test_a_judge_that_saw_only_the_last_turn_is_refused():
    with pytest.raises(ContractError, match="no verdict of 'truth'"):
        count_turns(frame_of([dialogue("a", "1", "2", truth={1: 1.0})]), "truth", "m")


def test_two_versions_of_a_judge_are_refused():
    row = dialogue("a", "1", truth={0: 1.0})
    row["verdicts"].append(row["verdicts"][0] | {"judge": "truth@2"})
    with pytest.raises(ContractError, match="truth@1 and truth@2"):
        count_turns(frame_of([row]), "truth", "m")


def test_a_question_is_the_same_in_the_dialogues_of_every_model():
    first = count_turns(frame_of(ROWS), "truth", "m")
    other = [row | {"id": f"x{n}", "parents": [f"y{n}"]} for n, row in enumerate(ROWS)]
    second = count_turns(frame_of(other), "truth", "n")
    assert first["problem"].to_list() == second["problem"].to_list()
    assert set(second["model"]) == {"n"}


def test_the_report_is_written_with_intervals_for_each_iteration(tmp_path):
    def body(run):
        rows = load(records(ROWS), Dialogue)
        assess(rows, MODEL)
        for _ in run.iterations(1):
            assess(rows, MODEL)

    found = scores(in_a_run(tmp_path / "run", body))
    metrics = {metric for iteration, metric in found if iteration == "iteration-0"}
    assert metrics == {
        "direct", "refined", "CL", "CS", "RSS", "right_to_wrong", "wrong_to_right"
    }  # fmt: skip
    refined = found["prepare", "refined"]
    assert refined["value"] == 0.75  # the mean of 2/4 and 1/1
    assert refined["low"] <= 0.75 <= refined["high"]
    assert (refined["problems"], refined["samples"]) == (2, 4)
    assert refined["model"] == MODEL.fingerprint
    assert refined["note"] is None


def test_dialogues_of_one_turn_have_no_refined_accuracy(tmp_path):
    rows = [
        dialogue("a", "1", truth={0: 1.0}),
        dialogue("b", "1", truth={0: None}),
    ]
    run = in_a_run(tmp_path / "run", lambda run: assess(load(records(rows), Dialogue), MODEL))
    found = scores(run)
    assert set(found) == {("prepare", "direct")}
    direct = found["prepare", "direct"]
    assert (direct["value"], direct["problems"]) == (1.0, 1)
    assert direct["note"] == "1 dialogues left out: truth could not tell"


def test_no_dialogue_at_all_is_a_score_of_nothing(tmp_path):
    run = in_a_run(tmp_path / "run", lambda run: assess(load(records([]), Dialogue), MODEL))
    assert math.isnan(scores(run)["prepare", "direct"]["value"])
