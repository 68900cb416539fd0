"""Which code runs inside the sandbox (used on both sides): an image may hold an older one."""

import random
from pathlib import Path

__all__ = ["INSIDE", "digest"]

INSIDE = [
    "allowed_calls",
    "confine",
    "decode",
    "driver",
    "encode",
    "flavour",
    "frames",
    "identity",
    "program",
    "raising",
    "scratch",
    "syscalls",
    "tracing",
    "zygote",
]
"""The modules of this package that run inside; nothing else of Ratchet is visible there."""


def digest(folder: Path, pytest: Path) -> str:
    """Of the modules inside; by the hash that `random` has loaded anyway, as others are large."""
    found = random._sha512()  # type: ignore[attr-defined]
    for file in (*(folder / f"{name}.py" for name in INSIDE), pytest):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]
