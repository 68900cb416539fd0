"""promote: a loop goes on with a tuned model only if it has not become measurably worse.

    policy = Policy(base, evaluate(base, ...))
    for _ in run.iterations(count):
        tuned = fine_tune(policy.model, ...)
        policy = promote(policy, tuned, evaluate(tuned, ...), promotion)

Evaluations are compared item by item on the same held-out problems; the decision and its reason go
to scores.parquet, and "stop" ends the loop after the present iteration. What a candidate must hold
up to is the best evaluation of the models promoted so far, which is its parent's unless that was
promoted in spite of a loss too small to measure: small losses would add up unseen. Nothing is kept
but what is passed on, so a resumed run decides alike.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import polars as pl

from data.kinds import Graded
from data.rows import polars_schema
from data.table import Rows
from data.turns import Assessed
from pipeline.errors import SettingError, UserError
from pipeline.model import AnyModel
from pipeline.run import current_run
from stages.guards import Guards
from stages.intervals import paired_gain
from stages.scores import Measured, write_scores

__all__ = ["Decision", "Policy", "Promotion", "decide", "promote"]

Evaluated = Rows[Graded] | Rows[Assessed]


@dataclass(frozen=True)
class Promotion:
    """When a candidate takes its parent's place: if it is not measurably worse (the 95 % interval
    of the paired gain does not lie below 0), only if it is measurably better, or always, as in most
    papers. `of` is what is compared: the first answers, or the last ones of dialogues.

    The loop stops after `patience` iterations in a row without a promotion (None: never), and, with
    `stop_on_drift`, when one of the `guards` trips; the candidate is not promoted then.
    """

    when: Literal["not_worse", "better", "always"] = "not_worse"
    of: Literal["direct", "refined"] = "direct"
    patience: int | None = None
    stop_on_drift: bool = False
    guards: Guards = Guards()

    def __post_init__(self) -> None:
        if self.patience is not None and self.patience < 1:
            raise SettingError(f"patience is {self.patience}, wanted at least 1 (or none)")


@dataclass(frozen=True)
class Policy:
    """The model that a loop goes on with, and the evaluation that a candidate must hold up to.
    `waited` counts the iterations since the last promotion; `stopped` says why the loop ends, ""
    while it goes on."""

    model: AnyModel
    evaluation: Evaluated
    waited: int = 0
    stopped: str = ""


class Decision(NamedTuple):
    """What becomes of a candidate: "promote", "keep" (its parent) or "stop", and why."""

    word: str
    why: str


def promote(
    policy: Policy,
    candidate: AnyModel,
    evaluation: Evaluated,
    rule: Promotion = Promotion(),
    tripped: Sequence[str] = (),
) -> Policy:
    """The candidate as the policy, or the policy that it came from, as `rule` says. `tripped` are
    the drift guards that did (stages.guards). Raises UserError when the two evaluations are not
    of the same problems."""
    if (run := current_run()) is None:
        raise UserError("promote writes to the scores of a run: call it in a flow.")
    before, after = _shares(policy.evaluation, rule.of), _shares(evaluation, rule.of)
    # of a problem whose answer nobody knows neither model's share says anything
    nothing = (each.filter(pl.col("samples") == 0)["problem"] for each in (before, after))
    unknown = pl.col("problem").is_in(list(set.intersection(*map(set, nothing))))
    before, after = before.filter(~unknown), after.filter(~unknown)
    gain = paired_gain(before, after)
    if not any(each["samples"].sum() for each in (before, after)):
        gain = (math.nan, math.nan, math.nan)  # no answer to any of the problems is known
    phase = policy.evaluation.folder.parent.name
    over = "the start" if phase == "prepare" else phase
    decision = decide(gain, rule, policy.waited, tripped, over)
    samples = int(after["samples"].max() or 0)  # type: ignore[arg-type]
    note = f"{decision.word}: {decision.why}"
    mark = candidate.fingerprint
    measured = Measured("promotion", *gain, after.height, samples, mark, note)
    write_scores(run, evaluation, [measured])
    if decision.word == "promote":
        return Policy(candidate, policy.evaluation if gain[0] < 0 else evaluation)
    if decision.word == "stop":
        run.stop()
    stopped = decision.why if decision.word == "stop" else ""
    return replace(policy, waited=policy.waited + 1, stopped=stopped)


def decide(
    gain: tuple[float, float, float],
    rule: Promotion = Promotion(),
    waited: int = 0,
    tripped: Sequence[str] = (),
    over: str = "its parent",
) -> Decision:
    """What the rule makes of a paired gain with its interval over another model, after `waited`
    iterations without a promotion."""
    value, low, high = gain
    drift = ", ".join(said.partition(":")[0] for said in tripped)
    if math.isnan(value) and rule.when != "always":
        raise UserError(
            "The candidate and its parent were evaluated on no problem whose answer is known, so "
            "they do not compare. Give held-out problems with answers, or promote without looking: "
            "promotion.when=always."
        )
    found = "no measurable difference"
    if high < 0 or low > 0:
        found = "measurably worse" if high < 0 else "measurably better"
    found = f"{found}, gain {value:+z.3f} ({low:+z.3f} to {high:+z.3f}) over {over}"
    if math.isnan(value):
        found = f"not compared with {over}"
    reasons = [found, f"drift: {drift}"] if drift else [found]
    if drift and rule.stop_on_drift:
        return Decision("stop", "; ".join(reversed(reasons)))
    if {"not_worse": not high < 0, "better": low > 0, "always": True}[rule.when]:
        return Decision("promote", "; ".join(reasons))
    if rule.patience is not None and waited + 1 >= rule.patience:
        reasons.insert(1, f"{waited + 1} in a row without a promotion")
        return Decision("stop", "; ".join(reasons))
    return Decision("keep", "; ".join(reasons))


def _shares(evaluation: Evaluated, of: str) -> pl.DataFrame:
    """The share of answers to each problem that are known to be right."""
    frame = evaluation.frame()
    if "correct" not in polars_schema(evaluation.row):
        right = pl.col("first_right" if of == "direct" else "last_right")
        return frame.select(
            "problem", "samples", value=right / (pl.col("samples") + pl.col("untold"))
        )
    if of != "direct":
        raise SettingError(
            f"The evaluation {evaluation.folder.name} has single answers, none that was refined: "
            "compare them with promotion.of=direct."
        )
    return frame.select("problem", "samples", value=pl.col("correct") / pl.col("samples"))
