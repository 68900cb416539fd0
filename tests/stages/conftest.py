"""What training needs: a random model with a chat template, tables of conversations and pairs."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

TEMPLATE = (
    "{% for m in messages %}{% if m.role == 'user' %}### Instruction\n{{ m.content }}\n\n"
    "{% else %}### Response\n{{ m.content }}{{ eos_token }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}### Response\n{% endif %}"
)


@pytest.fixture(scope="session")
def base_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("base")
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: place for place, token in enumerate(["<|end|>", *alphabet])}
    inner = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="<|end|>")
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=257,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=128,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=0,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="session")
def chat_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rows")
    turns = [("q" * (n % 7 + 1), "yes" * (n % 3 + 1)) for n in range(20)] + [("x" * 99, "long")]
    table = [
        {
            "id": f"row-{n}",
            "messages": [
                {"role": "user", "content": question, "train": False},
                {"role": "assistant", "content": answer, "train": True},
            ],
            "weight": 0.01 * (n + 1),
        }
        for n, (question, answer) in enumerate(turns)
    ]
    pq.write_table(pa.Table.from_pylist(table), folder / "00000.parquet")
    return folder


@pytest.fixture(scope="session")
def pair_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pairs")
    answers = [("yes" * (n % 3 + 1), "no" * (n % 2 + 1)) for n in range(20)]
    answers += [("short", "x" * 99), ("same", "same")]
    table = [
        {
            "id": f"pair-{n}",
            "prompt": [{"role": "user", "content": "q" * (n % 7 + 1), "train": False}],
            "chosen": chosen,
            "rejected": rejected,
            "weight": 0.01 * (n + 1),
        }
        for n, (chosen, rejected) in enumerate(answers)
    ]
    pq.write_table(pa.Table.from_pylist(table), folder / "00000.parquet")
    return folder
