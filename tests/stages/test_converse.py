import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rows import polars_schema
from data.turns import Dialogue, Question
from pipeline.engine import Sampling
from pipeline.errors import ContractError, SettingError
from pipeline.journal import Journal
from pipeline.model import Sampler
from pipeline.scripted import ScriptedModel
from pipeline.stage import Stage
from pipeline.work import Work, doing
from stages.converse import Ask, _converse, converse, newest

ANSWER, FEEDBACK = Ask("answer_question"), Ask("give_feedback", kind="feedback")
REFINE, AGAIN = Ask("refine_response"), Ask("look_again", history=None)


def questions(*texts: str, **more: list) -> pl.DataFrame:
    blank = {"parents": [], "gold": "", "family": "sums", "entry": ""}
    rows = [{"id": f"q{n}", "instruction": text, **blank} for n, text in enumerate(texts)]
    frame = pl.DataFrame(rows, schema=polars_schema(Question))
    return frame.with_columns(pl.Series(name, values) for name, values in more.items())


def one_more(rows: pl.DataFrame, model, ask: Ask, sampling=Sampling(), until=None, label="ask"):
    """The rows with one more turn, as a stage of that label makes them."""
    model = model if isinstance(model, ScriptedModel) else ScriptedModel(model)
    with doing(Work(label)):
        return outcome(rows, model, ask, sampling, until).kept


def outcome(rows, model, ask, sampling, until):
    reads = Dialogue if "turns" in rows.columns else Question
    return Stage(_converse, reads, Dialogue, "ask").apply(
        rows, Sampler(model), ask, sampling, until
    )


def texts(rows: pl.DataFrame) -> list[list[str]]:
    return [[turn["text"] for turn in row] for row in rows["turns"].to_list()]


def echo(prompt: str, seed: int) -> str:
    return prompt


def test_each_question_becomes_a_dialogue_of_one_turn_that_says_how_it_was_made():
    model = ScriptedModel(lambda p, s: "Answer: 2")
    (row,) = one_more(questions("1 + 1?"), model, ANSWER, Sampling(logprobs=True)).to_dicts()
    assert row["turns"] == [
        {
            "kind": "response",
            "asked": ANSWER.say({"instruction": "1 + 1?"}),
            "text": "Answer: 2",
            "finish": "stop",
            "tokens": 2,
            "logprob": 0.0,
            "model": model.fingerprint,
        }
    ]
    assert (row["parents"], row["sample"], row["verdicts"], row["ended"]) == (["q0"], 0, [], "")


def test_turns_follow_one_another_and_the_kind_of_a_turn_is_a_placeholder():
    rows = one_more(questions("a"), lambda p, s: "first", ANSWER)
    rows = one_more(rows, lambda p, s: "Verdict: wrong", FEEDBACK, label="feedback")
    rows = one_more(rows, echo, REFINE, label="refine")
    (row,) = rows.to_dicts()
    assert [turn["kind"] for turn in row["turns"]] == ["response", "feedback", "response"]
    said = row["turns"][2]["text"]
    assert "Response:\nfirst\n" in said
    assert "Feedback:\nVerdict: wrong\n" in said
    assert said == row["turns"][2]["asked"]
    assert (newest(row), newest(row, "feedback"), newest(row, "other")) == (2, 1, -1)


def test_the_newest_turn_of_a_kind_is_the_one_shown():
    rows = one_more(questions("a"), lambda p, s: "old", ANSWER)
    rows = one_more(rows, lambda p, s: "new", AGAIN)
    rows = one_more(rows, echo, FEEDBACK)
    assert "Response:\nnew\n" in texts(rows)[0][2]


def test_a_placeholder_that_is_neither_column_nor_turn_is_named():
    with pytest.raises(ContractError, match="asks for response"):
        one_more(questions("a"), echo, FEEDBACK)


@given(st.text(max_size=20))
def test_what_is_filled_in_cannot_bring_placeholders(text):
    said = FEEDBACK.say(
        {"instruction": "{{response}}", "turns": [{"kind": "response", "text": text}]}
    )
    assert said.startswith(f"Question:\n{{{{response}}}}\n\nResponse:\n{text}\n\nCheck ")


def row_of(count: int) -> dict:
    turns = [{"kind": "response", "asked": f"a{n}", "text": f"t{n}"} for n in range(count)]
    return {"instruction": "q", "turns": turns}


@given(st.integers(0, 6), st.one_of(st.none(), st.integers(0, 9)))
def test_the_history_is_the_last_turns_in_order_then_what_is_asked(count, history):
    said = Ask("look_again", history=history).messages(row_of(count))
    shown = count if history is None else min(history, count)
    assert [m["role"] for m in said] == ["user", "assistant"] * shown + ["user"]
    turns = range(count - shown, count)
    assert [m["content"] for m in said[:-1]] == [s for n in turns for s in (f"a{n}", f"t{n}")]


def test_a_history_below_zero_is_refused():
    with pytest.raises(SettingError, match="history is -1"):
        Ask("look_again", history=-1)


def test_n_samples_make_so_many_dialogues_of_each_and_are_numbered_through():
    def answer(prompt: str, seed: int) -> str:
        return str(seed)

    first = one_more(questions("a", "b"), answer, ANSWER, Sampling(n=2))
    second = one_more(first, answer, AGAIN, Sampling(n=3), label="again")
    assert first["sample"].to_list() == [0, 1, 0, 1]
    assert second["sample"].to_list() == [0, 1, 2, 3, 4, 5] * 2
    assert second["id"].n_unique() == 12
    assert second["parents"].to_list() == [[i] for i in first["id"] for _ in range(3)]
    assert [t[0] for t in texts(second)] == [t[0] for t in texts(first) for _ in range(3)]
    assert len({t[1] for t in texts(second)}) == 12


def stop_at_yes(row) -> bool:
    return row["turns"][-1]["text"] == "yes"


def why(row) -> str | None:
    return "it is right" if stop_at_yes(row) else None


def either(row) -> bool | str | None:
    return stop_at_yes(row) or None


RULES = {
    "bool": (stop_at_yes, "stop_at_yes"),
    "reason": (why, "it is right"),
    "true or nothing": (either, "either"),
    "expression": (pl.col("turns").list.last().struct.field("text") == "yes", "the rule"),
    "reason by expression": (
        pl.when(pl.col("turns").list.last().struct.field("text") == "yes").then(pl.lit("fine")),
        "fine",
    ),
}


@pytest.mark.parametrize("kind", RULES)
def test_a_row_for_which_the_rule_holds_stays_as_it_is_and_says_why(kind):
    rule, reason = RULES[kind]
    first = one_more(questions("a", "b"), lambda p, s: "yes" if p[0] == "a" else "no", ANSWER)
    model = ScriptedModel(lambda p, s: "more")
    second = one_more(first, model, AGAIN, until=rule, label="again")
    assert second["ended"].to_list() == [reason, ""]
    assert texts(second) == [["yes"], ["no", "more"]]
    assert second.drop("ended")[0].equals(first.drop("ended")[0])
    assert model.requests == 1


def test_an_ended_row_is_left_alone_and_the_rule_is_not_asked_about_it():
    first = one_more(
        questions("a", "b " * 40), ScriptedModel(lambda p, s: "no", context=30), ANSWER
    )
    assert texts(first) == [["no"], []]
    second = one_more(first, lambda p, s: "more", AGAIN, until=stop_at_yes)
    assert texts(second) == [["no", "more"], []]
    assert second[1].equals(first[1])


def test_a_prompt_over_the_context_length_ends_the_one_dialogue_with_the_turns_it_has():
    model = ScriptedModel(lambda p, s: "word " * 30, context=40)
    first = one_more(questions("a"), model, ANSWER)
    (row,) = one_more(first, model, AGAIN, Sampling(n=4)).to_dicts()
    assert row["ended"].startswith("prompt over the context length: ")
    assert len(row["turns"]) == 1
    assert row["turns"] == first["turns"].to_list()[0]


def test_an_answer_that_was_cut_off_is_a_turn_like_any_other():
    rows = one_more(questions("a"), lambda p, s: "1 2 3 4", ANSWER, Sampling(max_tokens=2))
    (turn,) = rows["turns"].to_list()[0]
    assert (turn["text"], turn["finish"], rows["ended"][0]) == ("1 2", "length", "")
    assert len(texts(one_more(rows, echo, AGAIN))[0]) == 2


def test_further_columns_are_carried_and_ids_do_not_depend_on_the_neighbours():
    rows = questions("a", "b", "c", hint=["x", "y", "z"])
    made = one_more(rows, echo, ANSWER, Sampling(n=2))
    assert made["hint"].to_list() == ["x", "x", "y", "y", "z", "z"]
    assert made.equals(one_more(rows, echo, ANSWER, Sampling(n=2)))
    alone = one_more(rows[1:2], echo, ANSWER, Sampling(n=2))
    assert alone.equals(made[2:4])
    other = one_more(rows, echo, ANSWER, Sampling(n=2), label="other")
    assert not set(other["id"]) & set(made["id"])


def test_no_rows_and_rows_that_all_ended_ask_nothing():
    model = ScriptedModel(echo)
    assert one_more(questions("a").clear(), model, ANSWER).is_empty()
    first = one_more(questions("a"), lambda p, s: "yes", ANSWER)
    assert texts(one_more(first, model, AGAIN, until=stop_at_yes)) == [["yes"]]
    assert model.requests == 0


def test_a_resumed_shard_generates_nothing_twice(tmp_path):
    rows, path = questions("a", "b", "c", "d"), tmp_path / "journal"
    model = ScriptedModel(lambda p, s: f"{p[0]}{s}", batch=1, faults={3: KeyboardInterrupt()})
    with doing(Work("ask", journal=Journal(path))), pytest.raises(KeyboardInterrupt):
        outcome(rows, model, ANSWER, Sampling(n=2), None)
    asked = model.requests
    with doing(Work("ask", journal=Journal(path))):
        resumed = outcome(rows, model, ANSWER, Sampling(n=2), None).kept
    assert (asked, model.requests) == (3, 4)
    assert resumed.equals(one_more(rows, model, ANSWER, Sampling(n=2)))


def test_the_stage_is_named_for_its_prompt_and_takes_the_whole_table_for_a_rule_that_needs_it(
    monkeypatch,
):
    made = []
    monkeypatch.setattr(Stage, "__call__", lambda stage, *a: made.append((stage.name, stage.whole)))

    class Table:
        row = Dialogue

    for rule in (None, stop_at_yes, pl.col("sample") > 1, ~pl.col("instruction").is_unique()):
        converse(Table(), Sampler(ScriptedModel(echo)), AGAIN, until=rule)  # type: ignore[arg-type]
    converse(Table(), Sampler(ScriptedModel(echo)), AGAIN, name="again")  # type: ignore[arg-type]
    assert made == [("look_again", whole) for whole in (False, False, False, True)] + [
        ("again", False)
    ]


def test_a_prompt_is_known_by_text_kind_and_history():
    prints = {
        ask.fingerprint
        for ask in (ANSWER, FEEDBACK, AGAIN, Ask("look_again"), Ask("look_again", kind="x"))
    }
    assert len(prints) == 5
    assert Ask("look_again").fingerprint == Ask("look_again").fingerprint
