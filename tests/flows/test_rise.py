"""RISE with a scripted model: what each of its tables must hold (card rise)."""

import math

import by_table as by
import polars as pl
import pytest

from flows.rise import rise
from pipeline.errors import ModelError

RIGHT, WRONG, SILENT = math.exp(1 / 0.4), 1.0, math.exp(-1 / 0.4)


def ask(question):
    return by.says("answer_question", instruction=question)


def again(question):
    return by.says("try_again", instruction=question)


def retry(question, first):
    """What the model sees at its second try: the first one, then that it was not right."""
    return f"{ask(question)}\n\n{first}\n\n{again(question)}"


# question: first answer, then the tries of the best of 3
FATES = {
    "1+1": ("Answer: 2", []),  # right at once
    "2+2": ("Answer: 5", ["Answer: 6", "So.\nAnswer: 4", "Thus.\nAnswer: 4"]),  # fixed by the 2nd
    "3+3": ("Answer: 7", ["No idea.", "Answer: 8", "Answer: 9"]),  # stays wrong; any answer beats
    "4+4": ("Who knows?", ["Hm, nine?", "Dunno.", "Answer: 9"]),  # at least an answer
    "5+5": ("Answer: 11", ["Answer: 11", "Answer: 11", "Silence."]),  # the same again
}
GOLD = {"1+1": "2", "2+2": "4", "3+3": "6", "4+4": "8", "5+5": "10"}
# the answers to a held-out question, of which the majority is right, and is at first
HELD = ["Answer: 12", "Answer: 13", "Answer: 14", "I say 12.\nAnswer: 12", "Answer: 12.0"]


def held_out_talk(question="6+6", answers=HELD, window=2):
    """Five turns, each of which sees the last two and its own question."""
    said = [ask(question), *[again(question)] * 4]
    talk = {}
    for turn, text in enumerate(answers):
        shown = range(max(0, turn - window), turn)
        parts = [part for t in shown for part in (said[t], answers[t])]
        talk["\n\n".join([*parts, said[turn]])] = text
    return talk


@pytest.fixture
def settings(tmp_path):
    talk = held_out_talk()
    for question, (first, tries) in FATES.items():
        talk[ask(question)] = first
        if tries:
            talk[retry(question, first)] = tries
    return {
        "model": by.model(tmp_path, talk),
        "questions": by.questions(tmp_path / "q.jsonl", **GOLD),
        "held_out": by.questions(tmp_path / "h.jsonl", **{"6+6": "12"}),
        "best_of": 3,
        "rounds": {"iterations": 1, "reference": "last"},
    }


def fixed(question, last, weight):
    first = FATES[question][0]
    return by.lesson(ask(question), first, again(question), last, weight=weight)


ALL = sorted([
    by.lesson(ask("1+1"), "Answer: 2", weight=RIGHT),
    by.lesson(ask("2+2"), "Answer: 5", weight=WRONG),
    fixed("2+2", "So.\nAnswer: 4", RIGHT),
    by.lesson(ask("3+3"), "Answer: 7", weight=WRONG),
    fixed("3+3", "Answer: 8", WRONG),
    by.lesson(ask("4+4"), "Who knows?", weight=SILENT),
    fixed("4+4", "Answer: 9", WRONG),
])  # fmt: skip


def test_each_table_holds_what_the_card_says(tmp_path, settings):
    run = by.start(rise, tmp_path, settings)
    assert by.stages(run, "iteration-0")[:8] == [
        "draw", "answer-question", "judge-truth", "try-again", "judge-truth", "best", "chats",
        "train",
    ]  # fmt: skip
    assert by.dialogues(run, "iteration-0/answer-question") == {
        q: [[f[0]]] for q, f in FATES.items()
    }
    first = by.verdicts(run, "iteration-0/judge-truth")
    assert first == {
        "1+1": [[("truth", 0, 1.0, "2")]],
        "2+2": [[("truth", 0, 0.0, "5")]],
        "3+3": [[("truth", 0, 0.0, "7")]],
        "4+4": [[("truth", 0, 0.0, "")]],
        "5+5": [[("truth", 0, 0.0, "11")]],
    }
    tried = by.table(run, "iteration-0/try-again")
    assert by.dialogues(run, "iteration-0/try-again") == {
        q: [[first, text] for text in tries] or [[first]] for q, (first, tries) in FATES.items()
    }
    for row in tried:
        question = row["instruction"]
        assert row["ended"] == ("solved" if question == "1+1" else "")
        assert [t["asked"] for t in row["turns"]] == [ask(question), again(question)][
            : len(row["turns"])
        ]
    before = {r["instruction"]: r for r in by.table(run, "iteration-0/judge-truth")}
    (solved,) = [r for r in tried if r["ended"]]
    assert solved == before["1+1"] | {"ended": "solved"}  # it passes through as it is
    later = by.verdicts(run, "iteration-0/judge-truth", 1)
    assert later["1+1"] == first["1+1"]
    assert [v[1][1:] for v in later["2+2"]] == [(1, 0.0, "6"), (1, 1.0, "4"), (1, 1.0, "4")]
    assert [v[1][1:] for v in later["3+3"]] == [(1, 0.0, ""), (1, 0.0, "8"), (1, 0.0, "9")]
    assert by.dialogues(run, "iteration-0/best") == {
        "1+1": [["Answer: 2"]],
        "2+2": [["Answer: 5", "So.\nAnswer: 4"]],
        "3+3": [["Answer: 7", "Answer: 8"]],
        "4+4": [["Who knows?", "Answer: 9"]],
    }
    assert by.dropped(run, "iteration-0/best") == [
        *["another one is better"] * 8, "the same answer twice",
    ]  # fmt: skip
    assert by.lessons(run, "iteration-0/chats") == by.lessons(run, "iteration-0/train") == ALL


@pytest.mark.parametrize(
    ("criterion", "left", "reason"),
    [
        ("better", {"1+1", "2+2", "4+4"}, "no better than before"),
        ("success", {"1+1", "2+2"}, "not right at last"),
    ],
)
def test_a_criterion_keeps_the_questions_that_it_names(tmp_path, settings, criterion, left, reason):
    run = by.start(rise, tmp_path, settings | {"criterion": criterion})
    assert set(by.dialogues(run, "iteration-0/best")) == left
    gone = by.dropped(run, "iteration-0/best")
    assert gone.count(reason) == len(GOLD) - 1 - len(left)
    texts = {q: ask(q) for q in left}
    wanted = [row for row in ALL if row[0][0][1] in texts.values()]
    assert by.lessons(run, "iteration-0/train") == wanted


def test_an_expert_writes_one_better_try_each(tmp_path, settings):
    better = {q: f"The expert.\nAnswer: {GOLD[q]}" for q in GOLD}
    talk = {retry(q, first): better[q] for q, (first, tries) in FATES.items() if tries}
    settings |= {"expert": by.model(tmp_path, talk, "expert")}
    run = by.start(rise, tmp_path, settings)
    assert sorted(by.asked(tmp_path, "expert")) == sorted(talk)
    assert not set(by.asked(tmp_path)) & set(talk)
    marks = [by.tuned(settings[word]) for word in ("model", "expert")]
    for row in by.table(run, "iteration-0/try-again"):
        assert [t["model"] for t in row["turns"]] == marks[: len(row["turns"])]
    assert by.dialogues(run, "iteration-0/best") == {
        q: [[f[0], better[q]] if f[1] else [f[0]]] for q, f in FATES.items()
    }
    assert by.lessons(run, "iteration-0/train") == sorted(
        [by.lesson(ask("1+1"), "Answer: 2", weight=RIGHT)]
        + [fixed(q, better[q], RIGHT) for q in FATES if q != "1+1"]
        + [by.lesson(ask(q), FATES[q][0], weight=WRONG) for q in ("2+2", "3+3", "5+5")]
        + [by.lesson(ask("4+4"), "Who knows?", weight=SILENT)]
    )


def test_an_expert_that_is_nowhere_is_a_mistake_before_anything_is_asked(tmp_path, settings):
    with pytest.raises(ModelError, match="There is no model 'no/such-model'"):
        by.start(rise, tmp_path, settings | {"expert": "no/such-model"})
    assert not by.asked(tmp_path)


def test_the_temperature_of_the_weights_is_a_setting(tmp_path, settings):
    run = by.start(rise, tmp_path, settings | {"temperature": 1.0})
    assert {row[-1] for row in by.lessons(run, "iteration-0/train")} == {math.e, 1.0, 1 / math.e}


def test_evaluation_is_five_turns_of_which_the_last_two_are_seen(tmp_path, settings):
    run = by.start(rise, tmp_path, settings)
    for phase in ("prepare", "iteration-0"):
        # the last of the four tables of tries holds all turns
        ((said,),) = by.dialogues(run, f"{phase}/try-again-held-out", 3).values()
        assert said == HELD
        assert by.dialogues(run, f"{phase}/try-again-held-out", 0) == {"6+6": [HELD[:2]]}
        found = by.scores(run, phase)
        assert {m: found[m] for m in ("direct", "refined", "majority", "oracle")} == {
            "direct": 1.0, "refined": 1.0, "majority": 1.0, "oracle": 1.0,
        }  # fmt: skip
    window = list(held_out_talk())
    seen = [prompt for prompt in by.asked(tmp_path) if prompt in window]
    assert seen == window * 2
    # turn 5 sees turns 3 and 4, and no more of turns 1 and 2
    assert window[4] == "\n\n".join(
        [again("6+6"), HELD[2], again("6+6"), HELD[3], again("6+6")]
    )  # fmt: skip
    assert by.notes(run)[0][1].startswith("promote: no measurable difference")


def test_window_and_turns_are_settings(tmp_path, settings):
    said = HELD[:3]
    talk = {ask("1+1"): "Answer: 2"} | held_out_talk(answers=said, window=1)
    settings |= {
        "model": by.model(tmp_path, talk, "three"),
        "questions": by.questions(tmp_path / "q.jsonl", **{"1+1": "2"}),
        "window": 1,
        "turns": 3,
    }
    run = by.start(rise, tmp_path, settings)
    assert by.dialogues(run, "prepare/try-again-held-out", 1) == {"6+6": [said]}
    assert by.asked(tmp_path, "three")[2] == "\n\n".join([again("6+6"), said[1], again("6+6")])
    assert by.scores(run, "prepare")["majority"] == 1.0  # of answers that differ, the first


def test_the_majority_may_be_wrong_where_one_of_five_is_right(tmp_path, settings):
    said = ["Answer: 1", "Answer: 12", "Answer: 3", "No.", "So: 1.\nAnswer: 1"]
    talk = {ask("1+1"): "Answer: 2"} | held_out_talk(answers=said)
    settings |= {
        "model": by.model(tmp_path, talk, "five"),
        "questions": by.questions(tmp_path / "q.jsonl", **{"1+1": "2"}),
    }
    run = by.start(rise, tmp_path, settings)
    found = by.scores(run, "prepare")
    assert (found["direct"], found["refined"]) == (0.0, 0.0)
    assert (found["majority"], found["oracle"]) == (0.0, 1.0)


def test_the_next_iteration_rolls_out_the_tuned_model_and_trains_the_base_anew(tmp_path, settings):
    one = {"1+1": "2", "2+2": "4"}
    talk = held_out_talk() | {
        ask("1+1"): "Answer: 2",
        ask("2+2"): ["Answer: 5", "Answer: 4"],
        retry("2+2", "Answer: 5"): ["Answer: 4", "Answer: 4", "Answer: 6"],
    }
    settings |= {
        "model": by.model(tmp_path, talk, "two"),
        "questions": by.questions(tmp_path / "q.jsonl", **one),
        "rounds": {"iterations": 2, "reference": "last", "start": "base"},
    }
    run = by.start(rise, tmp_path, settings)
    name = settings["model"]
    assert [by.record(run, f"iteration-{i}/train")["base"] for i in (0, 1)] == [by.tuned(name)] * 2
    later = by.table(run, "iteration-1/try-again")
    assert {t["model"] for r in later for t in r["turns"]} == {by.tuned(name, "iteration-0")}
    assert by.lessons(run, "iteration-1/train") == [
        by.lesson(ask("1+1"), "Answer: 2", weight=RIGHT),
        by.lesson(ask("2+2"), "Answer: 4", weight=RIGHT),
    ]
    frame = pl.read_parquet(run / "scores.parquet").filter(metric="guard:duplicates")
    assert frame["value"].to_list() == [0.0, 0.5]  # 1+1 came again
