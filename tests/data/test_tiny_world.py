"""The small world: tasks are what they say, sets have nothing in common, the model loads."""

import json
import random
from typing import Any

import pytest
from transformers import AutoModelForCausalLM, AutoTokenizer

from data.tiny import BASE, CORPUS, HELD_OUT
from data.tiny.documents import Document, document, judged, prompt
from data.tiny.make import corpus, held_out
from data.tiny.phrases import concepts, phrase
from data.tiny.programs import SHAPES, program
from data.tiny.world import Combination, split, world


def passes(program: str, tests: str) -> bool:
    """Only for texts of this project: they run in this process."""
    try:
        exec(f"{program}\n{tests}", {})
    except AssertionError:
        return False
    return True


def find(name: str) -> Combination:
    return next(each for each in world() if each.name == name)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return [json.loads(line) for line in HELD_OUT.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def tokenizer():
    return AutoTokenizer.from_pretrained(BASE, local_files_only=True)


def test_a_combination_is_named_said_and_written_alike():
    combination = find("sum_of_squares_of_even")
    assert phrase(combination) == "the sum of the squares of the even numbers"
    assert concepts(combination) == ["sum", "squares", "even numbers"]
    assert program(combination).endswith("return sum(x * x for x in xs if x % 2 == 0)")
    assert combination([3, 4]) == 16


def test_every_shape_of_a_program_behaves_alike():
    rng = random.Random(0)
    inputs = [[rng.randint(-9, 9) for _ in range(n)] for n in (0, 1, 2, 5, 8)]
    for combination in rng.sample(world(), 120):
        tests = "\n".join(f"assert f({xs}) == {combination(xs)}" for xs in inputs)
        for shape in SHAPES:
            assert passes(program(combination, shape, "f"), tests)


def test_the_three_sets_have_no_behaviour_in_common():
    sets = split()
    rng = random.Random(1)
    probes = [[rng.randint(-20, 20) for _ in range(rng.randint(0, 8))] for _ in range(300)]
    probes += [[x] for x in range(-9, 10)]
    parts = (sets.base, sets.held_out, sets.free)
    seen = [{repr([each(xs) for xs in probes]) for each in part} for part in parts]
    assert [len(part) for part in parts[:2]] == [250, 200]
    assert [len(each) for each in seen] == [len(part) for part in parts]
    assert not seen[0] & seen[1]
    assert not seen[0] & seen[2]
    assert not seen[1] & seen[2]
    assert sum(len(part) for part in parts) == len(world()) > 1500


def test_every_solution_passes_its_hidden_tests(rows: list[dict[str, str]]):
    for row in rows:
        assert passes(row["solution"], row["tests"])
        assert "([])" in row["tests"]
        assert row["tests"].count("assert ") == 8


def test_no_other_combination_passes_hidden_tests(rows: list[dict[str, str]]):
    for row in rows[::40]:
        others = (
            each for each in world() if passes(program(each, name=row["entry_point"]), row["tests"])
        )
        assert [each.name for each in others] == [row["entry_point"]]


def test_the_committed_files_are_what_the_script_makes(rows: list[dict[str, str]]):
    assert list(held_out()) == rows
    found = {path.name: path.read_text(encoding="utf-8") for path in CORPUS.glob("*.py")}
    assert corpus() == found


def test_no_document_of_the_base_model_is_about_a_held_out_task():
    names = [f"`{each.name}" for each in split().held_out]
    rng = random.Random(2)
    for _ in range(300):
        asked, _ = document(split().base, rng)
        if asked.startswith("### Instruction"):
            assert not any(f"{name}`" in asked or f"{name}(" in asked for name in names)


def test_documents_begin_with_the_turns_of_the_prompts():
    rng = random.Random(3)
    documents = [document(split().base, rng) for _ in range(100)]
    beginnings = {each.prompt.splitlines()[0] for each in documents}
    assert beginnings == {
        "### Snippet",
        "### Properties",
        "### Instruction",
        "### Function",
    }
    for asked, _ in documents:
        assert asked.endswith(("### Concepts\n", "### Task\n", "### Response\n", "### Answer\n"))
        assert "{{" not in asked


def test_a_docstring_of_another_function_deserves_no():
    rng = random.Random(4)
    kinds = [judged(rng.choice(split().base), split().base, rng) for _ in range(60)]
    assert {(each.answer, kind) for each, kind in kinds} == {
        ("yes", "good"),
        ("no", "vague"),
        ("no", "other"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "def f(xs):\n\treturn  xs  \r\n",
        "naïve cafe\u0301 日本語 🎉\x00\x7f",
        " , -14  12345 === ___a__b_ ''' \\n",
        "\n\n\n   \n x",
        "### Response\n```python\n```\n<tests></tests>",
    ],
)
def test_any_text_comes_back_from_the_tokenizer(text: str, tokenizer):
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_prompt_and_answer_have_the_same_tokens_apart_as_together(tokenizer):
    rng = random.Random(5)
    for asked, answer in (document(split().base, rng) for _ in range(60)):
        apart = tokenizer(asked)["input_ids"] + tokenizer(answer)["input_ids"]
        assert apart == tokenizer(asked + answer)["input_ids"]


def test_a_digit_is_a_token(tokenizer):
    tokens = tokenizer.convert_ids_to_tokens(tokenizer("== 1024")["input_ids"])
    assert tokens[-4:] == ["1", "0", "2", "4"]


def test_the_chat_template_renders_the_response_prompt(tokenizer):
    one = Document(prompt("write_response", instruction="Do it."), "```python\nx\n```")
    messages = [
        {"role": "user", "content": "Do it."},
        {"role": "assistant", "content": one.answer},
    ]
    whole = tokenizer.apply_chat_template(messages, tokenize=False)
    asked = tokenizer.apply_chat_template(messages[:1], tokenize=False, add_generation_prompt=True)
    assert asked == one.prompt
    assert whole == one.prompt + one.answer + tokenizer.eos_token


def test_only_the_answer_and_its_end_are_the_assistants(tokenizer):
    messages = [{"role": "user", "content": "Do it."}, {"role": "assistant", "content": "x = 1"}]
    rendered = tokenizer.apply_chat_template(
        messages, tokenize=True, return_dict=True, return_assistant_tokens_mask=True
    )
    pairs = zip(rendered["input_ids"], rendered["assistant_masks"], strict=True)
    marked = [token for token, mask in pairs if mask]
    assert tokenizer.decode(marked) == "x = 1" + tokenizer.eos_token


def test_the_model_loads_as_any_model_does(tokenizer):
    model = AutoModelForCausalLM.from_pretrained(BASE, local_files_only=True)
    assert 800_000 < model.num_parameters() < 1_000_000
    assert model.config.vocab_size == len(tokenizer)
    assert model.generation_config.eos_token_id == tokenizer.eos_token_id
    assert model.generation_config.pad_token_id == tokenizer.pad_token_id
    assert sum(path.stat().st_size for path in BASE.iterdir()) < 8_000_000


def test_the_model_writes_a_program_with_tests(tokenizer):
    model: Any = AutoModelForCausalLM.from_pretrained(BASE, local_files_only=True)
    row = json.loads(HELD_OUT.read_text(encoding="utf-8").splitlines()[0])
    asked = tokenizer(prompt("write_response", instruction=row["instruction"]), return_tensors="pt")
    tokens = model.generate(**asked, max_new_tokens=200, do_sample=False)
    text = tokenizer.decode(tokens[0, asked["input_ids"].shape[1] :], skip_special_tokens=True)
    assert text.startswith(f"```python\ndef {row['entry_point']}(xs):")
    assert f"\nassert {row['entry_point']}([" in text.split("<tests>")[1]
