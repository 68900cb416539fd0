"""What kind of warm interpreter a job needs (used on both sides).

Modules that are imported before the fork cost every program some page tables and save the programs
that use them many milliseconds: so there is a small interpreter for most programs, and a large one
for those that import more.
"""

import re
from typing import NamedTuple

__all__ = ["BASE", "PRELOADED", "Flavour", "wanted"]

BASE = (
    "abc bisect builtins collections contextlib copyreg ctypes enum errno fcntl functools gc heapq "
    "itertools json keyword marshal math operator os pytest random re resource select signal "
    "string struct sys time types typing warnings"
)
STANDARD = (
    "array ast base64 calendar cmath concurrent.futures.thread copy csv dataclasses datetime "
    "decimal difflib fractions graphlib hashlib hmac inspect io logging numbers pathlib pprint "
    "queue secrets statistics tempfile textwrap threading timeit traceback unicodedata unittest "
    "uuid zlib"
)
PRELOADED = {
    "bare": BASE.split(),
    "base": BASE.split(),
    "std": (BASE + " " + STANDARD).split(),
    "numpy": (BASE + " " + STANDARD + " numpy").split(),
}
_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)|import[ \t]+([\w., \t]+))", re.MULTILINE)
_SMALL = frozenset({*BASE.split(), "__future__", "solution"})


class Flavour(NamedTuple):
    """The interpreter's name in PRELOADED, and the size of the writable /tmp (0: none)."""

    name: str
    scratch_mb: int = 0


def wanted(imports: str, scratch_mb: int, *sources: str) -> Flavour:
    """The smallest interpreter that has what the sources import; a wrong guess only costs time."""
    if imports == "bare":
        return Flavour("bare")
    if imports == "numpy" and any("numpy" in source for source in sources):
        return Flavour("numpy", scratch_mb)
    small = all(_imported(source) <= _SMALL for source in sources)
    return Flavour("base" if small else "std", scratch_mb)


def _imported(source: str) -> set[str]:
    names = set()
    for module, listed in _IMPORT.findall(source) if "import" in source else ():
        for name in [module] if module else listed.split(","):
            names.add(name.strip().split(" ")[0].split(".")[0])
    return names
