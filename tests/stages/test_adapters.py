"""Adapters by the keyword arguments of peft.LoraConfig: where they start, and what comes out."""

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import SettingError
from pipeline.pretrained import load_model
from stages.preference import Preference
from stages.training import Training
from tests.stages.bandit import SETTLED, answered, preferred, score, supervised

MODULES = ["q_proj", "v_proj", "up_proj"]
STARTS: list[dict[str, Any]] = [
    {"init_lora_weights": True},
    {"init_lora_weights": "pissa"},
    {"init_lora_weights": "pissa_niter_4"},
    {"init_lora_weights": "olora"},
    {"init_lora_weights": "corda", "corda_config": {"corda_method": "kpm"}},
    {"init_lora_weights": "eva", "eva_config": {"rho": 1.0}},
    {"init_lora_weights": "eva"},
    {"use_dora": True},
]
CHATS = [(answered("q" * n, "yes" * n), 1.0) for n in range(1, 9)]


def logits(model: Any) -> Any:
    import torch

    with torch.no_grad():
        return model(torch.tensor([[5, 6, 7, 8]])).logits


def settings(start: dict[str, Any], **more: Any) -> Training:
    lora = {"r": 4, "lora_alpha": 4, "target_modules": MODULES, **start}
    return Training(**{**dict(SETTLED, max_steps=4), **more}, lora=lora)


@pytest.mark.parametrize("start", STARTS, ids=lambda start: "-".join(map(str, start.values())))
def test_an_adapter_starts_at_the_base_and_leaves_it_when_trained(
    start: dict[str, Any], base_model: str, tmp_path: Path
) -> None:
    import torch
    from peft import PeftModel

    base = logits(load_model(base_model, "float32"))
    still = settings(start, learning_rate=1e-30)
    unmoved = load_model(supervised(base_model, CHATS, tmp_path / "0", still), "float32")
    assert torch.allclose(logits(unmoved), base, atol=1e-5)

    folder = supervised(base_model, CHATS, tmp_path / "4", settings(start))
    moved = logits(load_model(folder, "float32"))
    assert not torch.allclose(moved, base, atol=1e-2)
    adapted = PeftModel.from_pretrained(load_model(base_model, "float32"), f"{folder}/adapter")
    assert torch.allclose(logits(adapted), moved, atol=1e-5)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ({"init_lora_weights": "pissa", "use_dora": True}, "with use_dora"),
        ({"init_lora_weights": "corda", "use_dora": True}, "with use_dora"),
        ({"init_lora_weights": "OLoRA", "modules_to_save": ["lm_head"]}, "with modules_to_save"),
        ({"init_lora_weights": "olora", "bias": "all"}, 'with bias = "all"'),
        (
            {"init_lora_weights": "pissa", "use_rslora": True, "rank_pattern": {"q_proj": 2}},
            "with use_rslora with rank_pattern",
        ),
        ({"init_lora_weights": "lora_ga"}, "needs gradients"),
        ({"layer_replication": [[0, 2], [0, 2]]}, "layer_replication"),
        ({"alora_invocation_tokens": [5, 6]}, "alora_invocation_tokens"),
        ({"target_modules": ["q_proj", "embed_tokens"]}, "the input embeddings"),
    ],
)
def test_what_would_come_out_as_another_model_is_refused_before_it_is_trained(
    start: dict[str, Any], said: str, base_model: str, tmp_path: Path
) -> None:
    events: list[str] = []
    with pytest.raises(SettingError, match=said):
        supervised(
            base_model, CHATS, tmp_path, settings(start), say=lambda e, **_: events.append(e)
        )
    assert not events


@pytest.mark.parametrize("start", ["pissa", "corda", "eva"])
def test_the_reference_of_a_preference_is_the_base_whatever_moved_into_the_adapter(
    start: str, base_model: str, tmp_path: Path
) -> None:
    events: list[dict[str, Any]] = []
    lora = {"r": 4, "target_modules": MODULES, "init_lora_weights": start}
    one = Preference(**dict(SETTLED, max_steps=2), lora=lora)
    pairs = [("yes", "no", 1.0), ("a" * 9, "bb", 1.0)]
    model = preferred(base_model, pairs, tmp_path, one, say=lambda e, **v: events.append(v))
    assert events[0]["loss"] == pytest.approx(0.693147, abs=1e-4)
    gaps = [score(m, "q", "yes")[0] - score(m, "q", "no")[0] for m in (base_model, model)]
    assert gaps[1] > gaps[0]


@pytest.mark.parametrize("start", [STARTS[2], STARTS[4], STARTS[6]], ids=["pissa", "corda", "eva"])
def test_an_adapter_that_starts_from_weights_or_data_resumes_to_the_same_model(
    start: dict[str, Any], base_model: str, tmp_path: Path
) -> None:
    class Killed(Exception):
        pass

    saved = settings(start, max_steps=6, save_steps=2)
    supervised(base_model, CHATS, tmp_path / "whole", saved)

    def die(event: str, **values: Any) -> None:
        if values.get("step") == 5:
            raise Killed

    with pytest.raises(Killed):
        supervised(base_model, CHATS, tmp_path / "killed", saved, say=die)
    assert (tmp_path / "killed/.checkpoints/checkpoint-4").is_dir()
    supervised(base_model, CHATS, tmp_path / "killed", saved)
    weights = [
        (tmp_path / name / "model/model.safetensors").read_bytes() for name in ("whole", "killed")
    ]
    assert weights[0] == weights[1]


def test_quantization_without_its_library_or_without_an_adapter_is_refused(
    base_model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingError, match="quantization without lora"):
        Training(quantization={"load_in_4bit": True})
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec",
        lambda name, *p: None if name == "bitsandbytes" else found(name, *p),
    )
    few = replace(settings({}), quantization={"load_in_4bit": True})
    with pytest.raises(SettingError, match="pip install bitsandbytes"):
        supervised(base_model, CHATS, tmp_path, few)


def test_eva_with_too_few_tokens_is_refused_before_it_would_wait_for_more(
    base_model: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingError, match=r"8 directions \(r times rho\) in 2 tokens"):
        supervised(base_model, [(answered("q", "a"), 1.0)], tmp_path, settings(STARTS[-2]))


@pytest.mark.parametrize("kind", ["supervised", "preferred"])
def test_an_adapter_on_quantized_weights_comes_out_as_a_full_model(
    kind: str, base_model: str, tmp_path: Path
) -> None:
    import torch

    pytest.importorskip("bitsandbytes")
    # in 8 bits where it is only run: 4 on a CPU want rows that are a multiple of a block
    few = {"load_in_4bit": True} if kind == "supervised" else {"load_in_8bit": True}
    lora = {"r": 4, "target_modules": MODULES}
    more = {**dict(SETTLED, max_steps=4, save_steps=2), "quantization": few, "lora": lora}
    events: list[dict[str, Any]] = []

    def say(event: str, **values: Any) -> None:
        events.append(values)

    if kind == "supervised":
        folder = supervised(base_model, CHATS, tmp_path, Training(**more), say=say)
    else:
        pairs = [("yes", "no", 1.0)]
        folder = preferred(base_model, pairs, tmp_path, Preference(**more), say=say)
        assert events[0]["loss"] == pytest.approx(0.693147, abs=1e-4)
    assert events[-1]["loss"] < events[0]["loss"]
    model: Any = load_model(folder, "auto")
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert getattr(model.config, "quantization_config", None) is None
    assert not torch.allclose(logits(model), logits(load_model(base_model, "float32")), atol=1e-3)
