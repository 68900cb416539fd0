"""The small world's reference solutions with their tests, and a third of all its tasks."""

import json
import random

from data.tiny import FOLDER
from data.tiny.programs import SHAPES, asserts, program
from data.tiny.world import world
from sandbox import Job

__all__ = ["small_world"]

INPUTS = 4


def small_world() -> list[Job]:
    """The held-out problems as they stand in their file; then tasks in four shapes, in turn."""
    lines = (FOLDER / "held_out.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    jobs = [Job(f"world/{row['id']}", row["solution"], row["tests"]) for row in rows]
    rng = random.Random(5)
    for number, task in enumerate(world()[::3]):
        inputs = [[rng.randint(-12, 12) for _ in range(rng.randint(0, 7))] for _ in range(INPUTS)]
        tests = "\n".join(asserts(task, inputs))
        jobs.append(Job(f"world/task/{number}", program(task, SHAPES[number % 4]), tests))
    return jobs
