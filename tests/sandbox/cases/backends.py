"""The backends that everything here is tried on."""

import os

import pytest

from sandbox import LocalSandbox, Sandbox, SandboxUnavailable
from sandbox.docker import DockerSandbox

__all__ = ["BACKENDS", "open_sandbox"]

BACKENDS = ("local", "docker")


def open_sandbox(backend: str, workers: int = 1) -> Sandbox:
    """A sandbox of this backend; where Docker is missing, a skip that says what to do, but not in
    continuous integration."""
    if backend == "local":
        return LocalSandbox(workers)
    try:
        return DockerSandbox(workers)
    except SandboxUnavailable as problem:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(problem))
