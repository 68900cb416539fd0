"""Which sandbox a flow uses, as one of its settings."""

from dataclasses import dataclass
from typing import Literal

from sandbox.docker import IMAGE, DockerSandbox
from sandbox.local import LocalSandbox

__all__ = ["Backend", "open_sandbox"]


@dataclass(frozen=True)
class Backend:
    """kind: "local" (bubblewrap) or "docker". workers: programs at a time (None: one per usable
    core). image and runtime ("runsc" is gVisor) are Docker's."""

    kind: Literal["local", "docker"] = "local"
    workers: int | None = None
    image: str = IMAGE
    runtime: str | None = None


def open_sandbox(backend: Backend = Backend()) -> LocalSandbox | DockerSandbox:
    """Raises SandboxUnavailable, with the remedy, where the backend cannot isolate programs."""
    if backend.kind == "docker":
        return DockerSandbox(backend.workers, backend.image, backend.runtime)
    return LocalSandbox(backend.workers)
