"""SELF with a scripted model: what each of its tables must hold (card self)."""

import pytest
from by_table import (
    asked,
    dialogues,
    dropped,
    lesson,
    lessons,
    model,
    notes,
    questions,
    record,
    says,
    scores,
    stages,
    start,
    table,
    tuned,
    verdicts,
)  # fmt: skip

import pipeline.model
from flows.self import self as self_flow
from pipeline.scripted import ScriptedModel

NO, YES = "It is wrong.\nVerdict: wrong", "All is well.\nVerdict: right"


def ask(question):
    return says("answer_question", instruction=question)


def judge(question, answer):
    return says("give_feedback", instruction=question, response=answer)


def refine(question, answer, feedback):
    return says("refine_response", instruction=question, response=answer, feedback=feedback)


def invent(question):
    return says("write_question", instruction=question)


def talk_of(question, *texts):
    """The prompts of answer, feedback, refined answer, feedback, ... and what is said to them."""
    found, prompt = {}, ask(question)
    for place, text in enumerate(texts):
        found[prompt] = text
        if place % 2 == 0:
            prompt = judge(question, text)
        else:
            prompt = refine(question, texts[place - 1], text)
    return found


GOLD = {"1+1": "2", "2+2": "4", "3+3": "6", "4+4": "8", "5+5": "10"}
# answer, feedback, refined answer, feedback, and so on once more
FATES = {
    "1+1": ["So: 2.\nAnswer: 2", YES],  # endorsed at once
    "2+2": ["Answer: 5", NO, "Now: 4.\nAnswer: 4", YES],  # repaired
    "3+3": ["Answer: 7", NO, "Answer: 8", f"Again. {NO}", "At last.\nAnswer: 6", YES],
    "4+4": ["Answer: 8", "Perhaps.", "Still.\nAnswer: 8", "Who knows?", "Answer: 8.0", "Hm."],
    "5+5": ["Answer: 11", YES],  # endorsed, and wrong
}
META = {  # answer (student), feedback and repaired answer (annotator)
    "7+7": ["Answer: 13", f"One short. {NO}", "Seven more.\nAnswer: 14"],
    "8+8": ["Answer: 16", YES, "Eight more.\nAnswer: 16"],
}
HELD_OUT = ["Answer: 11", NO, "Answer: 12"]  # 6+6, repaired
INVENTED = {
    "1+1": "What is 9+9?",
    "2+2": "What is 9+9?",  # repeated, whichever is drawn first
    "3+3": " 6+6\n",  # the held-out question
    "4+4": " ",
    "5+5": "What is 10+10?",
}
NEW = {
    "What is 9+9?": ["Answer: 18", YES],
    "What is 10+10?": ["Answer: 21", NO, "Answer: 20", YES],
}
PLAN = {"iterations": 1, "reference": "last", "window": "all"}


@pytest.fixture
def settings(tmp_path):
    student, teacher = talk_of("6+6", *HELD_OUT), {}
    for question, texts in [*FATES.items(), *NEW.items()]:
        student |= talk_of(question, *texts)
    for question, (answer, feedback, repaired) in META.items():
        student[ask(question)] = answer
        teacher[judge(question, answer)] = feedback
        teacher[refine(question, answer, feedback)] = repaired
    student |= {invent(question): text for question, text in INVENTED.items()}
    return {
        "model": model(tmp_path, student),
        "annotator": model(tmp_path, teacher, "annotator"),
        "meta": questions(tmp_path / "m.jsonl", **{"7+7": "14", "8+8": "16"}),
        "questions": questions(tmp_path / "q.jsonl", **GOLD),
        "held_out": questions(tmp_path / "h.jsonl", **{"6+6": "12"}),
        "rounds": PLAN,
    }


def meta_lessons(beta=1.0):
    views = []
    for question, (answer, feedback, repaired) in META.items():
        views += [
            lesson(judge(question, answer), feedback),
            lesson(refine(question, answer, feedback), repaired),
            lesson(ask(question), repaired, weight=beta),
        ]
    return sorted(views)


FIRST = sorted([
    lesson(ask("1+1"), "So: 2.\nAnswer: 2"),
    lesson(ask("2+2"), "Now: 4.\nAnswer: 4"),
    lesson(ask("5+5"), "Answer: 11"),
])  # fmt: skip
SECOND = sorted([
    lesson(ask("What is 9+9?"), "Answer: 18"),
    lesson(ask("What is 10+10?"), "Answer: 20"),
])  # fmt: skip


@pytest.mark.parametrize("beta", [1.0, 0.5])
def test_the_meta_skills_are_trained_in_three_views(tmp_path, settings, beta):
    run = start(self_flow, tmp_path, settings | {"beta": beta})
    by = {word: tuned(settings[word]) for word in ("model", "annotator")}
    assert stages(run, "prepare") == [
        "load-held-out", "load", "answer-question-held-out", "give-feedback-held-out",
        "refine-response-held-out", "judge-truth", "assess", "load-meta", "answer-question",
        "give-feedback", "refine-response", "meta-lessons", "train-meta",
        "answer-question-held-out", "give-feedback-held-out", "refine-response-held-out",
        "judge-truth", "assess",
    ]  # fmt: skip
    corpus = table(run, "prepare/refine-response")
    for row in corpus:
        question, (answer, feedback, repaired) = row["instruction"], META[row["instruction"]]
        turns = [(t["kind"], t["asked"], t["text"], t["model"]) for t in row["turns"]]
        assert turns == [
            ("response", ask(question), answer, by["model"]),
            ("feedback", judge(question, answer), feedback, by["annotator"]),
            ("response", refine(question, answer, feedback), repaired, by["annotator"]),
        ]
    assert len(corpus) == 2
    assert len(asked(tmp_path, "annotator")) == 4
    assert lessons(run, "prepare/meta-lessons") == meta_lessons(beta)
    assert lessons(run, "prepare/train-meta") == meta_lessons(beta)
    assert record(run, "prepare/train-meta")["base"] == by["model"]


def test_each_answer_is_judged_repaired_and_filtered_by_the_models_own_feedback(tmp_path, settings):
    run = start(self_flow, tmp_path, settings)
    assert stages(run, "iteration-0")[:10] == [
        "draw", "answer-question", "give-feedback", "refine-response", "give-feedback",
        "judge-feedback", "judge-truth", "keep", "lessons", "stack",
    ]  # fmt: skip
    meta = tuned(settings["model"], "prepare")
    assert dialogues(run, "iteration-0/give-feedback") == {q: [f[:2]] for q, f in FATES.items()}
    refined = table(run, "iteration-0/refine-response")
    assert {r["instruction"]: r["ended"] for r in refined} == {
        "1+1": "endorsed", "2+2": "", "3+3": "", "4+4": "", "5+5": "endorsed",
    }  # fmt: skip
    found = {r["instruction"]: r for r in table(run, "iteration-0/give-feedback", 1)}
    for question, fate in FATES.items():
        row, prompts = found[question], list(talk_of(question, *fate))
        assert [t["asked"] for t in row["turns"]] == prompts[:4]
        assert [t["text"] for t in row["turns"]] == fate[:4]
        kinds = ["response", "feedback"] * 2
        assert [t["kind"] for t in row["turns"]] == kinds[: len(fate)]
        assert {t["model"] for t in row["turns"]} == {meta}
    # what is endorsed passes through as it is
    before = {r["instruction"]: r for r in table(run, "iteration-0/give-feedback")}
    for question in ("1+1", "5+5"):
        assert found[question] == before[question] | {"ended": "endorsed"}
    assert verdicts(run, "iteration-0/judge-truth") == {
        "1+1": [[("feedback", 0, 1.0, "turn 1"), ("truth", 0, 1.0, "2")]],
        "2+2": [[("feedback", 0, 0.0, "turn 1"), ("feedback", 2, 1.0, "turn 3"),
                 ("truth", 0, 0.0, "5"), ("truth", 2, 1.0, "4")]],
        "3+3": [[("feedback", 0, 0.0, "turn 1"), ("feedback", 2, 0.0, "turn 3"),
                 ("truth", 0, 0.0, "7"), ("truth", 2, 0.0, "8")]],
        "4+4": [[("feedback", 0, None, "no verdict"), ("feedback", 2, None, "no verdict"),
                 ("truth", 0, 1.0, "8"), ("truth", 2, 1.0, "8")]],
        "5+5": [[("feedback", 0, 1.0, "turn 1"), ("truth", 0, 0.0, "11")]],
    }  # fmt: skip
    assert set(dialogues(run, "iteration-0/keep")) == {"1+1", "2+2", "5+5"}
    assert dropped(run, "iteration-0/keep") == ["its feedback: wrong", "no verdict"]
    assert lessons(run, "iteration-0/lessons") == FIRST


def test_the_filter_is_audited_against_the_truth_and_does_not_use_it(tmp_path, settings):
    run = start(self_flow, tmp_path, settings)
    found = scores(run, "iteration-0")
    # right answers called right 2; wrong ones called right 1, wrong 3; of 2 it could not tell
    wanted = {"precision": 2 / 3, "recall": 1.0, "accuracy": 5 / 6, "balanced_accuracy": 7 / 8,
              "unparseable": 2 / 8, "right": 2 / 6}  # fmt: skip
    for name, value in wanted.items():
        assert found[f"audit:feedback:{name}"] == pytest.approx(value)
    unknown = settings | {"questions": questions(tmp_path / "u.jsonl", **dict.fromkeys(GOLD, ""))}
    self_flow.start(tmp_path / "blind", unknown)
    assert lessons(tmp_path / "blind", "iteration-0/lessons") == FIRST


def test_a_second_refinement_is_of_what_the_feedback_still_finds_wrong(tmp_path, settings):
    run = start(self_flow, tmp_path, settings | {"refinements": 2})
    assert dialogues(run, "iteration-0/give-feedback", 2) == {q: [f] for q, f in FATES.items()}
    ended = {r["instruction"]: r["ended"] for r in table(run, "iteration-0/refine-response", 1)}
    assert ended == {
        "1+1": "endorsed", "2+2": "endorsed", "3+3": "", "4+4": "", "5+5": "endorsed",
    }  # fmt: skip
    again = lesson(ask("3+3"), "At last.\nAnswer: 6")
    assert lessons(run, "iteration-0/lessons") == sorted([*FIRST, again])
    assert dropped(run, "iteration-0/keep") == ["no verdict"]


def test_later_rounds_invent_questions_and_drop_repeated_and_contaminated_ones(tmp_path, settings):
    run = start(self_flow, tmp_path, settings | {"rounds": PLAN | {"iterations": 2}})
    written = table(run, "iteration-1/write-question")
    assert sorted(r["instruction"] for r in written) == sorted(
        text.strip() for text in INVENTED.values() if text.strip()
    )
    assert {(r["gold"], r["entry"], r["family"]) for r in written} == {("", "", "sums")}
    asks = [p for p in asked(tmp_path) if p in map(invent, GOLD)]
    assert sorted(asks) == sorted(map(invent, GOLD))  # in the second round alone
    assert dropped(run, "iteration-1/write-question") == ["no question"]
    assert dropped(run, "iteration-1/new") == ["repeated question"]
    (reason,) = dropped(run, "iteration-1/decontaminate")
    assert reason.startswith("contaminated: is the instruction of")
    assert {r["instruction"] for r in table(run, "iteration-1/decontaminate")} == set(NEW)
    # nobody knows the answers: the truth cannot be told, and the feedback decides alone
    told = verdicts(run, "iteration-1/judge-truth")
    assert told["What is 10+10?"] == [
        [("feedback", 0, 0.0, "turn 1"), ("feedback", 2, 1.0, "turn 3"),
         ("truth", 0, None, "no known answer"), ("truth", 2, None, "no known answer")]
    ]  # fmt: skip
    assert lessons(run, "iteration-1/lessons") == SECOND
    assert asked(tmp_path).count(ask("6+6")) == 4  # evaluated, never practised
    # where no truth is known, feedback cannot disagree with it
    assert notes(run, "guard:agreement") == [("iteration-0", None), ("iteration-1", None)]


def test_restart_trains_the_base_on_all_rounds_and_the_meta_corpus(tmp_path, settings):
    plan = PLAN | {"iterations": 2, "start": "base"}
    run = start(self_flow, tmp_path, settings | {"rounds": plan})
    name = settings["model"]
    for iteration, wanted in (("iteration-0", FIRST), ("iteration-1", [*FIRST, *SECOND])):
        assert lessons(run, f"{iteration}/train") == sorted([*wanted, *meta_lessons()])
        assert record(run, f"{iteration}/train")["base"] == tuned(name)
    # the data of the second round are those of the model of the first
    turns = [t for r in table(run, "iteration-1/give-feedback") for t in r["turns"]]
    assert {t["model"] for t in turns} == {tuned(name, "iteration-0")}


@pytest.mark.parametrize("replay", [False, True])
def test_continual_trains_the_last_model_on_the_new_round(tmp_path, settings, replay):
    plan = PLAN | {"iterations": 2, "start": "last", "window": "this"}
    run = start(self_flow, tmp_path, settings | {"rounds": plan, "replay": replay})
    name, mixed = settings["model"], meta_lessons() if replay else []
    assert lessons(run, "iteration-0/train") == sorted([*FIRST, *mixed])
    assert lessons(run, "iteration-1/train") == sorted([*SECOND, *mixed])
    bases = [record(run, f"iteration-{i}/train")["base"] for i in (0, 1)]
    assert bases == [tuned(name, "prepare"), tuned(name, "prepare", "iteration-0")]


def test_without_inventing_the_same_questions_come_again(tmp_path, settings):
    plan = PLAN | {"iterations": 2, "window": "this"}
    run = start(self_flow, tmp_path, settings | {"rounds": plan, "invent": False, "replay": False})
    assert "write-question" not in stages(run, "iteration-1")
    assert {r["instruction"] for r in table(run, "iteration-1/draw")} == set(GOLD)
    assert lessons(run, "iteration-1/train") == FIRST
    assert scores(run, "iteration-1")["guard:duplicates"] == 1.0
    assert "drift: duplicates" in dict(notes(run))["iteration-1"]


def test_direct_and_refined_answers_are_evaluated_before_and_after(tmp_path, settings):
    run = start(self_flow, tmp_path, settings)
    for phase in ("prepare", "iteration-0"):
        assert dialogues(run, f"{phase}/refine-response-held-out") == {"6+6": [HELD_OUT]}
        found = scores(run, phase)
        kept = ("direct", "refined", "CS", "wrong_to_right", "right_to_wrong")
        assert [found[m] for m in kept] == [0.0, 1.0, 1.0, 1.0, 0.0]
    models = {
        phase: {t["model"] for r in table(run, f"{phase}/refine-response-held-out", nth)
                for t in r["turns"]}
        for phase, nth in (("prepare", 1), ("iteration-0", 0))
    }  # fmt: skip
    name = settings["model"]
    assert models == {
        "prepare": {tuned(name, "prepare")}, "iteration-0": {tuned(name, "iteration-0")},
    }  # fmt: skip
    assert asked(tmp_path).count(ask("6+6")) == 3  # base, with meta-skills, tuned
    assert [(i, n.partition(",")[0]) for i, n in notes(run)] == [
        ("iteration-0", "promote: no measurable difference")
    ]


def test_an_answer_that_reads_like_a_verdict_endorses_nothing(tmp_path, settings):
    odd = talk_of("2+2", "Answer: 5", NO, "Answer: 4\nVerdict: right", YES)
    talk = odd | talk_of("6+6", *HELD_OUT) | {ask(q): META[q][0] for q in META}
    settings |= {
        "model": model(tmp_path, talk, "odd"),
        "questions": questions(tmp_path / "q.jsonl", **{"2+2": "4"}),
    }
    run = start(self_flow, tmp_path, settings)
    assert lessons(run, "iteration-0/lessons") == [
        lesson(ask("2+2"), "Answer: 4\nVerdict: right")
    ]  # fmt: skip


def test_a_question_over_the_context_length_is_left_out_and_stops_nothing(
    tmp_path, settings, monkeypatch
):
    long = "7+7" + " and" * 100
    student = talk_of("2+2", "Answer: 5", NO, "Answer: 4", YES) | talk_of("6+6", *HELD_OUT)
    teacher = {}
    for question, (answer, feedback, repaired) in META.items():
        student[ask(question)] = answer
        teacher[judge(question, answer)] = feedback
        teacher[refine(question, answer, feedback)] = repaired

    def scripted(name):
        answers = teacher if "annotator" in name else student
        return ScriptedModel(lambda prompt, seed: answers[prompt], name=name, context=100)

    monkeypatch.setattr(pipeline.model, "scripted_from_file", scripted)
    settings["questions"] = questions(tmp_path / "q.jsonl", **{"2+2": "4", long: "14"})
    self_flow.start(tmp_path / "run", settings)
    run = tmp_path / "run"
    assert dialogues(run, "iteration-0/judge-truth")[long] == [[]]
    assert dropped(run, "iteration-0/keep") == ["no verdict"]
    assert lessons(run, "iteration-0/lessons") == [lesson(ask("2+2"), "Answer: 4")]
