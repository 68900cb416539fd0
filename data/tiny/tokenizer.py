"""The tokenizer of the small world: byte-level BPE over its text, digits one by one.

Every byte is a token, so that any text goes through and comes back; a word of the world is one
token. Line ends never share a token with what follows them, so a prompt and its answer have the
same tokens apart as together.
"""

from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

__all__ = ["CHAT_TEMPLATE", "END", "PAD", "train_tokenizer"]

END = "<|endoftext|>"
PAD = "<|pad|>"
VOCABULARY = 1024
CONTEXT = 1024

WORDS = Regex(
    r"\p{N}"  # one digit is one token: sums are learnt by digits
    r"|[ _]?\p{L}+"  # `_even` and ` even` are words
    r"| ?[^\s\p{L}\p{N}]+(?: (?=\p{N}))?"  # with the blank before a digit: ", 4" is two tokens
    r"|\n+ *"  # an indented line's beginning
    r"|\s+"
)

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}"
    "{{ '### Response\\n' }}{% generation %}{{ message['content'] + eos_token }}{% endgeneration %}"
    "{% else %}"
    "{{ '### Instruction\\n' + message['content'] + '\\n\\n' }}"
    "{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '### Response\\n' }}{% endif %}"
)


def train_tokenizer(texts: Iterable[str]) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(WORDS, "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[END, PAD],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PAD,
        padding_side="left",
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=False,
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast
