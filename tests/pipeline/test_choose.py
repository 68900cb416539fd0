"""Options are weighed by the model itself, whatever the batches."""

import math
from pathlib import Path

import pytest
import torch

from pipeline.decode import Decoder
from pipeline.engine import Choice
from pipeline.errors import InfrastructureError, ModelError, SettingError
from pipeline.model import Model, serve
from pipeline.pretrained import encode, load_model, load_tokenizer
from pipeline.scripted import ScriptedModel, scripted_from_file
from pipeline.transformers_engine import TransformersEngine

PROMPTS = ["a", "def f(x):", "hello there, you", "x = 1\n", "### Task\n", "été", "0123456789" * 3]
CHOICES = [
    Choice(prompt, options)
    for prompt in PROMPTS
    for options in (("A", "B"), ("1", "2", "3", "4", "5"), ("yes", "no", "yes, but", "n"))
]


@pytest.fixture(scope="module")
def engine(random_model: Path) -> TransformersEngine:
    return TransformersEngine(str(random_model), device="cpu", batch_size=8)


def weights(engine: TransformersEngine, choices: list[Choice]) -> list[list[float]]:
    found: dict[int, list[float]] = {}
    for batch in engine.choose(choices):
        assert not found.keys() & batch.keys()
        found |= batch
    return [found[index] for index in range(len(choices))]


def test_the_weights_are_those_of_the_model_over_each_whole_option(
    engine: TransformersEngine, random_model: Path
) -> None:
    model, tokenizer = load_model(str(random_model), "float32"), load_tokenizer(str(random_model))
    for choice, found in zip(CHOICES, weights(engine, CHOICES), strict=True):
        (prompt,) = encode(tokenizer, [choice.prompt])
        sums = []
        for option in choice.options:
            ids = tokenizer(option, add_special_tokens=False)["input_ids"]
            logits = model(torch.tensor([[*prompt, *ids]])).logits.log_softmax(-1)  # type: ignore
            places = range(len(prompt) - 1, len(prompt) + len(ids) - 1)
            sums.append(sum(logits[0, p, t].item() for p, t in zip(places, ids, strict=True)))
        expected = torch.tensor(sums, dtype=torch.float64).log_softmax(-1).tolist()
        assert found == pytest.approx(expected, abs=1e-4)
        assert sum(map(math.exp, found)) == pytest.approx(1)


def test_a_choice_is_the_same_alone_and_in_any_batch(engine: TransformersEngine) -> None:
    together = weights(engine, CHOICES)
    backwards = weights(engine, CHOICES[::-1])[::-1]
    alone = [weights(engine, [choice])[0] for choice in CHOICES]
    for one, other, third in zip(together, backwards, alone, strict=True):
        assert one == pytest.approx(other, abs=1e-5)
        assert one == pytest.approx(third, abs=1e-5)


def test_what_remains_after_the_first_batches_is_weighed_bit_by_bit_alike(
    engine: TransformersEngine,
) -> None:
    whole = list(engine.choose(CHOICES))
    assert len(whole) > 2
    done = whole[0].keys() | whole[1].keys()
    rest = [index for index in range(len(CHOICES)) if index not in done]
    again = list(engine.choose([CHOICES[index] for index in rest]))
    assert [{rest[i]: found for i, found in batch.items()} for batch in again] == whole[2:]


def test_options_of_one_token_cost_one_pass_over_the_prompt(
    engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    last_logprobs = Decoder.last_logprobs

    def counted(self: Decoder, sequences: list[list[int]], keep: int) -> torch.Tensor:
        read.append(len(sequences))
        return last_logprobs(self, sequences, keep)

    monkeypatch.setattr(Decoder, "last_logprobs", counted)
    weights(engine, [Choice("abc", ("1", "2", "3", "4", "5"))])
    assert read == [1]


def test_a_batch_too_big_for_the_device_is_read_in_parts_with_the_same_result(
    engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = weights(engine, CHOICES)
    last_logprobs = Decoder.last_logprobs
    most = 3

    def small(self: Decoder, sequences: list[list[int]], keep: int) -> torch.Tensor:
        if len(sequences) > most:
            raise torch.OutOfMemoryError("full")
        return last_logprobs(self, sequences, keep)

    monkeypatch.setattr(Decoder, "last_logprobs", small)
    for one, other in zip(weights(engine, CHOICES), expected, strict=True):
        assert one == pytest.approx(other, abs=1e-5)
    most = 0
    with pytest.raises(InfrastructureError, match="one sequence"):
        weights(engine, CHOICES)


def test_a_choice_over_the_context_has_no_weights_and_disturbs_nobody(
    engine: TransformersEngine,
) -> None:
    brim, over = Choice("x" * 62, ("ab", "c")), Choice("x" * 63, ("ab", "c"))
    first, fits, none = weights(engine, [CHOICES[0], brim, over])
    assert first == pytest.approx(weights(engine, CHOICES[:1])[0], abs=1e-5)
    assert len(fits) == 2
    assert none == []


def test_an_option_without_tokens_is_refused_and_no_choices_are_none(
    engine: TransformersEngine,
) -> None:
    with pytest.raises(SettingError, match="'' has no tokens"):
        weights(engine, [Choice("a", ("", "b"))])
    assert weights(engine, []) == []
    assert len(weights(engine, [Choice("", ("a", "b"))])[0]) == 2


def test_a_served_model_chooses_and_a_closed_engine_does_not(random_model: Path) -> None:
    with serve(Model(random_model)) as sampler:
        ((found,),) = (batch.values() for batch in sampler.choose([CHOICES[0]]))
    assert len(found) == 2
    engine = TransformersEngine(str(random_model), device="cpu")
    engine.close()
    with pytest.raises(RuntimeError, match="after close"):
        weights(engine, CHOICES)


def test_a_scripted_model_chooses_by_its_function_and_says_so_when_it_has_none() -> None:
    def answer(prompt: str, seed: int) -> str:
        return ""

    def longest(prompt: str, options: tuple[str, ...]) -> list[float]:
        return [0.0 if option == "never" else len(option) for option in options]

    choices = [Choice("a", ("x", "yyy")), Choice("a b c d", ("x", "never"))]
    model = ScriptedModel(answer, choose=longest, batch=1)
    with serve(model) as sampler:
        found = list(sampler.choose(choices))
    assert [math.exp(p) for p in found[0][0]] == pytest.approx([0.25, 0.75])
    assert [math.exp(p) for p in found[1][1]] == pytest.approx([1, 0])
    (short,) = ScriptedModel(answer, choose=longest, context=4).choose(choices)
    assert short[1] == []
    assert model.fingerprint != ScriptedModel(answer).fingerprint
    assert list(model.tuned(Path("a/b")).choose(choices[:1])) == found[:1]
    with pytest.raises(ModelError, match="choose=weights"):
        list(ScriptedModel(answer).choose(choices))
    with pytest.raises(ModelError, match="1 weights for the 2 options"):
        list(ScriptedModel(answer, choose=lambda *_: [1.0]).choose(choices))


def test_a_scripted_file_that_does_not_run_is_a_plain_message(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def answer(prompt, seed:\n")
    with pytest.raises(ModelError, match=r"broken\.py does not run: SyntaxError"):
        scripted_from_file(f"{tmp_path}/broken.py:answer")
