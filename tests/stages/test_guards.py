import math
import random

import pytest
from dialogues import dialogue, in_a_run, scores

from data.kinds import Chat, Generated, Graded, HeldOut, Problem
from data.sources import records
from data.turns import Dialogue, Pair
from pipeline.errors import ContractError, SettingError, UserError
from pipeline.load import load
from stages.guards import Guards, watch
from stages.keep import keep

WORDS = [f"w{i}" for i in range(400)]


def answers(seed, count=40, words=20, known=WORDS):
    draw = random.Random(seed)
    return [" ".join(draw.choices(known, k=words)) for _ in range(count)]


def chats(texts, name, asked="question {}"):
    rows = [
        {
            "messages": [
                {"role": "user", "content": asked.format(n), "train": False},
                {"role": "assistant", "content": text, "train": True},
            ],
            "weight": 1.0,
            "id": f"{name}{n}",
        }
        for n, text in enumerate(texts)
    ]
    return load(records(rows), Chat, name)


def watched(tmp_path, *iterations, guards=None, held_out=()):
    """What tripped in each iteration, and the scores."""
    tripped = []

    def body(run):
        secret = load(records([{"instruction": text} for text in held_out]), Problem, "held")
        kept = []
        for n in run.iterations(len(iterations)):
            kept.append(chats(iterations[n], f"rows{n}"))
            tripped.append(watch(kept, guards or Guards(), secret if held_out else None))

    return tripped, scores(in_a_run(tmp_path / "run", body))


def test_a_loop_that_does_not_drift_trips_nothing_and_is_measured(tmp_path):
    tripped, found = watched(tmp_path, *(answers(n) for n in range(3)), held_out=["What is " * 5])
    assert tripped == [[], [], []]
    names = {metric for iteration, metric in found if iteration == "iteration-2"}
    assert names == {
        "guard:diversity", "guard:length", "guard:duplicates", "guard:contamination"
    }  # fmt: skip
    assert found["iteration-1", "guard:diversity"]["value"] > 0.95
    assert found["iteration-1", "guard:duplicates"]["value"] == 0.0
    assert found["iteration-1", "guard:length"]["problems"] == 40


def test_a_collapsed_generator_is_named_by_its_diversity(tmp_path):
    tripped, found = watched(tmp_path, answers(0), ["all the same " * 8] * 40)
    (said,) = [t for t in tripped[1] if t.startswith("diversity")]
    assert "times the first iteration's" in said
    assert found["iteration-1", "guard:diversity"]["note"] == said


def test_diversity_is_compared_on_as_many_rows(tmp_path):
    few, many = answers(0, 10, known=WORDS[:12]), answers(1, 400, known=WORDS[:12])
    tripped, found = watched(tmp_path, few, many)
    assert tripped == [[], []]
    assert found["iteration-1", "guard:diversity"]["value"] > 0.9


@pytest.mark.parametrize(("words", "factor"), [(50, "2.5"), (7, "0.3")])
def test_answers_that_swell_or_shrink_are_named_by_their_length(tmp_path, words, factor):
    (_, second), _ = watched(tmp_path, answers(0), answers(1, words=words))
    (said,) = second
    assert said.startswith("length: ")
    assert factor in said
    assert "times the first iteration's" in said


def test_rows_of_any_earlier_iteration_are_named_as_duplicates(tmp_path):
    old = answers(0)
    again = old[:30] + answers(2)[:10]
    (_, _, third), found = watched(tmp_path, old, answers(1), again)
    assert third == ["duplicates: 75% of the rows are earlier iterations'"]
    assert found["iteration-2", "guard:duplicates"]["value"] == 0.75


def test_one_held_out_text_among_the_rows_trips(tmp_path):
    secret = "How many sheep are left when all but nine run away?"
    leaked = [*answers(1)[:39], f"The question\n{secret.upper()}\nis easy"]
    (first, second), found = watched(tmp_path, answers(0), leaked, held_out=[secret])
    assert first == []
    assert second == ["contamination: 2.5% of the rows hold a held-out text"]
    assert found["iteration-1", "guard:contamination"]["value"] == 0.025


def test_a_short_held_out_question_counts_only_as_a_line_of_its_own(tmp_path):
    def body(run):
        held_out = load(records([{"instruction": t} for t in ("question 1", "7")]), Problem, "held")
        texts = ["as question 1 says, 7"] * 4
        asked = "Think of question 1:\n question {} \n\nEnd with an answer."
        assert watch([chats(texts, "rows", asked)], Guards(), held_out) == [
            "contamination: 25.0% of the rows hold a held-out text"
        ]

    in_a_run(tmp_path / "run", body)


def test_a_held_out_problem_without_a_solution_is_in_no_row(tmp_path):
    def body(run):
        row = {"instruction": "What is it?", "tests": "", "solution": " ", "entry_point": None}
        rows = chats(answers(0), "rows", "question {}\n\nEnd with an answer.")
        assert watch([rows], Guards(), load(records([row]), HeldOut, "held")) == []

    in_a_run(tmp_path / "run", body)


def test_a_first_iteration_without_rows_bounds_no_length(tmp_path):
    def body(run):
        none = keep(chats(answers(0), "first"), lambda row: "nothing is good enough")
        assert watch([none, chats(answers(1), "second")]) == []

    in_a_run(tmp_path / "run", body)


def test_a_guard_without_a_bound_measures_and_never_trips(tmp_path):
    off = Guards(diversity=None, length=None, duplicates=None, contamination=None)
    swollen = ["the same " * 90] * 40
    tripped, found = watched(
        tmp_path, answers(0), swollen, swollen, guards=off, held_out=["the same the same the same"]
    )
    assert tripped == [[], [], []]
    assert found["iteration-2", "guard:contamination"]["value"] == 1.0


def judged(scores_of_judge, name):
    rows = [
        dialogue(f"{name}{n}", "1", truth={0: float(n % 2)}, feedback={0: score})
        for n, score in enumerate(scores_of_judge)
    ]
    return load(records(rows), Dialogue, name)


def test_a_judge_that_parts_from_the_truth_is_named(tmp_path):
    tripped = []

    def body(run):
        tables = []
        # right on all; wrong on 2 of 8; cannot tell any more
        for n, said in enumerate(([0.0, 1.0] * 4, [0.0, 1.0] * 3 + [1.0, 0.0], [None] * 8)):
            run.enter(f"iteration-{n}")
            tables.append(judged(said, f"judged{n}"))
            tripped.append(watch(tables, Guards(), judged=tables))

    found = scores(in_a_run(tmp_path / "run", body))
    assert tripped[0] == []
    assert tripped[1] == [
        "agreement: feedback agrees with the truth on 75%, 0.75 times the first iteration's"
    ]
    assert tripped[2][0].startswith("agreement: feedback")
    assert found["iteration-1", "guard:agreement"]["value"] == 0.75


def test_a_judge_with_its_version_is_watched_and_a_tie_decides_nothing(tmp_path):
    def body(run):
        tables = [judged([0.0, 1.0, 0.5, 0.5], "judged"), judged([1.0, 0.0, 1.0, 0.0], "turned")]
        watch(tables[:1], judged=tables[:1], judge="feedback@1", truth="truth@1")
        run.enter("iteration-1")
        assert watch(tables, judged=tables, judge="feedback@1") == [
            "agreement: feedback@1 agrees with the truth on 0%, 0 times the first iteration's"
        ]

    found = scores(in_a_run(tmp_path / "run", body))
    assert found["prepare", "guard:agreement"]["value"] == 1.0


def test_a_judge_that_judged_nothing_is_not_taken_for_one_that_agrees(tmp_path):
    def body(run):
        tables = [judged([0.0, 1.0], "judged")]
        watch(tables, Guards(), judged=tables, judge="rubric")

    with pytest.raises(ContractError, match=r"'rubric'.*there is feedback, truth\. .*judge=\.\.\."):
        in_a_run(tmp_path / "run", body)


def test_where_no_truth_is_known_a_judge_is_not_blamed(tmp_path):
    unknown = [dialogue(f"u{n}", "1", truth={0: None}, feedback={0: 1.0}) for n in range(4)]

    def body(run):
        tables = [judged([0.0, 1.0] * 4, "known"), load(records(unknown), Dialogue, "unknown")]
        assert watch(tables, Guards(), judged=tables) == []

    found = scores(in_a_run(tmp_path / "run", body))
    assert math.isnan(found["prepare", "guard:agreement"]["value"])


@pytest.mark.parametrize("bound", ["diversity", "duplicates", "contamination", "agreement"])
def test_a_bound_that_can_be_no_share_is_refused(bound):
    with pytest.raises(SettingError, match=rf"{bound} is -0\.1, wanted 0 to 1"):
        Guards(**{bound: -0.1})
    with pytest.raises(SettingError, match=f"{bound} is 50, wanted 0 to 1"):
        Guards(**{bound: 50})
    with pytest.raises(SettingError, match=r"length is 0\.5, wanted at least 1"):
        Guards(length=0.5)


def test_pairs_dialogues_and_plain_answers_are_watched_too(tmp_path):
    asked = {"role": "user", "content": "q", "train": False}
    pair = {"prompt": [asked], "chosen": "abcd", "rejected": "abcdefgh", "weight": 1.0}
    plain = {
        "prompt": "q", "completion": "abcd", "finish": "stop", "tokens": 1, "logprob": None,
        "sample": 0, "model": "m",
    }  # fmt: skip

    def body(run):
        tables = [
            load(records([pair]), Pair, "pairs"),
            load(records([dialogue("q", "first", "abcd", "? right")]), Dialogue, "dialogues"),
            load(records([plain]), Generated, "plain"),
        ]
        for table in tables:
            run.enter(table.folder.name[2:])
            watch([table])

    found = scores(in_a_run(tmp_path / "run", body))
    assert {row["value"] for (_, m), row in found.items() if m == "guard:length"} == {4.0}


def test_a_table_without_answers_is_refused(tmp_path):
    row = {"problem": "p", "model": "m", "correct": 1, "samples": 1}
    with pytest.raises(ContractError, match="Chat, Pair, Dialogue"):
        in_a_run(tmp_path / "a", lambda run: watch([load(records([row]), Graded)]))
    with pytest.raises(UserError, match="no table"):
        in_a_run(tmp_path / "b", lambda run: watch([]))
