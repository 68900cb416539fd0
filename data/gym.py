"""Questions of reasoning-gym (PyPI, 106 families with verifiers), as a source.

    # questions.toml
    size = 200                      # of each family
    seed = 1
    leave_out = "held_out.toml"     # questions that are in that file too are not asked here
    [families.gcd]                  # the family's own settings
    max_value = 60

The records have the columns of data.turns.Question. Questions are distinct; a family that has fewer
than `size` gives what it has, and the rest are named as problems. Question i of a family depends on
seed + i alone, so the seeds of two files must be further apart than the questions drawn.
"""

import importlib.metadata
import itertools
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data.errors import UserError
from data.identity import fingerprint
from data.python_tree import Problem
from data.sources import Source, existing

__all__ = ["gym"]

TRIES = 20  # questions drawn for each that is wanted, before a family counts as exhausted


def gym(path: str | Path) -> Source:
    """The questions that a TOML file asks for, family by family in turn. Raises UserError when
    reasoning-gym is not installed, or knows no such family or setting."""
    path = existing(path)
    wanted, left_out = _read(path), dict[str, Any]()
    if other := wanted.get("leave_out"):
        left_out = _read(existing(path.parent / str(other)))
        if "leave_out" in left_out:
            raise UserError(f"{path}: {other} leaves out questions itself; name a file without.")
    try:
        version = importlib.metadata.version("reasoning-gym")
    except importlib.metadata.PackageNotFoundError as error:
        raise UserError(
            f"{path} asks for questions of reasoning-gym, which is not installed: "
            "pip install reasoning-gym"
        ) from error

    def read() -> Iterator[dict[str, Any] | Problem]:
        not_these = {r["instruction"] for r in _records(left_out, set()) if isinstance(r, dict)}
        yield from _records(wanted, not_these)

    for name, settings in [*wanted["families"].items(), *left_out.get("families", {}).items()]:
        _family(name, settings, 0)  # a mistake shows before anything is generated
    size = wanted["size"] * len(wanted["families"])
    return Source(path.name, fingerprint([wanted, left_out, version]), read, size)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is no TOML: {error}.") from error
    unknown = sorted(set(found) - {"size", "seed", "leave_out", "families"})
    if unknown or not isinstance(found.get("families"), dict) or not found["families"]:
        raise UserError(
            f"{path} has {', '.join(found) or 'nothing'}; wanted size, seed, a table "
            "[families.NAME] for each family of reasoning-gym, and perhaps leave_out."
        )
    found = {"size": 100, "seed": 0} | found
    for name in ("size", "seed"):
        if type(found[name]) is not int or found[name] < 0:
            raise UserError(f"{path}: {name} is {found[name]!r}, wanted a whole number from 0 up.")
    return found


def _family(name: str, settings: dict[str, Any], seed: int) -> Any:
    import reasoning_gym

    try:
        made = reasoning_gym.create_dataset(name, size=2**31 - 1, seed=seed, **settings)
        made[0]  # some mistakes show only now
    except (ValueError, TypeError, AssertionError, LookupError) as error:
        raise UserError(
            f"reasoning-gym has no family {name!r} with the settings {settings}: {error}."
        ) from error
    return made


def _records(wanted: dict[str, Any], left_out: set[str]) -> Iterator[dict[str, Any] | Problem]:
    if not wanted:
        return
    streams = [
        _questions(name, settings, wanted["seed"], wanted["size"], left_out)
        for name, settings in wanted["families"].items()
    ]
    for group in itertools.zip_longest(*streams):
        yield from (record for record in group if record is not None)


def _questions(
    name: str, settings: dict[str, Any], seed: int, size: int, left_out: set[str]
) -> Iterator[dict[str, Any] | Problem]:
    family, seen = _family(name, settings, seed), set(left_out)
    for index in range(size * TRIES):
        if size == 0:
            return
        entry = family[index]
        question = entry["question"].strip()
        if question in seen:
            continue
        seen.add(question)
        size -= 1
        verified = {"answer": entry["answer"], "metadata": entry["metadata"]}
        yield {
            "id": f"{name}-{seed}-{index}",
            "instruction": question,
            "gold": "" if entry["answer"] is None else str(entry["answer"]),
            "family": name,
            "entry": json.dumps(verified, default=str, ensure_ascii=False),
        }
    if size:
        yield Problem(name, f"{size} questions fewer than asked for: no more are distinct")
