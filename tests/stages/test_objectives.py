"""Every objective on a toy whose optimum is known, and the direction in which it moves at all."""

import math
from pathlib import Path
from typing import Any

import pytest

from stages.preference import COMPARING, REFERENCE_FREE, Preference
from stages.training import Training
from tests.stages.bandit import (
    SETTLED,
    answered,
    once,
    preferred,
    score,
    supervised,
)

P = 0.7  # how often "a" is preferred to "b"
BOTH_WAYS = [("a", "b", P), ("b", "a", 1 - P)]
LOGIT = math.log(P / (1 - P))


def gap(model: str, per_token: bool = False) -> float:
    """log p(a) - log p(b)."""
    (a, na), (b, nb) = score(model, "q", "a"), score(model, "q", "b")
    return a / na - b / nb if per_token else a - b


def share(model: str, question: str, answer: str) -> float:
    """The probability of the answer's letter, whatever follows."""
    import torch

    from pipeline.pretrained import load_model, load_tokenizer

    tokenizer: Any = load_tokenizer(model)
    prompt = [{"role": "user", "content": question}]
    text = tokenizer.apply_chat_template(prompt, tokenize=False, add_generation_prompt=True)
    weights: Any = load_model(model, "float32")
    with torch.no_grad():
        logits = weights(torch.tensor([tokenizer(text).input_ids])).logits[0, -1]
    return logits.softmax(-1)[tokenizer(answer).input_ids[0]].item()


def test_supervised_training_ends_at_the_shares_of_the_weights(
    base_model: str, tmp_path: Path
) -> None:
    chats = [(answered("q", "a"), 0.6), (answered("q", "b"), 0.2), (answered("q", "c"), 0.2)]
    model = supervised(base_model, chats, tmp_path, Training(**SETTLED))
    assert share(model, "q", "a") == pytest.approx(0.6, abs=0.02)
    assert share(model, "q", "b") == pytest.approx(0.2, abs=0.02)


def test_a_masked_message_is_read_but_not_learned(base_model: str, tmp_path: Path) -> None:
    first, second = answered("q", "a", train=False), answered("q", "b")
    chats = [([*first, *second], 1.0), (answered("q", "c"), 1.0)]
    model = supervised(base_model, chats, tmp_path, Training(**SETTLED))
    assert share(model, "q", "c") == pytest.approx(1.0, abs=0.02)  # not shared with "a"


def test_several_views_of_one_dialogue_are_each_learned_at_their_weight(
    base_model: str, tmp_path: Path
) -> None:
    direct = [(answered("q", "a"), 1.0), (answered("q", "b"), 3.0)]
    refine = [(answered("zzzzzzzz", "c"), 0.5)]
    # more gently: it has to learn to read the question
    gently = Training(**dict(SETTLED, learning_rate=5e-3, max_steps=250))
    model = supervised(base_model, [*direct, *refine], tmp_path, gently)
    assert share(model, "q", "b") == pytest.approx(0.75, abs=0.02)
    assert share(model, "zzzzzzzz", "c") == pytest.approx(1.0, abs=0.02)


def test_one_supervised_step_makes_the_trained_answer_likelier(
    base_model: str, tmp_path: Path
) -> None:
    one = once(Training(**SETTLED))
    model = supervised(base_model, [(answered("q", "a"), 1.0)], tmp_path, one)
    assert score(model, "q", "a")[0] > score(base_model, "q", "a")[0]


def test_dpo_ends_at_the_reference_tilted_by_the_exponent_of_the_reward(
    base_model: str, tmp_path: Path
) -> None:
    rewards, beta = {"a": 0.0, "b": 0.5, "c": 1.5}, 0.5
    pairs = [
        (one, other, 1 / (1 + math.exp(rewards[other] - rewards[one])))  # Bradley-Terry
        for one in rewards
        for other in rewards
        if one != other
    ]
    model = preferred(base_model, pairs, tmp_path, Preference(**SETTLED, beta=beta))
    tilt = {x: score(model, "q", x)[0] - score(base_model, "q", x)[0] for x in rewards}
    assert tilt["b"] - tilt["a"] == pytest.approx(0.5 / beta, abs=0.05)
    assert tilt["c"] - tilt["a"] == pytest.approx(1.5 / beta, abs=0.05)


BETA = 0.5
COMPARED = [
    # loss, label smoothing, whether per token, the gap beyond the reference's at the optimum
    ("sigmoid", 0.0, False, LOGIT / BETA),
    ("sigmoid_norm", 0.0, True, LOGIT / BETA),
    ("ipo", 0.0, True, (2 * P - 1) / (2 * BETA)),
    ("robust", 0.2, False, math.log(5) / BETA),  # 0.7 = 0.8 x + 0.2 (1 - x): x = 5/6
    ("hinge", 0.0, False, 1 / BETA),
    ("bco_pair", 0.0, False, 2 * LOGIT / BETA),
    ("sppo_hard", 0.0, False, (2 * P - 1) / BETA),
]


@pytest.mark.parametrize(("loss", "smoothing", "per_token", "wanted"), COMPARED)
def test_a_loss_that_compares_ends_at_its_optimum(
    loss: str, smoothing: float, per_token: bool, wanted: float, base_model: str, tmp_path: Path
) -> None:
    settings = Preference(**SETTLED, losses={loss: 1.0}, beta=BETA, label_smoothing=smoothing)
    model = preferred(base_model, BOTH_WAYS, tmp_path, settings)
    found = gap(model, per_token) - gap(base_model, per_token)
    assert found == pytest.approx(wanted, abs=0.1)


def test_exo_ends_at_the_odds_of_its_label_smoothing(base_model: str, tmp_path: Path) -> None:
    settings = Preference(**SETTLED, losses={"exo_pair": 1.0}, beta=BETA, label_smoothing=1 - P)
    model = preferred(base_model, [("a", "b", 1.0)], tmp_path, settings)
    assert gap(model) - gap(base_model) == pytest.approx(LOGIT / BETA, abs=0.1)


def test_discopop_rests_below_the_reference_as_its_paper_says(
    base_model: str, tmp_path: Path
) -> None:
    """arXiv 2406.08414, figure 5: not convex, with a local minimum at -2.37 that a start at the
    reference falls into."""
    settings = Preference(**SETTLED, losses={"discopop": 1.0}, beta=0.05)
    model = preferred(base_model, [("a", "b", 1.0)], tmp_path, settings)
    assert gap(model) - gap(base_model) == pytest.approx(-2.3714, abs=0.05)


def test_cpo_ends_at_the_shares_of_the_preferences(base_model: str, tmp_path: Path) -> None:
    settings = Preference(**SETTLED, losses={"cpo": 1.0}, beta=BETA)
    assert gap(preferred(base_model, BOTH_WAYS, tmp_path, settings)) == pytest.approx(
        LOGIT / BETA, abs=0.1
    )


def test_simpo_ends_beyond_the_preferences_by_its_margin(base_model: str, tmp_path: Path) -> None:
    settings = Preference(**SETTLED, losses={"simpo": 1.0}, beta=BETA, margin=0.3)
    model = preferred(base_model, BOTH_WAYS, tmp_path, settings)
    tilt = (2 * P - 1) * math.exp(0.3)  # of (1 - p) u^2 - tilt u - p = 0, u = exp(beta gap)
    u = (tilt + math.sqrt(tilt**2 + 4 * P * (1 - P))) / (2 * (1 - P))
    assert gap(model, per_token=True) == pytest.approx(math.log(u) / BETA, abs=0.1)


def test_orpo_ends_at_the_odds_of_the_preferences(base_model: str, tmp_path: Path) -> None:
    settings = Preference(**SETTLED, losses={"orpo": 1.0})
    model = preferred(base_model, BOTH_WAYS, tmp_path, settings)
    log_odds = []
    for answer in "ab":
        total, count = score(model, "q", answer)
        log_odds.append(total / count - math.log(-math.expm1(total / count)))
    assert log_odds[0] - log_odds[1] == pytest.approx(LOGIT, abs=0.1)


def test_the_sft_term_ends_at_the_shares_of_the_chosen_answers(
    base_model: str, tmp_path: Path
) -> None:
    model = preferred(base_model, BOTH_WAYS, tmp_path, Preference(**SETTLED, losses={"sft": 1.0}))
    assert share(model, "q", "a") == pytest.approx(P, abs=0.02)


@pytest.mark.parametrize(
    "name", [n for n in (*COMPARING, *REFERENCE_FREE) if n not in ("discopop", "sft")]
)
def test_one_step_of_a_loss_moves_the_chosen_answer_above_the_rejected(
    name: str, base_model: str, tmp_path: Path
) -> None:
    smoothing = 1e-3 if name == "exo_pair" else 0.0
    settings = Preference(**SETTLED, losses={name: 1.0}, label_smoothing=smoothing)
    model = preferred(base_model, [("a", "b", 1.0)], tmp_path, once(settings))
    assert gap(model) > gap(base_model) + 1e-4
