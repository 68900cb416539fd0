"""SCL with a scripted model: what each of its tables must hold (card scl)."""

import math

import by_table as by
import pytest

from flows.scl import scl

LOOK = by.says("look_again")


def ask(question):
    return by.says("answer_question", instruction=question)


# question: known answer, first answer, answer after the second look
FATES = {
    "1+1": ("2", "One more.\nAnswer: 2", "Still so.\nAnswer: 2"),  # right, right
    "2+2": ("4", "Two more.\nAnswer: 5", "Oh.\nAnswer: 4"),  # wrong, right
    "3+3": ("6", "Three more.\nAnswer: 6", "Hm.\nAnswer: 7"),  # right, wrong
    "4+4": ("8", "Four more.\nAnswer: 9", "No idea."),  # wrong, wrong
}
HELD_OUT = {
    "5+5": ("10", "Answer: 10", "Answer: 11"),
    "6+6": ("12", "Answer: 12", "Answer: 12"),
}


@pytest.fixture
def settings(tmp_path):
    talk = {}
    for question, (_, first, second) in (FATES | HELD_OUT).items():
        talk |= {ask(question): first, f"{ask(question)}\n\n{first}\n\n{LOOK}": second}
    return {
        "model": by.model(tmp_path, talk),
        "questions": by.questions(tmp_path / "q.jsonl", **{q: f[0] for q, f in FATES.items()}),
        "held_out": by.questions(tmp_path / "h.jsonl", **{q: f[0] for q, f in HELD_OUT.items()}),
    }


WANTED = [
    (ask("2+2"), "Oh.\nAnswer: 4", "Two more.\nAnswer: 5", 1.0),
    (ask("3+3"), "Three more.\nAnswer: 6", "Hm.\nAnswer: 7", 1.0),
]


def test_each_table_holds_what_the_card_says(tmp_path, settings):
    run = by.start(scl, tmp_path, settings)
    base, once = by.tuned(settings["model"]), by.tuned(settings["model"], "iteration-0")
    assert by.stages(run, "iteration-0") == [
        "draw", "answer-question", "look-again", "judge-truth", "flips", "prefer",
        "answer-question-held-out", "look-again-held-out", "judge-truth", "assess",
    ]  # fmt: skip
    first = by.table(run, "iteration-0/answer-question")
    assert {r["instruction"]: [(t["asked"], t["text"], t["model"]) for t in r["turns"]]
            for r in first} == {
        q: [(ask(q), f[1], base)] for q, f in FATES.items()
    }  # fmt: skip
    looked = by.table(run, "iteration-0/look-again")
    assert {r["instruction"]: [(t["kind"], t["asked"], t["text"], t["finish"]) for t in r["turns"]]
            for r in looked} == {
        q: [("response", ask(q), f[1], "stop"), ("response", LOOK, f[2], "stop")]
        for q, f in FATES.items()
    }  # fmt: skip
    assert by.verdicts(run, "iteration-0/judge-truth") == {
        "1+1": [[("truth", 0, 1.0, "2"), ("truth", 1, 1.0, "2")]],
        "2+2": [[("truth", 0, 0.0, "5"), ("truth", 1, 1.0, "4")]],
        "3+3": [[("truth", 0, 1.0, "6"), ("truth", 1, 0.0, "7")]],
        "4+4": [[("truth", 0, 0.0, "9"), ("truth", 1, 0.0, "")]],
    }
    assert by.pairs(run, "iteration-0/flips") == WANTED
    assert by.dropped(run, "iteration-0/flips") == [
        "no flip: right both times", "no flip: wrong both times",
    ]  # fmt: skip
    assert by.pairs(run, "iteration-0/prefer") == WANTED
    of_dialogue = {r["id"]: r["instruction"] for r in looked}
    parents = [r["parents"] for r in by.table(run, "iteration-0/flips")]
    assert sorted(of_dialogue[p] for (p,) in parents) == ["2+2", "3+3"]
    after = by.table(run, "iteration-0/look-again-held-out")
    assert {t["model"] for r in after for t in r["turns"]} == {once}
    assert by.dialogues(run, "iteration-0/look-again-held-out") == {
        q: [[f[1], f[2]]] for q, f in HELD_OUT.items()
    }


def test_the_scores_are_those_of_first_and_second_answers(tmp_path, settings):
    run = by.start(scl, tmp_path, settings)
    for phase in ("prepare", "iteration-0"):
        found = by.scores(run, phase)
        assert {k: found[k] for k in ("direct", "refined", "CL", "right_to_wrong")} == {
            "direct": 1.0, "refined": 0.5, "CL": 0.5, "right_to_wrong": 0.5,
        }  # fmt: skip
        assert math.isnan(found["CS"])  # nothing was wrong at first
        assert math.isnan(found["RSS"])
        assert found["wrong_to_right"] == 0.0
    (counted,) = [r for r in by.table(run, "prepare/assess") if r["broken"]]
    assert [counted[c] for c in ("samples", "first_right", "last_right", "kept", "fixed")] == [
        1, 1, 0, 0, 0,
    ]  # fmt: skip
    ((iteration, note),) = by.notes(run)
    assert iteration == "iteration-0"
    said = "promote: no measurable difference, gain +0.000 (+0.000 to +0.000)"
    assert note.startswith(said)


def test_the_second_look_is_asked_with_the_answer_in_the_conversation(tmp_path, settings):
    by.start(scl, tmp_path, settings)
    prompts = by.asked(tmp_path)
    assert len(prompts) == 2 * (len(FATES) + 2 * len(HELD_OUT))
    for question, (gold, first, _) in FATES.items():
        assert prompts.count(ask(question)) == 1
        assert prompts.count(f"{ask(question)}\n\n{first}\n\n{LOOK}") == 1
        assert not [p for p in prompts if f"gold {gold}" in p]


@pytest.mark.parametrize("moving", [False, True])
def test_the_reference_stays_or_moves_with_the_start(tmp_path, settings, moving):
    rounds = {"iterations": 2, "start": "last", "reference": "last", "window": "all"}
    settings |= {"rounds": rounds, "moving_reference": moving}
    run = by.start(scl, tmp_path, settings)
    name = settings["model"]
    base, once = by.tuned(name), by.tuned(name, "iteration-0")
    first, second = (by.record(run, f"iteration-{i}/prefer") for i in (0, 1))
    assert (first["base"], first["reference"]) == (base, base)
    assert (second["base"], second["reference"]) == (once, once if moving else base)
    # window all: the pairs of both iterations, of which the second writes the same texts
    assert by.pairs(run, "iteration-1/stack") == sorted(WANTED * 2)
    assert by.models(run, "iteration-1/look-again") == {once}


def test_several_samples_of_a_question_are_paired_each_for_itself(tmp_path, settings):
    talk = {
        ask("2+2"): ["Answer: 4", "Answer: 5", "Answer: 6"],
        f"{ask('2+2')}\n\nAnswer: 4\n\n{LOOK}": "Answer: 3",
        f"{ask('2+2')}\n\nAnswer: 5\n\n{LOOK}": "Answer: 4",
        f"{ask('2+2')}\n\nAnswer: 6\n\n{LOOK}": "Answer: 6",
        ask("6+6"): "Answer: 12",
        f"{ask('6+6')}\n\nAnswer: 12\n\n{LOOK}": "Answer: 12",
    }
    settings |= {
        "model": by.model(tmp_path, talk, "three"),
        "questions": by.questions(tmp_path / "q.jsonl", **{"2+2": "4"}),
        "held_out": by.questions(tmp_path / "h.jsonl", **{"6+6": "12"}),
        "sampling": {"n": 3},
    }
    run = by.start(scl, tmp_path, settings)
    assert [r["sample"] for r in by.table(run, "iteration-0/look-again")] == [0, 1, 2]
    assert by.pairs(run, "iteration-0/flips") == [
        (ask("2+2"), "Answer: 4", "Answer: 3", 1.0),
        (ask("2+2"), "Answer: 4", "Answer: 5", 1.0),
    ]
    assert by.dropped(run, "iteration-0/flips") == ["no flip: wrong both times"]
    assert by.folder_of(run, "iteration-0/flips").name == "5-flips"


def better_or_worse(tmp_path, settings, before, after, **more):
    """A run of two iterations whose training changes both held-out answers."""
    talk = {}
    for question, (_, first, second) in FATES.items():
        talk |= {ask(question): first, f"{ask(question)}\n\n{first}\n\n{LOOK}": second}
    for question, (gold, _, _) in HELD_OUT.items():
        texts = {True: f"Answer: {gold}", False: "Answer: 0"}
        talk[ask(question)] = [texts[before], texts[after]]
        talk |= {f"{ask(question)}\n\n{t}\n\n{LOOK}": t for t in texts.values()}
    rounds = {"iterations": 2, "start": "best", "reference": "best"}
    settings |= {"model": by.model(tmp_path, talk, "two"), "rounds": rounds, **more}
    return by.start(scl, tmp_path, settings)


def test_what_is_measurably_worse_is_not_gone_on_with(tmp_path, settings):
    run = better_or_worse(tmp_path, settings, True, False)
    (_, first), (_, second) = by.notes(run)
    assert first.startswith("keep: measurably worse, gain -1.000 (-1.000 to -1.000)")
    assert second.startswith("keep: measurably worse")
    base = by.tuned(settings["model"])
    assert [by.record(run, f"iteration-{i}/prefer")["base"] for i in (0, 1)] == [base, base]
    assert by.models(run, "iteration-1/look-again") == {base}


def test_what_is_better_is_gone_on_with(tmp_path, settings):
    run = better_or_worse(tmp_path, settings, False, True)
    (_, first), (_, second) = by.notes(run)
    assert first.startswith("promote: measurably better, gain +1.000 (+1.000 to +1.000)")
    assert second.startswith("promote: no measurable difference, gain +0.000")
    base, once = by.tuned(settings["model"]), by.tuned(settings["model"], "iteration-0")
    assert [by.record(run, f"iteration-{i}/prefer")["base"] for i in (0, 1)] == [base, once]
    assert by.models(run, "iteration-1/look-again") == {once}


def test_the_loop_stops_where_patience_ends(tmp_path, settings):
    run = better_or_worse(tmp_path, settings, True, False, promotion={"patience": 1})
    ((iteration, note),) = by.notes(run)
    assert iteration == "iteration-0"
    assert note.startswith("stop: measurably worse")
    assert not (run / "iteration-1").exists()
