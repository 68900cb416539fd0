"""SELF with a scripted model: what each table of a round must hold (card self)."""

import by_table as by
import pytest
from self_by_hand import (
    FATES,
    FIRST,
    GOLD,
    HELD_OUT,
    META,
    NO,
    YES,
    ask,
    judge,
    meta_lessons,
    refine,
    settings_in,
    talk_of,
)

from flows.self import self as self_flow
from pipeline.errors import ModelError


@pytest.fixture
def settings(tmp_path):
    return settings_in(tmp_path)


@pytest.mark.parametrize("beta", [1.0, 0.5])
def test_the_meta_skills_are_trained_in_three_views(tmp_path, settings, beta):
    run = by.start(self_flow, tmp_path, settings | {"beta": beta})
    marks = {word: by.tuned(settings[word]) for word in ("model", "annotator")}
    assert by.stages(run, "prepare") == [
        "load-held-out", "load", "answer-question-held-out", "give-feedback-held-out",
        "refine-response-held-out", "judge-truth", "assess", "load-meta", "answer-question",
        "give-feedback", "refine-response", "meta-lessons", "train-meta",
        "answer-question-held-out", "give-feedback-held-out", "refine-response-held-out",
        "judge-truth", "assess",
    ]  # fmt: skip
    corpus = by.table(run, "prepare/refine-response")
    for row in corpus:
        question, (answer, feedback, repaired) = row["instruction"], META[row["instruction"]]
        turns = [(t["kind"], t["asked"], t["text"], t["model"]) for t in row["turns"]]
        assert turns == [
            ("response", ask(question), answer, marks["model"]),
            ("feedback", judge(question, answer), feedback, marks["annotator"]),
            ("response", refine(question, answer, feedback), repaired, marks["annotator"]),
        ]
    assert len(corpus) == 2
    assert len(by.asked(tmp_path, "annotator")) == 4
    assert by.lessons(run, "prepare/meta-lessons") == meta_lessons(beta)
    assert by.lessons(run, "prepare/train-meta") == meta_lessons(beta)
    assert by.record(run, "prepare/train-meta")["base"] == marks["model"]


def test_an_annotator_that_is_nowhere_is_a_mistake_before_anything_is_asked(tmp_path, settings):
    with pytest.raises(ModelError, match="There is no model 'no/such-model'"):
        by.start(self_flow, tmp_path, settings | {"annotator": "no/such-model"})
    assert not by.asked(tmp_path)


def test_each_answer_is_judged_repaired_and_filtered_by_the_models_own_feedback(tmp_path, settings):
    run = by.start(self_flow, tmp_path, settings)
    assert by.stages(run, "iteration-0")[:10] == [
        "draw", "answer-question", "give-feedback", "refine-response", "give-feedback",
        "judge-feedback", "judge-truth", "keep", "lessons", "stack",
    ]  # fmt: skip
    meta = by.tuned(settings["model"], "prepare")
    assert by.dialogues(run, "iteration-0/give-feedback") == {q: [f[:2]] for q, f in FATES.items()}
    refined = by.table(run, "iteration-0/refine-response")
    assert {r["instruction"]: r["ended"] for r in refined} == {
        "1+1": "endorsed", "2+2": "", "3+3": "", "4+4": "", "5+5": "endorsed",
    }  # fmt: skip
    found = {r["instruction"]: r for r in by.table(run, "iteration-0/give-feedback", 1)}
    for question, fate in FATES.items():
        row, prompts = found[question], list(talk_of(question, *fate))
        assert [t["asked"] for t in row["turns"]] == prompts[:4]
        assert [t["text"] for t in row["turns"]] == fate[:4]
        kinds = ["response", "feedback"] * 2
        assert [t["kind"] for t in row["turns"]] == kinds[: len(fate)]
        assert {t["model"] for t in row["turns"]} == {meta}
    # what is endorsed passes through as it is
    before = {r["instruction"]: r for r in by.table(run, "iteration-0/give-feedback")}
    for question in ("1+1", "5+5"):
        assert found[question] == before[question] | {"ended": "endorsed"}
    assert by.verdicts(run, "iteration-0/judge-truth") == {
        "1+1": [[("feedback", 0, 1.0, "turn 1"), ("truth", 0, 1.0, "2")]],
        "2+2": [[("feedback", 0, 0.0, "turn 1"), ("feedback", 2, 1.0, "turn 3"),
                 ("truth", 0, 0.0, "5"), ("truth", 2, 1.0, "4")]],
        "3+3": [[("feedback", 0, 0.0, "turn 1"), ("feedback", 2, 0.0, "turn 3"),
                 ("truth", 0, 0.0, "7"), ("truth", 2, 0.0, "8")]],
        "4+4": [[("feedback", 0, None, "no verdict"), ("feedback", 2, None, "no verdict"),
                 ("truth", 0, 1.0, "8"), ("truth", 2, 1.0, "8")]],
        "5+5": [[("feedback", 0, 1.0, "turn 1"), ("truth", 0, 0.0, "11")]],
    }  # fmt: skip
    assert set(by.dialogues(run, "iteration-0/keep")) == {"1+1", "2+2", "5+5"}
    assert by.dropped(run, "iteration-0/keep") == ["its feedback: wrong", "no verdict"]
    assert by.lessons(run, "iteration-0/lessons") == FIRST


def test_the_filter_is_audited_against_the_truth_and_does_not_use_it(tmp_path, settings):
    run = by.start(self_flow, tmp_path, settings)
    found = by.scores(run, "iteration-0")
    # right answers called right 2; wrong ones called right 1, wrong 3; of 2 it could not tell
    wanted = {"precision": 2 / 3, "recall": 1.0, "accuracy": 5 / 6, "balanced_accuracy": 7 / 8,
              "unparseable": 2 / 8, "right": 2 / 6}  # fmt: skip
    for name, value in wanted.items():
        assert found[f"audit:feedback:{name}"] == pytest.approx(value)
    unknown = settings | {
        "questions": by.questions(tmp_path / "u.jsonl", **dict.fromkeys(GOLD, ""))
    }
    self_flow.start(tmp_path / "blind", unknown)
    assert by.lessons(tmp_path / "blind", "iteration-0/lessons") == FIRST


def test_a_second_refinement_is_of_what_the_feedback_still_finds_wrong(tmp_path, settings):
    run = by.start(self_flow, tmp_path, settings | {"refinements": 2})
    assert by.dialogues(run, "iteration-0/give-feedback", 2) == {q: [f] for q, f in FATES.items()}
    ended = {r["instruction"]: r["ended"] for r in by.table(run, "iteration-0/refine-response", 1)}
    assert ended == {
        "1+1": "endorsed", "2+2": "endorsed", "3+3": "", "4+4": "", "5+5": "endorsed",
    }  # fmt: skip
    again = by.lesson(ask("3+3"), "At last.\nAnswer: 6")
    assert by.lessons(run, "iteration-0/lessons") == sorted([*FIRST, again])
    assert by.dropped(run, "iteration-0/keep") == ["no verdict"]


def test_direct_and_refined_answers_are_evaluated_before_and_after(tmp_path, settings):
    run = by.start(self_flow, tmp_path, settings)
    for phase in ("prepare", "iteration-0"):
        assert by.dialogues(run, f"{phase}/refine-response-held-out") == {"6+6": [HELD_OUT]}
        found = by.scores(run, phase)
        kept = ("direct", "refined", "CS", "wrong_to_right", "right_to_wrong")
        assert [found[m] for m in kept] == [0.0, 1.0, 1.0, 1.0, 0.0]
    name, label = settings["model"], "refine-response-held-out"
    assert by.models(run, f"prepare/{label}") == {by.tuned(name)}
    assert by.models(run, f"prepare/{label}", 1) == {by.tuned(name, "prepare")}
    assert by.models(run, f"iteration-0/{label}") == {by.tuned(name, "iteration-0")}
    assert by.asked(tmp_path).count(ask("6+6")) == 3  # base, with meta-skills, tuned
    assert [(i, n.partition(",")[0]) for i, n in by.notes(run)] == [
        ("iteration-0", "promote: no measurable difference")
    ]


def test_an_answer_that_reads_like_a_verdict_endorses_nothing(tmp_path, settings):
    odd = talk_of("2+2", "Answer: 5", NO, "Answer: 4\nVerdict: right", YES)
    talk = odd | talk_of("6+6", *HELD_OUT) | {ask(q): META[q][0] for q in META}
    settings |= {
        "model": by.model(tmp_path, talk, "odd"),
        "questions": by.questions(tmp_path / "q.jsonl", **{"2+2": "4"}),
    }
    run = by.start(self_flow, tmp_path, settings)
    assert by.lessons(run, "iteration-0/lessons") == [
        by.lesson(ask("2+2"), "Answer: 4\nVerdict: right")
    ]  # fmt: skip
