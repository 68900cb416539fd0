"""The engine answers as its interface promises, whatever the batches."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from pipeline.decode import Decoder, draw
from pipeline.engine import Completion, Request, Sampling
from pipeline.errors import InfrastructureError, ModelError
from pipeline.pretrained import encode, load_model, load_tokenizer
from pipeline.transformers_engine import TransformersEngine, batches

PROMPTS = ["a", "def f(x):", "hello there, you", "x = 1\n", "### Task\n", "été", "0123456789" * 3]


@pytest.fixture(scope="session")
def engine(random_model: Path) -> TransformersEngine:
    return TransformersEngine(str(random_model), device="cpu", batch_size=8)


def answers(
    engine: TransformersEngine, requests: list[Request], sampling: Sampling
) -> list[list[Completion]]:
    found: dict[int, list[Completion]] = {}
    for batch in engine.complete(requests, sampling):
        assert not found.keys() & batch.keys()
        found |= batch
    return [found[index] for index in range(len(requests))]


def requests_of(seeds: int) -> list[Request]:
    return [Request(p, tuple(range(9 * i, 9 * i + seeds))) for i, p in enumerate(PROMPTS)]


@pytest.mark.parametrize("top_p", [1.0, 0.7])
def test_a_completion_is_the_same_alone_and_in_any_batch(
    engine: TransformersEngine, top_p: float
) -> None:
    sampling = Sampling(max_tokens=20, top_p=top_p)
    together = answers(engine, requests_of(3), sampling)
    backwards = answers(engine, requests_of(3)[::-1], sampling)[::-1]
    alone = [
        [answers(engine, [Request(r.prompt, (seed,))], sampling)[0][0] for seed in r.seeds]
        for r in requests_of(3)
    ]
    assert together == alone == backwards
    assert len({c.text for completions in together for c in completions}) == 3 * len(PROMPTS)


def test_what_remains_after_the_first_finished_batches_is_answered_bit_by_bit_alike(
    engine: TransformersEngine,
) -> None:
    sampling = Sampling(max_tokens=20, logprobs=True)
    requests = requests_of(3)
    whole = list(engine.complete(requests, sampling))
    assert len(whole) > 2
    done = whole[0].keys() | whole[1].keys()
    rest = [index for index in range(len(requests)) if index not in done]
    again = list(engine.complete([requests[index] for index in rest], sampling))
    assert [{rest[i]: c for i, c in batch.items()} for batch in again] == whole[2:]


def test_batches_are_a_function_of_the_list_and_keep_under_removal_of_the_first_ones() -> None:
    random = np.random.default_rng(0)
    for _ in range(200):
        size = int(random.integers(1, 12))
        lengths = random.integers(1, 9, 30).tolist()
        samples = random.integers(1, 6, 30).tolist()
        filled = batches(lengths, samples, size)
        assert sorted(i for batch in filled for i in batch) == list(range(30))
        assert all(len(b) == 1 or sum(samples[i] for i in b) <= size for b in filled)
        removed = int(random.integers(0, len(filled)))
        rest = sorted(i for batch in filled[removed:] for i in batch)
        again = batches([lengths[i] for i in rest], [samples[i] for i in rest], size)
        assert [[rest[i] for i in batch] for batch in again] == filled[removed:]


def test_more_samples_than_a_batch_holds_come_in_the_order_of_their_seeds(
    engine: TransformersEngine,
) -> None:
    request = Request("abc", tuple(range(19)))
    (together,) = answers(engine, [request], Sampling(max_tokens=9))
    alone = [
        answers(engine, [Request("abc", (s,))], Sampling(max_tokens=9))[0][0] for s in range(19)
    ]
    assert together == alone


def test_temperature_zero_is_what_generate_says_greedily(
    engine: TransformersEngine, random_model: Path
) -> None:
    model, tokenizer = load_model(str(random_model), "float32"), load_tokenizer(str(random_model))
    for request, completions in zip(
        requests_of(2),
        answers(engine, requests_of(2), Sampling(max_tokens=20, temperature=0)),
        strict=True,
    ):
        ids = tokenizer(request.prompt, return_tensors="pt")
        generated = model.generate(**ids, max_new_tokens=20, do_sample=False, pad_token_id=0)  # type: ignore
        expected = tokenizer.decode(
            generated[0, ids["input_ids"].shape[1] :], skip_special_tokens=True
        )
        assert [c.text for c in completions] == [expected] * 2


def test_draws_follow_the_distribution_and_top_p_cuts_its_tail() -> None:
    chances = torch.tensor([0.5, 0.2, 0.15, 0.1, 0.05])
    uniforms = (torch.arange(20_000, dtype=torch.float64) + 0.5) / 20_000
    logits = chances.log().expand(20_000, 5)

    def shares(sampling: Sampling) -> list[float]:
        counts = torch.bincount(draw(logits, uniforms, sampling), minlength=5)
        return (counts / 20_000).tolist()

    assert shares(Sampling()) == pytest.approx([0.5, 0.2, 0.15, 0.1, 0.05], abs=1e-3)
    # 0.5 + 0.2 is not yet 0.8: the third is needed
    kept = pytest.approx([0.5 / 0.85, 0.2 / 0.85, 0.15 / 0.85, 0, 0], abs=1e-3)
    assert shares(Sampling(top_p=0.8)) == kept
    assert shares(Sampling(top_p=0.5)) == [1, 0, 0, 0, 0]
    squared = chances**2 / (chances**2).sum()
    assert shares(Sampling(temperature=0.5)) == pytest.approx(squared.tolist(), abs=1e-3)


def test_a_stop_string_ends_the_text_before_it_wherever_tokens_break(
    engine: TransformersEngine,
) -> None:
    free = answers(engine, requests_of(2), Sampling(max_tokens=30))
    for index, completions in enumerate(free):
        for place, completion in enumerate(completions):
            stop = completion.text[5:8]
            (ended,) = answers(
                engine,
                requests_of(2)[index : index + 1],
                Sampling(max_tokens=30, stop=("@@@@", stop)),
            )
            assert ended[place].text == completion.text[: completion.text.index(stop)]
            assert ended[place].finish == "stop"
            assert ended[place].tokens < completion.tokens


def test_rows_that_ended_are_computed_no_more(
    engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[int] = []
    forward = Decoder._forward
    monkeypatch.setattr(
        Decoder,
        "_forward",
        lambda self, ids, *rest: rows.append(len(ids)) or forward(self, ids, *rest),
    )
    requests = [Request("abc", tuple(range(8)))]
    (free,) = answers(engine, requests, Sampling(max_tokens=40))
    stops = tuple(completion.text[3:6] for completion in free[1:])
    rows.clear()
    (ended,) = answers(engine, requests, Sampling(max_tokens=40, stop=stops))
    going = [sum(c.tokens > step for c in ended) for step in range(1, 40)]
    assert rows == [1, *filter(None, going)]  # the prompt once for all its samples
    assert sum(rows) < 150


def test_the_end_of_text_token_ends_a_row_and_is_not_part_of_its_text(
    random_model: Path, tmp_path: Path
) -> None:
    shutil.copytree(random_model, tmp_path, dirs_exist_ok=True)
    settings = json.loads((tmp_path / "generation_config.json").read_text())
    settings["eos_token_id"] = list(range(200))
    (tmp_path / "generation_config.json").write_text(json.dumps(settings))
    short = TransformersEngine(str(tmp_path), device="cpu")
    for (completion,) in answers(short, requests_of(1), Sampling(max_tokens=40)):
        assert completion.finish == "stop"
        assert completion.tokens < 40


def test_a_prompt_that_fills_the_context_is_too_long_and_disturbs_nobody(
    engine: TransformersEngine,
) -> None:
    sampling = Sampling(max_tokens=20, logprobs=True)
    long, brim = Request("x" * 64, (1, 2)), Request("y" * 60, (3,))
    short = answers(engine, requests_of(2), sampling)
    *same, refused, last = answers(engine, [*requests_of(2), long, brim], sampling)
    assert [[c.text for c in row] for row in same] == [[c.text for c in row] for row in short]
    assert refused == [Completion("", "too_long", 0, 64, 0.0)] * 2
    assert (last[0].finish, last[0].tokens, last[0].prompt_tokens) == ("length", 4, 60)


def test_logprob_is_the_sum_under_the_model_whatever_the_sampling(
    engine: TransformersEngine, random_model: Path
) -> None:
    model = load_model(str(random_model), "float32")
    greedy = Sampling(max_tokens=9, temperature=0, logprobs=True)
    sharp = Sampling(max_tokens=9, temperature=1e-4, top_p=0.5, logprobs=True)
    (plain,) = answers(engine, [Request("def f(x):", (0,))], greedy)[0]
    (filtered,) = answers(engine, [Request("def f(x):", (7,))], sharp)[0]
    ids = model.generate(  # type: ignore
        torch.tensor(encode(load_tokenizer(str(random_model)), ["def f(x):"])),
        max_new_tokens=9,
        do_sample=False,
    )
    scores = model(ids).logits.log_softmax(-1)[0, 8:-1].gather(1, ids[0, 9:, None])  # type: ignore
    assert plain.logprob == pytest.approx(scores.sum().item(), abs=1e-4)
    assert filtered.logprob == pytest.approx(plain.logprob, abs=1e-4)


def test_an_empty_prompt_is_answered_and_an_empty_list_is_not(engine: TransformersEngine) -> None:
    (completion,) = answers(engine, [Request("", (1,))], Sampling(max_tokens=5))[0]
    assert (completion.prompt_tokens, completion.tokens) == (1, 5)
    assert answers(engine, [Request("a", ())], Sampling()) == [[]]
    assert list(engine.complete([], Sampling())) == []


def test_a_batch_too_big_for_the_device_is_decoded_in_parts_with_the_same_result(
    engine: TransformersEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = answers(engine, requests_of(2), Sampling(max_tokens=12))
    decode = Decoder.decode
    most = 3

    def small(self: Decoder, rows: list, *rest) -> None:  # type: ignore[no-untyped-def]
        if len(rows) > most:
            rows[0].take(5, 0.0, frozenset(), *rest[-1:])
            raise torch.OutOfMemoryError("full")
        decode(self, rows, *rest)

    monkeypatch.setattr(Decoder, "decode", small)
    assert answers(engine, requests_of(2), Sampling(max_tokens=12)) == expected
    most = 0
    with pytest.raises(InfrastructureError, match="one sequence"):
        answers(engine, requests_of(1), Sampling())


def test_a_diverged_model_is_named_as_such(random_model: Path, tmp_path: Path) -> None:
    shutil.copytree(random_model, tmp_path, dirs_exist_ok=True)
    model = load_model(str(random_model), "float32")
    model.get_input_embeddings().weight.data.fill_(float("nan"))  # type: ignore[union-attr]
    model.save_pretrained(tmp_path)
    with pytest.raises(ModelError, match="not finite"):
        answers(TransformersEngine(str(tmp_path), device="cpu"), requests_of(1), Sampling())


def test_a_closed_engine_is_not_used_again(random_model: Path) -> None:
    engine = TransformersEngine(str(random_model), device="cpu")
    engine.close()
    with pytest.raises(RuntimeError, match="after close"):
        answers(engine, requests_of(1), Sampling())
