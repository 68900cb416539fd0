"""trace: run programs statement by statement in the sandbox, and write down what each one did.

For loops that learn from partly right programs: two programs that reach a state of one key have
come equally far, as in "Learning Math Reasoning from Self-Sampled Correct and Partially-Correct
Solutions" (Ni et al. 2022, arXiv 2205.14318). The states are the programs' own word: compare them
with those of programs that are known to be right, and a made-up one gains nothing.
"""

import json
from typing import Any

import polars as pl

from data.identity import digest
from data.kinds import Attempt, Traced
from pipeline.stage import stage
from sandbox import Limits, Profile, Result, Sandbox
from stages.execute import LIMITS, PROFILE, columns_of, run_attempts

__all__ = ["trace"]


@stage(reads=Attempt, writes=Traced)
def trace(
    attempts: pl.DataFrame, sandbox: Sandbox, limits: Limits = LIMITS, profile: Profile = PROFILE
) -> pl.DataFrame:
    """As execute, with the states of each program's module. Tests may be empty: then the verdict
    only says whether the program ran to its end."""
    settings = {"limits": limits, "profile": profile, "trace": True}
    return run_attempts(attempts, sandbox, Traced, _columns, **settings)


def _columns(result: Result) -> list[Any]:
    states = result.states
    if states is None:
        return [*columns_of(result), [], False, "nothing was recorded"]
    rows = [
        {
            "first_line": state.first,
            "last_line": state.last,
            "changed": [
                {"name": _printable(name), "value": value} for name, value in state.changed.items()
            ],
            "gone": [_printable(name) for name in state.gone],
            "key": _digest(state.key()),
        }
        for state in states
    ]
    return [*columns_of(result), rows, states.straight_line, states.cut]


def _printable(name: str) -> str:
    """No table takes lone surrogates, and globals() takes any name."""
    return name.encode("utf-8", "backslashreplace").decode()


def _digest(key: tuple[str, ...] | None) -> str | None:
    return None if key is None else digest(json.dumps(key).encode())
