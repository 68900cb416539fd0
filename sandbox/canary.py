"""Programs with known verdicts, run between the others: does this worker still tell the truth?

One that passes split tests, one that fails tests beside it, one that never ends. Names and values
are fresh each time, so that nothing that an earlier program left could have prepared an answer.
"""

import secrets
from dataclasses import dataclass

from sandbox.answers import Raised
from sandbox.execution import Execution, prepare, read
from sandbox.frames import Response
from sandbox.jobs import Job, Limits, Verdict

__all__ = ["Canary", "canaries"]

QUICK = Limits(cpu_seconds=2.0, wall_seconds=9.0)
ENDLESS = Limits(cpu_seconds=0.002, wall_seconds=9.0)


@dataclass(frozen=True)
class Canary:
    """A program, and what its answer must be: "passed" with a value, "failed", or "timeout"."""

    verdict: Verdict
    job: Job
    execution: Execution
    value: int = 0

    def sings(self, response: Response) -> bool:
        reading = read(self.job, self.execution, response)
        if self.verdict == "timeout":
            return reading.verdict == "timeout"
        if reading.verdict is not None or len(reading.answers) != 2:
            return False
        answer = reading.answers.outcomes[1]
        if self.verdict == "failed":
            return isinstance(answer, Raised) and answer.name == "AssertionError"
        return type(answer) is int and answer == self.value


def canaries() -> list[Canary]:
    """One of each kind."""
    name = f"f{secrets.token_hex(4)}"
    factor, number = secrets.randbelow(10**6), secrets.randbelow(10**6)
    program = f"def {name}(n):\n    return n * {factor}\n"
    job, endless = Job("", program, "", QUICK), Job("", program, "", ENDLESS)
    right = prepare(job, steps=[("ask", 1, f"{name}({number})")])
    wrong = prepare(job, tests=f"assert {name}({number}) == {factor * number + 1}")
    never = prepare(endless, program="while True: pass")
    return [
        Canary("passed", job, right, factor * number),
        Canary("failed", job, wrong),
        Canary("timeout", endless, never),
    ]
