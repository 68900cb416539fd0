"""The attacks on the sandbox, one table: numbers 1 to 75 are those of the threat model.

case.py says what a case is and table.py how one is written; backends.py opens what they run on.
"""

from tests.sandbox.cases import (
    answering,
    calling,
    changing,
    crossing,
    exhausting,
    filling,
    forgery,
    further,
    harming,
    lasting,
    objects,
    odds,
    reading,
    reports,
    seeking,
    telling,
)
from tests.sandbox.cases.case import MODES, Case, Mode

__all__ = ["ANSWERING", "CASES", "MODES", "Case", "Mode"]

ANSWERING: list[Case] = answering.CASES
"""Those that must not run in the process of the tests."""
FORGING = (forgery, seeking, objects, changing, crossing, further, telling)
ATTACKING = (reading, harming, calling, exhausting, lasting, filling, reports, odds)
CASES: list[Case] = [
    *(case for section in (*FORGING, *ATTACKING) for case in section.CASES),
    *ANSWERING,
]
