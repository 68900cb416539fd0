"""What cannot be loaded is explained; what could be misread is refused."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tokenizers import processors

from pipeline.errors import ModelError
from pipeline.pretrained import encode, load_config, load_tokenizer
from pipeline.transformers_engine import TransformersEngine


def test_the_begin_token_is_there_once_where_the_tokenizer_wants_one(
    random_model: Path, tmp_path: Path
) -> None:
    wanting: Any = load_tokenizer(str(random_model))
    plain = encode(wanting, ["ab"])[0]
    assert encode(wanting, [""]) == [[]]
    wanting.bos_token = "<|begin|>"
    wanting._tokenizer.post_processor = processors.TemplateProcessing(
        single="<|begin|> $A", special_tokens=[("<|begin|>", 1)]
    )
    wanting.save_pretrained(tmp_path)
    wanting = load_tokenizer(str(tmp_path))
    assert wanting("ab")["input_ids"] == [1, *plain]
    assert encode(wanting, ["ab", "<|begin|>ab", ""]) == [[1, *plain], [1, *plain], [1]]


def broken(case: str, folder: Path) -> str:
    if case == "nowhere":
        return str(folder / "absent")
    if case == "unknown to the Hub's cache":
        return "nobody/no-such-model"
    if case == "empty":
        for file in folder.iterdir():
            file.unlink()
    elif case == "pickled":
        (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    elif case == "no weights":
        (folder / "model.safetensors").unlink()
    elif case == "torn weights":
        file = folder / "model.safetensors"
        file.write_bytes(file.read_bytes()[:5000])
    elif case == "no tokenizer":
        for file in folder.glob("tokenizer*"):
            file.unlink()
    elif case == "tensors missing":
        config = json.loads((folder / "config.json").read_text())
        config["num_hidden_layers"] += 1
        config["layer_types"] = ["full_attention"] * config["num_hidden_layers"]
        (folder / "config.json").write_text(json.dumps(config))
    elif case == "own code":
        config = {"model_type": "mine", "auto_map": {"AutoModelForCausalLM": "mine.Model"}}
        (folder / "config.json").write_text(json.dumps(config))
    return str(folder)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("nowhere", "there is no folder"),
        ("unknown to the Hub's cache", "hf download nobody/no-such-model"),
        ("empty", r"no config\.json"),
        ("pickled", r"pickled weights \(pytorch_model\.bin\)"),
        ("no weights", r"no \*\.safetensors"),
        ("torn weights", "could not be read"),
        ("no tokenizer", "tokenizer"),
        ("tensors missing", r"lacks \d+ of the tensors"),
        ("own code", "without code of its own"),
    ],
)
def test_a_model_that_cannot_be_loaded_is_explained(
    case: str, said: str, random_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    shutil.copytree(random_model, tmp_path, dirs_exist_ok=True)
    path = broken(case, tmp_path)
    with pytest.raises(ModelError, match=said):
        TransformersEngine(path, device="cpu")


def test_nobody_is_asked_whether_to_run_a_models_own_code(
    random_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(random_model, tmp_path / "own"))
    config = {"model_type": "mine", "auto_map": {"AutoConfig": "mine.Config"}}
    (folder / "config.json").write_text(json.dumps(config))
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("asked"))
    with pytest.raises(ModelError, match="without code of its own"):
        load_config(str(folder))
