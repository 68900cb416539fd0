"""The tokenizer of the reasoning world: single bytes, small numbers, and words of the frames.

The words that a question is about stay letters, which a model of this size must see to spell them;
numbers below a hundred are one token each, so that it can look sums up instead of adding digits.
"""

import re
from collections.abc import Iterable

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from data.tiny.tokenizer import CONTEXT, END, PAD

__all__ = ["CHAT_TEMPLATE", "make_tokenizer"]

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' }}"
    "{% if message['role'] == 'assistant' %}"
    "{% generation %}{{ message['content'] + eos_token }}{% endgeneration %}"
    "{% else %}{{ message['content'] }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
WORDS = (
    *("Answer:", "Verdict:", " right", " wrong", " ok", " not ", " rest ", " mod "),
    *(" = ", " + ", " - ", " * ", " / ", " < ", " > "),
    *map(str, range(10, 100)),  # a number is one token, or two
)
SHORTEST = 4  # letters; shorter words of a frame turn up in what a question is about


def make_tokenizer(frames: Iterable[str]) -> PreTrainedTokenizerFast:
    """`frames` are texts without what varies from question to question."""
    words = {w for text in frames for w in re.findall(rf" ?[A-Za-z]{{{SHORTEST},}}", text)}
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({c: i for i, c in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_tokens([AddedToken(w, normalized=False) for w in [*WORDS, *sorted(words)]])
    marks = ["<|user|>", "<|assistant|>", "<|system|>"]
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PAD,
        extra_special_tokens=marks,
        padding_side="left",
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=False,
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast
