import functools
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from data.reasoning.tokenizer import CHAT_TEMPLATE, make_tokenizer
from data.tiny.tokenizer import END

FRAMES = ["Calculate the product of these numbers", "Question:\nResponse:\nCheck the response"]


@functools.cache
def tokenizer() -> Any:
    return make_tokenizer(FRAMES)


def back(text: str) -> str:
    ids = tokenizer()(text, add_special_tokens=False)["input_ids"]
    return tokenizer().decode(ids)


PIECES = [
    " = ",
    " not ",
    " right",
    "Answer:",
    "Calculate",
    " the ",
    "42",
    "\n",
    "é",
    "<|user|>",
    END,
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_any_text_comes_back(text):
    assert back(text) == text


@given(st.integers(0, 99), st.integers(100, 999))
def test_a_number_below_a_hundred_is_one_token_and_below_a_thousand_two(one, other):
    assert len(tokenizer().tokenize(f"{one} = {-one}")) == 3 + (one > 0)
    assert tokenizer().tokenize(f"{other}") == [str(other // 10), str(other % 10)]


def test_a_word_of_a_frame_is_one_token_and_a_word_asked_about_is_letters():
    assert len(tokenizer().tokenize("Calculate")) == 1
    assert len(tokenizer().tokenize(" numbers")) == 1
    assert len(tokenizer().tokenize("zebra")) == 5
    assert len(tokenizer().tokenize(" of")) == 3


def test_the_same_frames_in_any_order_give_the_same_tokenizer():
    frames = [f"word{letter * 4} again" for letter in "abcdef"]
    first = make_tokenizer(frames).get_vocab()
    random.Random(0).shuffle(frames)
    assert make_tokenizer(frames).get_vocab() == first


def test_a_prompt_and_its_answer_have_the_same_tokens_apart_as_together():
    messages = [{"role": "user", "content": "Calculate 1 + 1."}]
    asked = tokenizer().apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    assert asked == "<|user|>Calculate 1 + 1.<|assistant|>"
    answered = [*messages, {"role": "assistant", "content": "1 + 1 = 2\nAnswer: 2"}]
    whole = tokenizer().apply_chat_template(answered, tokenize=False)
    assert whole == f"{asked}1 + 1 = 2\nAnswer: 2{END}"
    apart = tokenizer().tokenize(asked) + tokenizer().tokenize(whole.removeprefix(asked))
    assert tokenizer().tokenize(whole) == apart


def test_the_answers_alone_are_marked_for_training():
    messages = [
        {"role": "user", "content": "Calculate"},
        {"role": "assistant", "content": "4"},
    ]
    found = tokenizer().apply_chat_template(
        messages, return_dict=True, return_assistant_tokens_mask=True
    )
    assert found["assistant_masks"] == [0, 0, 0, 1, 1]
    assert tokenizer().chat_template == CHAT_TEMPLATE
