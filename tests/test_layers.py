"""Imports go one way: data <- pipeline <- stages <- flows; sandbox stands beside data."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "data": set(),
    "sandbox": set(),
    "pipeline": {"data"},
    "stages": {"data", "sandbox", "pipeline"},
    "flows": {"data", "sandbox", "pipeline", "stages"},
}
FORBIDDEN_NAMES = {"utils", "util", "common", "helpers", "helper", "base", "manager", "misc"}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found & set(MAY_IMPORT)


def sources(package: str) -> list[Path]:
    return [p for p in (ROOT / package).rglob("*.py") if "corpus" not in p.parts]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_stands_below_it(package):
    allowed = MAY_IMPORT[package] | {package}
    wrong = {p.name: bad for p in sources(package) if (bad := imported(p) - allowed)}
    assert wrong == {}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_no_file_is_over_250_lines_or_named_for_nothing(package):
    long = [p.name for p in sources(package) if len(p.read_text().splitlines()) > 250]
    assert long == []
    assert [p.name for p in sources(package) if p.stem in FORBIDDEN_NAMES] == []
