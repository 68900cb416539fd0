"""A corner of the small world that a loop goes through in seconds."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from data.tiny import BASE, CORPUS, HELD_OUT


@pytest.fixture(scope="session")
def corner(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Settings of one small iteration with the real base model."""
    folder = tmp_path_factory.mktemp("corner")
    tree = folder / "tree"
    tree.mkdir()
    for path in sorted(CORPUS.glob("*.py"))[:4]:
        shutil.copy(path, tree / path.name)
    held_out = folder / "held_out.jsonl"
    held_out.write_text("".join(HELD_OUT.read_text().splitlines(keepends=True)[:12]))
    return {
        "model": str(BASE),
        "tree": str(tree),
        "held_out": str(held_out),
        "shots": 0,
        "seeds": {"shots": 0},
        "rounds": {"iterations": 1},
        "with_tests": True,
        "sampling": {"n": 4, "temperature": 0.8, "max_tokens": 160},
        "evaluation": {"n": 2, "temperature": 0.8, "max_tokens": 120},
        "limits": {"cpu_seconds": 1.0},
        "training": {
            "batch_size": 2,
            "gradient_accumulation": 1,
            "learning_rate": 1e-4,
            "optimizer": "adamw_torch",
            "save_steps": 2,
            "max_steps": 6,
        },
    }


@pytest.fixture
def settings_file(corner: dict[str, Any], tmp_path: Path) -> Path:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(corner))
    return path
