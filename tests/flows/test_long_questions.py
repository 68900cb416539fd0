"""A question that does not fit the model's context is left out, and stops no loop."""

import by_table as by
import pytest

import pipeline.model
from flows.evolve import evolve
from flows.rise import rise
from flows.scl import scl
from flows.self import self as self_flow
from pipeline.scripted import ScriptedModel

LONG = "7+7" + " and" * 100
TRAINED = {rise: "chats", scl: "prefer", evolve: "prefer", self_flow: "lessons"}


def answer(prompt, seed):
    """Feedback finds all wrong but a repaired answer; the others get better when asked again."""
    if "Verdict:" in prompt and "Feedback:" not in prompt:
        return "Verdict: right" if "Answer: 4" in prompt else "Verdict: wrong"
    tried = "Answer: 5" in prompt or seed % 2
    return "Answer: 4" if tried else "Answer: 5"


@pytest.mark.parametrize("flow", TRAINED, ids=lambda flow: flow.name)
def test_a_question_over_the_context_length_is_left_out_and_stops_nothing(
    tmp_path, monkeypatch, flow
):
    def scripted(name):
        return ScriptedModel(answer, name=name, context=100)

    monkeypatch.setattr(pipeline.model, "scripted_from_file", scripted)
    short = {f"{n}+{4 - n}": "4" for n in range(5)}
    settings = {
        "model": "scripted:model",
        "questions": by.questions(tmp_path / "q.jsonl", **short, **{LONG: "14"}),
        "held_out": by.questions(tmp_path / "h.jsonl", **{"2+2+0": "4", LONG + " then": "14"}),
        "rounds": {"iterations": 1},
    }
    if flow is self_flow:
        meta = by.questions(tmp_path / "m.jsonl", **{"3+1+0": "4", LONG + " yet": "14"})
        settings |= {"annotator": "scripted:annotator", "meta": meta}
    flow.start(tmp_path / "run", settings)
    found = by.dialogues(tmp_path / "run", "iteration-0/judge-truth")
    assert [turns for turns in found[LONG] if turns] == []
    trained = by.table(tmp_path / "run", f"iteration-0/{TRAINED[flow]}")
    assert trained
    assert LONG not in str(trained)
