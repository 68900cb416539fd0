import polars as pl
import pytest

from data.kinds import Generated, Problem
from pipeline.engine import Sampling
from pipeline.errors import ContractError
from pipeline.journal import Journal
from pipeline.model import Sampler
from pipeline.scripted import ScriptedModel
from pipeline.work import Work, doing
from stages.generate import Prompt, Rejected, _generate


class Number(Problem, Generated):
    number: int


def parse(text: str) -> dict[str, int]:
    if text == "none":
        raise Rejected("no number")
    return {"number": int(text)}


@pytest.fixture
def ask(tmp_path):
    (tmp_path / "ask.md").write_text("{{instruction}} =")

    def make(**changes):
        return Prompt("ask", Problem, Number, parse, path=tmp_path / "ask.md", **changes)

    return make


def problems(*texts: str) -> pl.DataFrame:
    ids = [f"p{i}" for i in range(len(texts))]
    return pl.DataFrame({"id": ids, "parents": [[]] * len(ids), "instruction": texts})


def asked(rows, prompt, answer, sampling=Sampling(), **model) -> pl.DataFrame:
    return _generate(rows, Sampler(ScriptedModel(answer, **model)), prompt, sampling)


def test_each_row_gets_n_answers_with_their_prompt_sample_and_parent(ask):
    made = asked(problems("1", "2"), ask(), lambda p, s: p[0], Sampling(n=3))
    assert made["number"].to_list() == [1, 1, 1, 2, 2, 2]
    assert made["sample"].to_list() == [0, 1, 2, 0, 1, 2]
    assert made["parents"].to_list() == [["p0"]] * 3 + [["p1"]] * 3
    assert made["prompt"][0] == "1 ="
    assert made["id"].n_unique() == 6


def test_samples_differ_by_seed_and_repeat_with_it(ask):
    def answer(prompt: str, seed: int) -> str:
        return str(seed % 1000)

    first = asked(problems("1"), ask(), answer, Sampling(n=8))
    assert first["number"].n_unique() > 1
    assert first.equals(asked(problems("1"), ask(), answer, Sampling(n=8)))


def test_what_the_parser_rejects_is_dropped_with_its_reason_and_its_answer(ask):
    made = asked(problems("1", "2"), ask(), lambda p, s: "none" if p[0] == "1" else "7")
    assert made["dropped"].to_list() == ["no number", None]
    assert made["completion"].to_list() == ["none", "7"]


def test_a_parser_that_breaks_on_an_answer_fails_that_answer_alone(ask):
    made = asked(problems("1", "2"), ask(), lambda p, s: "x" if p[0] == "1" else "7")
    assert made["dropped"][0].startswith("failed parsing: ValueError")
    assert made["number"].to_list() == [None, 7]


def test_a_prompt_over_the_context_is_dropped_without_touching_its_neighbours(ask):
    rows = problems("1", "2 " * 50)
    made = asked(rows, ask(), lambda p, s: "7", context=20)
    assert made["number"].to_list() == [7, None]
    assert made["dropped"][1] == "prompt over the context length: 52 tokens"


def test_answers_that_do_not_end_are_dropped_unless_they_may_be_cut(ask):
    def long(prompt: str, seed: int) -> str:
        return "1 " * 99

    made = asked(problems("1"), ask(), long, Sampling(max_tokens=5))
    assert made["dropped"][0] == "cut off: no end after 5 tokens"


def test_nothing_parsed_still_gives_a_table_of_dropped_rows(ask):
    made = asked(problems("1"), ask(), lambda p, s: "none")
    assert made.filter(pl.col("dropped").is_null()).is_empty()


def test_a_placeholder_that_is_no_column_is_named(ask):
    rows = problems("1").rename({"instruction": "task"})
    with pytest.raises(ContractError, match="asks for instruction"):
        asked(rows, ask(), lambda p, s: "1")


def test_a_parser_may_give_only_declared_columns(tmp_path):
    (tmp_path / "ask.md").write_text("{{instruction}}")
    prompt = Prompt("ask", Problem, Number, lambda t: {"nmuber": 1}, path=tmp_path / "ask.md")
    with pytest.raises(ContractError, match="gives nmuber, which Number does not declare"):
        asked(problems("1"), prompt, lambda p, s: "1")


def test_examples_are_shown_with_their_answers(ask):
    prompt = ask(examples=[({"instruction": "0"}, " 0\n")], shots=1)
    made = asked(problems("1"), prompt, lambda p, s: str(p.count("=")))
    assert made["prompt"][0] == "0 = 0\n\n1 ="


def test_a_resumed_shard_asks_only_what_the_journal_does_not_answer(ask, tmp_path):
    rows = problems("1", "2", "3", "4")
    path = tmp_path / "journal"
    model = ScriptedModel(lambda p, s: p[0], batch=1, faults={2: KeyboardInterrupt()})
    with doing(Work("w", journal=Journal(path))), pytest.raises(KeyboardInterrupt):
        _generate(rows, Sampler(model), ask(), Sampling())
    model.requests = 0
    with doing(Work("w", journal=Journal(path))):
        made = _generate(rows, Sampler(model), ask(), Sampling())
    assert model.requests == 2
    assert made["number"].to_list() == [1, 2, 3, 4]


def test_another_model_or_sampling_is_not_answered_from_the_journal(ask):
    rows, journal = problems("1"), Journal()
    for name, sampling in (("a", Sampling()), ("b", Sampling()), ("b", Sampling(temperature=0.5))):
        model = ScriptedModel(lambda p, s: "1", name=name)
        with doing(Work("w", journal=journal)):
            _generate(rows, Sampler(model), ask(), sampling)
        assert model.requests == 1
