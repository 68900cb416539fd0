import polars as pl
import pytest
from dialogues import in_a_run, scores

from data.sources import records
from data.turns import Question
from pipeline.engine import Sampling
from pipeline.load import load
from pipeline.scripted import ScriptedModel
from stages.converse import Ask
from stages.examine import examine

ASKS = (Ask("answer_question"), Ask("look_again", history=None))
QUESTIONS = [
    {"id": q, "instruction": q, "gold": "4", "family": "sums", "entry": ""}
    for q in ("2 + 2", "1 + 3")
]


def answer(prompt: str, seed: int) -> str:
    """Right at first about one question, right at last about both."""
    right = prompt.startswith("2 + 2") or "Look at the response again" in prompt
    return f"Answer: {4 if right else 5}"


def examined(folder, asks, sampling=Sampling(), later=None, model=None):
    tables = []

    def body(run) -> None:
        model_ = model or ScriptedModel(answer)
        tables.append(examine(model_, load(records(QUESTIONS), Question), asks, sampling, later))

    run = in_a_run(folder / "run", body)
    found = {metric: row["value"] for (_, metric), row in scores(run).items()}
    return tables[0].frame(), found, run


def test_the_turns_are_asked_in_order_judged_and_counted(tmp_path):
    table, found, _ = examined(tmp_path, ASKS)
    counts = pl.sum("samples", "first_right", "last_right", "fixed", "broken")
    assert table.select(counts).row(0) == (2, 1, 2, 1, 0)
    assert (found["direct"], found["refined"], found["wrong_to_right"]) == (0.5, 1.0, 0.5)
    assert "majority" not in found


def test_one_turn_gives_its_accuracy_alone(tmp_path):
    _, found, _ = examined(tmp_path, ASKS[:1])
    assert found == {"direct": 0.5}


@pytest.mark.parametrize("kind", ["response", "second look"])
def test_more_than_two_answers_of_any_kind_are_voted_on_too(tmp_path, kind):
    again = Ask("look_again", kind=kind, history=None)
    _, found, _ = examined(tmp_path, (ASKS[0], again, again))
    assert (found["majority"], found["oracle"], found["refined"]) == (1.0, 1.0, 1.0)


def test_the_first_turn_is_drawn_n_times_and_each_is_gone_on_with_once(tmp_path):
    seen: list[tuple[bool, int]] = []

    def watched(prompt: str, seed: int) -> str:
        seen.append(("Look at the response again" in prompt, seed))
        return answer(prompt, seed)

    sampling = Sampling(n=3, temperature=0.5)
    table, _, _ = examined(tmp_path, ASKS, sampling, model=ScriptedModel(watched))
    assert table["samples"].to_list() == [3, 3]
    assert [sum(again is which for again, _ in seen) for which in (False, True)] == [6, 6]


def test_later_turns_may_be_sampled_otherwise_but_once_each(tmp_path):
    cut = Sampling(n=5, max_tokens=1)
    table, found, _ = examined(tmp_path, ASKS, Sampling(n=2), later=cut)
    assert table["samples"].to_list() == [2, 2]
    assert found["refined"] == 0.0  # "Answer:" was all that was said


def test_a_question_over_the_context_length_counts_as_wrong(tmp_path):
    model = ScriptedModel(answer, context=3)
    table, found, _ = examined(tmp_path, ASKS, model=model)
    assert found["direct"] == 0.0
    assert table["samples"].to_list() == [1, 1]
