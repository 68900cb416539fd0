"""EVOLVE with a scripted model: what each of its tables must hold (card evolve)."""

from typing import Any

import by_table as by
import pytest

from flows.evolve import evolve
from pipeline.errors import ModelError


def ask(question):
    return by.says("answer_question", instruction=question)


def again(question, answer):
    return by.says("improve_response", instruction=question, response=answer)


def chain(question, *answers):
    """What is asked and answered in a chain of refinements."""
    asks = [ask(question), *(again(question, answer) for answer in answers)]
    return list(zip(asks, answers, strict=False))


# question: the two answers of the activation; the two chains of the round after it
ACTIVATION = {
    "1+1": ["So: 3.\nAnswer: 3", "So: 2.\nAnswer: 2"],  # a pair
    "2+2": ["Answer: 4", "So: 4.\nAnswer: 4"],  # both right: no margin
    "3+3": ["Answer: 5", "Well."],  # both wrong: no margin
}
ROUND = {
    "1+1": [["A.\nAnswer: 2", "A2.\nAnswer: 2", "A3.\nAnswer: 2"],  # right throughout
            ["B.\nAnswer: 2", "B2.\nAnswer: 2", "B3.\nAnswer: 2"]],
    "2+2": [["C.\nAnswer: 5", "C2.\nAnswer: 5", "C3.\nAnswer: 4"],  # refined to right at last
            ["D.\nAnswer: 7", "D2.\nAnswer: 8", "D3.\nAnswer: 9"]],
    "3+3": [["E.\nAnswer: 6", "E2.\nAnswer: 6", "E3.\nAnswer: 6"],  # one chain goes astray
            ["F.\nAnswer: 6", "F2.\nAnswer: 6", "No."]],
}  # fmt: skip
ALIKE = "small margin: best and worst score alike"
GOLD = {"1+1": "2", "2+2": "4", "3+3": "6"}


def both(question, best, worst, weight=1.0):
    """The two views of a pair: answering, and refining the worst."""
    return [
        (ask(question), best, worst, 1.0),
        (again(question, worst), best, worst, weight),
    ]


@pytest.fixture
def talk() -> dict[str, Any]:
    found: dict[str, Any] = {ask("4+4"): "Answer: 9", again("4+4", "Answer: 9"): "Answer: 8"}
    for question, chains in ROUND.items():
        found[ask(question)] = [*ACTIVATION[question], *(c[0] for c in chains)]
        for answers in chains:
            found |= dict(chain(question, *answers)[1:])
    return found


@pytest.fixture
def settings(tmp_path, talk):
    return {
        "model": by.model(tmp_path, talk),
        "questions": by.questions(tmp_path / "q.jsonl", **GOLD),
        "held_out": by.questions(tmp_path / "h.jsonl", **{"4+4": "8"}),
        "sampling": {"n": 2},
        "rounds": {"iterations": 1, "reference": "last", "start": "last", "window": "all"},
    }


ACTIVE = both("1+1", "So: 2.\nAnswer: 2", "So: 3.\nAnswer: 3")
COLLECTED = [
    *both("2+2", "C3.\nAnswer: 4", "C.\nAnswer: 5"),
    *both("3+3", "E.\nAnswer: 6", "No."),
]


def test_the_activation_trains_the_better_answer_directly_and_after_the_worse(tmp_path, settings):
    run = by.start(evolve, tmp_path, settings)
    assert by.stages(run, "prepare") == [
        "load-held-out", "load", "answer-question-held-out", "improve-response-held-out",
        "judge-truth", "assess", "draw", "answer-question", "judge-truth", "extremes", "chosen",
        "activate", "answer-question-held-out", "improve-response-held-out", "judge-truth",
        "assess",
    ]  # fmt: skip
    assert by.dialogues(run, "prepare/answer-question") == {
        q: [[text] for text in texts] for q, texts in ACTIVATION.items()
    }
    assert by.verdicts(run, "prepare/judge-truth", 1) == {
        "1+1": [[("truth", 0, 0.0, "3")], [("truth", 0, 1.0, "2")]],
        "2+2": [[("truth", 0, 1.0, "4")], [("truth", 0, 1.0, "4")]],
        "3+3": [[("truth", 0, 0.0, "5")], [("truth", 0, 0.0, "")]],
    }
    assert by.pairs(run, "prepare/extremes") == sorted(ACTIVE)
    assert by.dropped(run, "prepare/extremes") == [ALIKE] * 4
    wanted = sorted(by.lesson(asked_, best) for asked_, best, _, _ in ACTIVE)
    assert by.lessons(run, "prepare/chosen") == by.lessons(run, "prepare/activate") == wanted
    assert by.record(run, "prepare/activate")["base"] == by.tuned(settings["model"])


def test_a_round_pairs_the_best_and_the_worst_of_all_chains_in_two_views(tmp_path, settings):
    run = by.start(evolve, tmp_path, settings)
    active = by.tuned(settings["model"], "prepare")
    assert by.stages(run, "iteration-0")[:6] == [
        "draw", "answer-question", "improve-response", "improve-response", "judge-truth",
        "extremes",
    ]  # fmt: skip
    rows = by.table(run, "iteration-0/improve-response", 1)
    assert len(rows) == 6
    for row in rows:
        question = row["instruction"]
        said = [(t["asked"], t["text"]) for t in row["turns"]]
        assert said == chain(question, *ROUND[question][row["sample"]])
        assert {t["model"] for t in row["turns"]} == {active}
    scored = by.verdicts(run, "iteration-0/judge-truth")
    assert [[v[2] for v in each] for each in scored["2+2"]] == [[0, 0, 1], [0, 0, 0]]
    assert [[v[2] for v in each] for each in scored["3+3"]] == [[1, 1, 1], [1, 1, 0]]
    assert by.pairs(run, "iteration-0/extremes") == sorted(COLLECTED)
    assert by.pairs(run, "iteration-0/prefer") == sorted(COLLECTED)
    assert by.dropped(run, "iteration-0/extremes") == [ALIKE] * 2
    of = {r["id"]: r["instruction"] for r in by.table(run, "iteration-0/judge-truth")}
    for row in by.table(run, "iteration-0/extremes"):
        assert len(row["parents"]) == 2
        (question,) = {of[parent] for parent in row["parents"]}
        assert question in row["prompt"][0]["content"]


def test_the_refining_view_holds_nothing_of_what_the_scorer_said(tmp_path, settings):
    run = by.start(evolve, tmp_path, settings)
    for row in by.table(run, "iteration-0/prefer"):
        said = {"score", "right", "wrong", "truth"}
        assert not said & set(" ".join(m["content"] for m in row["prompt"]).lower().split())


@pytest.mark.parametrize("weight", [0.5, 2.0])
def test_the_refining_view_has_its_own_weight(tmp_path, settings, weight):
    run = by.start(evolve, tmp_path, settings | {"refine_weight": weight})
    wanted = [
        *both("2+2", "C3.\nAnswer: 4", "C.\nAnswer: 5", weight),
        *both("3+3", "E.\nAnswer: 6", "No.", weight),
    ]
    assert by.pairs(run, "iteration-0/prefer") == sorted(wanted)
    assert sorted(row[-1] for row in by.lessons(run, "prepare/activate")) == sorted([1.0, weight])


def test_two_rounds_replay_all_pairs_and_go_on_from_the_last_model(tmp_path, talk, settings):
    better = {"1+1": "G.\nAnswer: 2", "2+2": "G.\nAnswer: 4", "3+3": "G.\nAnswer: 6"}
    for question, text in better.items():
        # the second round: one right chain, one that was wrong all along
        talk[ask(question)] = [*talk[ask(question)], text, "H.\nAnswer: 0"]
        talk |= {again(question, text): text, again(question, "H.\nAnswer: 0"): "H.\nAnswer: 0"}
    settings |= {"model": by.model(tmp_path, talk, "two")}
    settings["rounds"] = settings["rounds"] | {"iterations": 2}
    run = by.start(evolve, tmp_path, settings)
    name = settings["model"]
    later = [pair for q, text in better.items() for pair in both(q, text, "H.\nAnswer: 0")]
    assert by.pairs(run, "iteration-1/extremes") == sorted(later)
    assert by.pairs(run, "iteration-1/prefer") == sorted([*COLLECTED, *later])
    active, once = by.tuned(name, "prepare"), by.tuned(name, "prepare", "iteration-0")
    for iteration, base in (("iteration-0", active), ("iteration-1", once)):
        found = by.record(run, f"{iteration}/prefer")
        assert (found["base"], found["reference"]) == (base, base)  # the reference moves along
    assert by.models(run, "iteration-1/judge-truth") == {once}


def test_a_fixed_reference_is_the_activated_model(tmp_path, talk, settings):
    for question in GOLD:
        later = ["G.\nAnswer: 0", f"H.\nAnswer: {GOLD[question]}"]
        talk[ask(question)] += later
        for text in later:
            talk[again(question, text)] = text
    settings |= {"model": by.model(tmp_path, talk, "fixed"), "moving_reference": False}
    settings["rounds"] = settings["rounds"] | {"iterations": 2, "window": "this"}
    run = by.start(evolve, tmp_path, settings)
    active = by.tuned(settings["model"], "prepare")
    assert by.record(run, "iteration-1/prefer")["reference"] == active
    assert by.record(run, "iteration-1/prefer")["base"] != active
    assert by.pairs(run, "iteration-1/prefer") == by.pairs(run, "iteration-1/extremes")


def test_first_and_refined_answers_are_both_evaluated(tmp_path, settings):
    run = by.start(evolve, tmp_path, settings)
    assert by.asked(tmp_path).count(ask("4+4")) == 3  # base, activated, tuned
    for phase in ("prepare", "iteration-0"):
        found = by.scores(run, phase)
        kept = ("direct", "refined", "CS", "wrong_to_right", "right_to_wrong")
        assert [found[m] for m in kept] == [0.0, 1.0, 1.0, 1.0, 0.0]
    assert [iteration for iteration, _ in by.notes(run)] == ["prepare", "iteration-0"]
    assert all(note.startswith("promote: no measurable") for _, note in by.notes(run))


def test_the_activation_is_no_iteration_that_waits_for_a_promotion(tmp_path, settings):
    promotion = {"when": "better", "patience": 2}
    run = by.start(evolve, tmp_path, settings | {"promotion": promotion})
    assert [note.partition(":")[0] for _, note in by.notes(run)] == ["keep", "keep"]


def test_a_margin_at_or_above_the_difference_leaves_nothing_to_train_on(tmp_path, settings):
    with pytest.raises(ModelError, match="no row is left to train on"):
        evolve.start(tmp_path / "run", settings | {"margin": 1.0})
    assert by.dropped(tmp_path / "run", "prepare/extremes") == [ALIKE] * 6
