"""Which code runs inside the sandbox (used on both sides): an image may hold an older one."""

from pathlib import Path

try:
    from _sha2 import sha512  # type: ignore[import-not-found]  from Python 3.12 on
except ImportError:
    from _sha512 import sha512  # type: ignore[import-not-found]

__all__ = ["INSIDE", "digest"]

INSIDE = [
    "ahead",
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
    "waiting",
    "zygote",
]
"""The modules of this package that run inside; nothing else of Ratchet is visible there."""


def digest(folder: Path, pytest: Path) -> str:
    """Of the modules inside; by a hash that needs no large library."""
    found = sha512()
    for file in (*(folder / f"{name}.py" for name in INSIDE), pytest):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]
