"""Preference training in this process: the loss, its weights, and the reference."""

import gc
import math
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ModelError, SettingError
from stages.preference import Preference
from stages.training import Training
from tests.stages.bandit import SETTLED, answered, once, preferred, score, supervised

PAIRS = [("a", "b", 0.2), ("yes", "b", 1.0), ("c", "yesyes", 2.5), ("b", "a", 0.1)]


def logged(
    base: str, out: Path, settings: Preference, reference: str | None = None
) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    preferred(
        base,
        PAIRS,
        out,
        settings,
        reference,
        lambda event, **v: events.append({"event": event, **v}),
    )
    return events


@pytest.fixture(scope="session")
def other_model(base_model: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("other")
    three = Training(**dict(SETTLED, max_steps=3))
    return supervised(base_model, [(answered("q", "yes"), 1.0)], folder, three)


def by_hand(policy: str, reference: str, beta: float) -> float:
    above = below = 0.0
    for chosen, rejected, weight in PAIRS:
        ratio = [score(policy, "q", x)[0] - score(reference, "q", x)[0] for x in (chosen, rejected)]
        above += weight * math.log1p(math.exp(-beta * (ratio[0] - ratio[1])))
        below += weight
    return above / below


@pytest.mark.parametrize("lora", [None, {"r": 2, "target_modules": ["q_proj"]}])
def test_the_preference_loss_is_the_weighted_mean_over_the_pairs_of_a_step(
    lora: dict | None, base_model: str, other_model: str, tmp_path: Path
) -> None:
    wanted = by_hand(base_model, other_model, 0.3)
    assert abs(wanted - math.log(2)) > 0.01
    whole = once(Preference(**SETTLED, beta=0.3, lora=lora))
    events = logged(base_model, tmp_path / "whole", whole, other_model)
    assert events[0]["loss"] == pytest.approx(wanted, rel=1e-4)
    parts = replace(whole, batch_size=2, gradient_accumulation=2)
    events = logged(base_model, tmp_path / "parts", parts, other_model)
    assert events[0]["loss"] == pytest.approx(wanted, rel=1e-4)


def test_without_a_reference_the_start_is_the_reference(base_model: str, tmp_path: Path) -> None:
    events = logged(base_model, tmp_path, once(Preference(**SETTLED)))
    assert events[0]["loss"] == pytest.approx(math.log(2), rel=1e-5)


def test_the_reference_is_gone_when_the_training_begins(
    base_model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stages import dpo_run, training_run

    loaded: list[weakref.ref] = []
    alive: list[bool] = []

    def load(*given: Any) -> Any:
        model = training_run.load(*given)
        loaded.append(weakref.ref(model))
        return model

    def say(event: str, **_: Any) -> None:
        gc.collect()
        alive[:] = [model() is not None for model in loaded]

    monkeypatch.setattr(dpo_run, "load", load)
    preferred(base_model, PAIRS, tmp_path, once(Preference(**SETTLED)), say=say)
    assert alive == [True, False]


def test_losses_add_up_at_their_weights(base_model: str, tmp_path: Path) -> None:
    alone = {}
    for name in ("sigmoid", "sft", "cpo"):
        one = once(Preference(**SETTLED, losses={name: 1.0}))
        alone[name] = logged(base_model, tmp_path / name, one)[0]["loss"]
    mixed = once(Preference(**SETTLED, losses={"sigmoid": 0.5, "sft": 0.2, "cpo": 2.0}))
    found = logged(base_model, tmp_path / "mixed", mixed)[0]["loss"]
    wanted = 0.5 * alone["sigmoid"] + 0.2 * alone["sft"] + 2.0 * alone["cpo"]
    assert found == pytest.approx(wanted, rel=1e-4)


def test_further_options_of_the_trainer_reach_it_and_wrong_ones_are_said(
    base_model: str, other_model: str, tmp_path: Path
) -> None:
    plain = once(Preference(**SETTLED))
    shifted = once(Preference(**SETTLED, options={"f_divergence_type": "forward_kl"}))
    losses = [
        logged(base_model, tmp_path / str(n), settings, other_model)[0]["loss"]
        for n, settings in enumerate((plain, shifted))
    ]
    assert losses[0] != pytest.approx(losses[1], rel=1e-3)
    with pytest.raises(SettingError, match="no_such_option"):
        logged(
            base_model, tmp_path / "3", once(Preference(**SETTLED, options={"no_such_option": 1}))
        )
    with pytest.raises(SettingError, match=r"[Ll]abel smoothing"):
        logged(base_model, tmp_path / "4", once(Preference(**SETTLED, losses={"exo_pair": 1.0})))


def test_a_diverged_preference_training_says_so(base_model: str, tmp_path: Path) -> None:
    wild = Preference(**dict(SETTLED, learning_rate=1e30, max_steps=30))
    with pytest.raises(ModelError, match="diverged"):
        logged(base_model, tmp_path, wild)
