"""Small programs of many kinds, one file each: functions, then a line "# tests", then asserts.

Together they touch what honest solutions use of the standard library. Run plainly, on a machine
that forbids nothing, they pass too. Those in scratch/ write files, those in numpy/ compute with it,
and those in scripts/ read an input and print an output that stand beside them.
"""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

from sandbox import Job, Limits, Profile, Stdout

__all__ = ["written"]

FOLDER = Path(__file__).parent / "programs"
PROFILES = {
    ".": Profile(),
    "scratch": Profile(scratch_mb=16),
    "numpy": Profile(imports="numpy", scratch_mb=16),
}
LIMITS = Limits(cpu_seconds=10.0, wall_seconds=30.0, memory_mb=512)


def written() -> Iterator[Job]:
    for folder, profile in PROFILES.items():
        if folder == "numpy" and not importlib.util.find_spec("numpy"):
            continue
        for file in sorted((FOLDER / folder).glob("*.py")):
            program, _, tests = file.read_text(encoding="utf-8").partition("\n# tests\n")
            yield Job(_name(file), program, tests, LIMITS, profile=profile)
    for file in sorted((FOLDER / "scripts").glob("*.py")):
        given = file.with_suffix(".in").read_bytes()
        wanted = Stdout(file.with_suffix(".out").read_bytes())
        yield Job(_name(file), file.read_text(encoding="utf-8"), wanted, LIMITS, given)


def _name(file: Path) -> str:
    return f"program/{file.relative_to(FOLDER).with_suffix('')}"
