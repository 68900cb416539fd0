"""The sandbox in Docker: one hardened container per worker, made from the project's own image.

With `runtime` another kernel stands between the programs and the machine's: "runsc" is gVisor.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sandbox import container
from sandbox.bubblewrap import HERE
from sandbox.flavour import Flavour
from sandbox.identity import digest
from sandbox.jobs import SandboxUnavailable
from sandbox.sandboxing import PooledSandbox
from sandbox.worker import Worker, WorkerDied

if TYPE_CHECKING:
    from docker import APIClient

__all__ = ["IMAGE", "DockerSandbox"]

IMAGE = "ratchet-sandbox"
MEMORY_MB = 1024
START_SECONDS = 60.0
UNREACHABLE = (
    "Docker does not answer at {host} ({problem}). Install and start it: 'apt-get install "
    "docker.io', then 'systemctl start docker'; where it listens elsewhere, set DOCKER_HOST."
)
FORBIDDEN = (
    "This user may not use Docker at {host}. Run 'sudo usermod -aG docker $USER' and log in again, "
    "or set DOCKER_HOST to a Docker of your own (rootless)."
)
ENCRYPTED = (
    "DockerSandbox needs Docker's plain socket, and DOCKER_HOST is {host}. Forward it: 'ssh -NL "
    "/tmp/docker.sock:/var/run/docker.sock HOST', and set DOCKER_HOST=unix:///tmp/docker.sock."
)
NO_IMAGE = "Docker has no image {image!r}: make it with 'make image'."
OLD_IMAGE = "The image {image!r} was built from other code than this: run 'make image' again."
NO_RUNTIME = (
    "Docker has no runtime {runtime!r}, only: {known}. For gVisor, install runsc, run 'sudo runsc "
    "install', and restart Docker; or leave the runtime out."
)
UNBOUNDED = (
    "Docker cannot bound a container here: {problem} Give it the memory and pids control groups "
    "(a rootless Docker: 'systemctl edit user@.service', [Service] Delegate=memory pids)."
)
REFUSED = "Docker refuses the container: {problem}"
SILENT = (
    "The container's worker did not start ({problem}). If the image {image!r} may be older than "
    "this code, run 'make image'."
)
LEFTOVER_SECONDS = 300


class DockerSandbox(PooledSandbox):
    """Runs programs in containers, one worker per usable processor core unless told otherwise.

    `memory_mb` bounds one container: its warm interpreter, a program and the driver of its tests at
    their own limits, and /tmp. With less, the kernel ends programs before their limit. Raises
    SandboxUnavailable where containers cannot be had.
    """

    def __init__(
        self,
        workers: int | None = None,
        image: str = IMAGE,
        runtime: str | None = None,
        memory_mb: int = MEMORY_MB,
    ) -> None:
        self._image, self._runtime, self._memory_mb = image, runtime, memory_mb
        cores = sorted(os.sched_getaffinity(0))
        here = os.environ.get("DOCKER_HOST", "unix:").startswith("unix:")
        self._pinned = cores if here and len(cores) > 1 else [None]
        _remove_leftovers()
        # refuses at once where it must, and is then the first worker
        self._ready = [(Flavour("base"), self._start(Flavour("base"), 0))]
        super().__init__(self._give, workers or len(cores))

    def close(self) -> None:
        super().close()
        while self._ready:
            self._ready.pop()[1].close()

    def _give(self, flavour: Flavour, slot: int) -> Worker:
        if slot == 0 and self._ready and self._ready[0][0] == flavour:
            return self._ready.pop()[1]
        return self._start(flavour, slot)

    def _start(self, flavour: Flavour, slot: int) -> Worker:
        # not every process begins with the same core
        core = self._pinned[(slot + os.getpid()) % len(self._pinned)]
        with _engine() as engine, self._refusals(engine):
            made = container.create(
                engine, self._image, flavour, self._memory_mb, core, self._runtime
            )
            stream = container.stream(_engine, made["Id"], self._memory_mb)
        worker = Worker(stream)
        try:
            for warning in made["Warnings"] or ():
                if "discarded" in warning and "cpuset" not in warning.lower():
                    raise SandboxUnavailable(UNBOUNDED.format(problem=warning))
            about = worker.greeting(START_SECONDS)
            if about.get("code") != digest(HERE, HERE / "tiny_pytest.py"):
                raise SandboxUnavailable(OLD_IMAGE.format(image=self._image))
        except WorkerDied as problem:
            worker.close()
            raise SandboxUnavailable(SILENT.format(problem=problem, image=self._image)) from None
        except SandboxUnavailable:
            worker.close()
            raise
        return worker

    @contextlib.contextmanager
    def _refusals(self, engine: "APIClient") -> Iterator[None]:
        """What Docker answers, in words that say what to do."""
        from docker.errors import APIError, ImageNotFound

        try:
            yield
        except ImageNotFound:
            raise SandboxUnavailable(NO_IMAGE.format(image=self._image)) from None
        except APIError as problem:
            if not self._runtime or "runtime" not in str(problem.explanation):
                raise
            known = ", ".join(sorted(engine.info()["Runtimes"]))
            raise SandboxUnavailable(
                NO_RUNTIME.format(runtime=self._runtime, known=known)
            ) from None


@contextlib.contextmanager
def _engine() -> Iterator["APIClient"]:
    """A client of Docker; SandboxUnavailable for whatever Docker does not do."""
    from docker import APIClient
    from docker.errors import APIError, DockerException
    from docker.utils import kwargs_from_env
    from requests.exceptions import RequestException

    where = kwargs_from_env()
    host = str(where.get("base_url", "unix:///var/run/docker.sock"))
    if "tls" in where or host.startswith(("ssh:", "https:")):
        raise SandboxUnavailable(ENCRYPTED.format(host=host))
    try:
        with contextlib.closing(APIClient(version="auto", **where)) as engine:
            yield engine
    except APIError as problem:
        said = REFUSED.format(problem=problem.explanation or problem)
        raise SandboxUnavailable(said) from None
    except (DockerException, RequestException) as problem:
        cause = _cause(problem)
        message = FORBIDDEN if isinstance(cause, PermissionError) else UNREACHABLE
        raise SandboxUnavailable(message.format(host=host, problem=cause)) from None


def _cause(problem: BaseException) -> BaseException:
    """The system's own error, which the SDK has wrapped several times."""
    found = problem
    while problem.__context__:
        problem = problem.__context__
        found = problem if isinstance(problem, OSError) else found
    return found


def _remove_leftovers() -> None:
    """Containers of callers that were killed before they could start them."""
    ours = {"label": container.LABEL, "status": ["created", "exited", "dead"]}
    with _engine() as engine:
        for found in engine.containers(all=True, filters=ours):
            if found["Created"] < time.time() - LEFTOVER_SECONDS:
                with contextlib.suppress(Exception):  # another caller removes it too
                    engine.remove_container(found["Id"], force=True)
