"""Whoever runs Ratchet, programs are held back alike: by a user of their own, or by namespaces."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sandbox import Job, Limits, Stdout, local
from sandbox.bubblewrap import command
from sandbox.probe import ENDINGS, MORE, REFUSED, _attempt
from sandbox.sandboxing import PooledSandbox

ROOT = Path(__file__).parents[2]
LIMITS = Limits(cpu_seconds=0.5, wall_seconds=3.0, memory_mb=128)
NOBODY = 65534


def ways() -> list[bool]:
    """With root's own rights where the tests run as root, and with a user namespace."""
    return [True, False] if os.geteuid() == 0 else [False]


@pytest.mark.parametrize("root", ways(), ids=lambda root: "root" if root else "user namespace")
def test_every_way_of_isolating_holds_programs_back(root: bool) -> None:
    line = command(local.Flavour("base"), root)
    assert ("--unshare-user" in line) is not root
    start = lambda flavour, slot: local._start(command(flavour, root))[0]  # noqa: E731
    with PooledSandbox(start, 1) as sandbox:
        jobs = [Job(n, _attempt(line), Stdout(b"refused\n"), LIMITS) for n, line in REFUSED.items()]
        jobs += [Job(name, program, "", LIMITS) for name, (program, _) in ENDINGS.items()]
        found = {result.id: result.verdict for result in sandbox.run(jobs)}
        layers = (Job(name, program, Stdout(b"True\n")) for name, program in MORE.items())
        own = {result.id: result.verdict for result in sandbox.run(layers)}
    assert found == dict.fromkeys(REFUSED, "passed") | {n: v for n, (_, v) in ENDINGS.items()}
    assert own["process numbers of its own for each program"] == "passed"
    if root:
        assert own["a user of its own for each program"] == "passed"


def others_python() -> str:
    """An interpreter that a user other than root may run."""
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            subprocess.run([python, "-c", "import ctypes"], user=NOBODY, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    pytest.skip("no interpreter here that a user other than root may run")


TRY = "from sandbox import probe\nfound = probe()\nprint(found)\nraise SystemExit(not found.ok)"


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests already run without root")
def test_without_root_the_same_attacks_are_held_back() -> None:
    python = others_python()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        shutil.copytree(ROOT / "sandbox", Path(folder) / "sandbox")
        done = subprocess.run(
            [python, "-B", "-c", TRY], cwd=folder, user=NOBODY, group=NOBODY, extra_groups=[],
            env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
