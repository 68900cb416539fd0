"""SELF with a scripted model: what later rounds ask about and train on (card self)."""

import by_table as by
import pytest
from self_by_hand import (
    FIRST,
    GOLD,
    INVENTED,
    NEW,
    PLAN,
    SECOND,
    ask,
    invent,
    meta_lessons,
    settings_in,
)

from flows.self import self as self_flow


@pytest.fixture
def settings(tmp_path):
    return settings_in(tmp_path)


def test_later_rounds_invent_questions_and_drop_repeated_and_contaminated_ones(tmp_path, settings):
    run = by.start(self_flow, tmp_path, settings | {"rounds": PLAN | {"iterations": 2}})
    written = by.table(run, "iteration-1/write-question")
    assert sorted(r["instruction"] for r in written) == sorted(
        text.strip() for text in INVENTED.values() if text.strip()
    )
    assert {(r["gold"], r["entry"], r["family"]) for r in written} == {("", "", "sums")}
    asks = [p for p in by.asked(tmp_path) if p in map(invent, GOLD)]
    assert sorted(asks) == sorted(map(invent, GOLD))  # in the second round alone
    assert by.dropped(run, "iteration-1/write-question") == ["no question"]
    assert by.dropped(run, "iteration-1/new") == ["repeated question"]
    (reason,) = by.dropped(run, "iteration-1/decontaminate")
    assert reason.startswith("contaminated: is the instruction of")
    assert {r["instruction"] for r in by.table(run, "iteration-1/decontaminate")} == set(NEW)
    # nobody knows the answers: the truth cannot be told, and the feedback decides alone
    told = by.verdicts(run, "iteration-1/judge-truth")
    assert told["What is 10+10?"] == [
        [("feedback", 0, 0.0, "turn 1"), ("feedback", 2, 1.0, "turn 3"),
         ("truth", 0, None, "no known answer"), ("truth", 2, None, "no known answer")]
    ]  # fmt: skip
    assert by.lessons(run, "iteration-1/lessons") == SECOND
    assert by.asked(tmp_path).count(ask("6+6")) == 4  # evaluated, never practised
    # where no truth is known, feedback cannot disagree with it
    assert by.notes(run, "guard:agreement") == [("iteration-0", None), ("iteration-1", None)]


def test_restart_trains_the_base_on_all_rounds_and_the_meta_corpus(tmp_path, settings):
    plan = PLAN | {"iterations": 2, "start": "base"}
    run = by.start(self_flow, tmp_path, settings | {"rounds": plan})
    name = settings["model"]
    for iteration, wanted in (("iteration-0", FIRST), ("iteration-1", [*FIRST, *SECOND])):
        assert by.lessons(run, f"{iteration}/train") == sorted([*wanted, *meta_lessons()])
        assert by.record(run, f"{iteration}/train")["base"] == by.tuned(name)
    # the data of the second round are those of the model of the first
    assert by.models(run, "iteration-1/give-feedback") == {by.tuned(name, "iteration-0")}


@pytest.mark.parametrize("replay", [False, True])
def test_continual_trains_the_last_model_on_the_new_round(tmp_path, settings, replay):
    plan = PLAN | {"iterations": 2, "start": "last", "window": "this"}
    run = by.start(self_flow, tmp_path, settings | {"rounds": plan, "replay": replay})
    name, mixed = settings["model"], meta_lessons() if replay else []
    assert by.lessons(run, "iteration-0/train") == sorted([*FIRST, *mixed])
    assert by.lessons(run, "iteration-1/train") == sorted([*SECOND, *mixed])
    bases = [by.record(run, f"iteration-{i}/train")["base"] for i in (0, 1)]
    assert bases == [by.tuned(name, "prepare"), by.tuned(name, "prepare", "iteration-0")]


def test_without_inventing_the_same_questions_come_again(tmp_path, settings):
    plan = PLAN | {"iterations": 2, "window": "this"}
    run = by.start(
        self_flow, tmp_path, settings | {"rounds": plan, "invent": False, "replay": False}
    )
    assert "write-question" not in by.stages(run, "iteration-1")
    assert {r["instruction"] for r in by.table(run, "iteration-1/draw")} == set(GOLD)
    assert by.lessons(run, "iteration-1/train") == FIRST
    assert by.scores(run, "iteration-1")["guard:duplicates"] == 1.0
    assert "drift: duplicates" in dict(by.notes(run))["iteration-1"]
