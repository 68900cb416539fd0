"""How long an attempt may take, from how long a known solution takes."""

import math
from collections.abc import Iterable
from dataclasses import replace

from sandbox import Job, Limits, Profile, Sandbox

__all__ = ["limits_of"]

TIMES = 10.0
LEAST_SECONDS = 0.3
"""What fits the measured noise of a busy machine, and most of what is worth waiting for."""


def limits_of(
    solutions: Iterable[tuple[str, str | None, str]],
    sandbox: Sandbox,
    limits: Limits,
    profile: Profile,
) -> dict[str, Limits]:
    """For each (id, solution, tests), limits on processor and wall time of ten times what the
    solution takes, at least 0.3 s; rounded up to a doubling of that, so that noise seldom shows.
    None for ids without a solution, or whose solution does not pass."""
    ids: dict[tuple[str, str], list[str]] = {}
    for name, solution, tests in solutions:
        if solution:
            ids.setdefault((solution, tests), []).append(name)
    groups = [*ids]
    jobs = (
        Job(str(number), solution, tests, limits, profile=profile)
        for number, (solution, tests) in enumerate(groups)
    )
    found = {}
    for result in sandbox.run(jobs):
        if result.verdict == "passed":
            shorter = _shorter(limits, result.cpu_seconds, result.wall_seconds)
            found |= dict.fromkeys(ids[groups[int(result.id)]], shorter)
    return found


def _shorter(limits: Limits, cpu: float, wall: float) -> Limits:
    doublings = max(0, math.ceil(math.log2(max(TIMES * cpu, 1e-9) / LEAST_SECONDS)))
    cpu = min(limits.cpu_seconds, LEAST_SECONDS * 2**doublings)
    wall = min(limits.wall_seconds, max(4 * cpu + 1, TIMES * wall))
    return replace(limits, cpu_seconds=cpu, wall_seconds=wall)
