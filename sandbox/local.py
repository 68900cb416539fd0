"""The sandbox on this machine: one bubblewrap per worker, this interpreter inside it."""

import os
import subprocess
import tempfile
from collections.abc import Sequence

from sandbox.allowed_calls import refusal
from sandbox.bubblewrap import command
from sandbox.flavour import Flavour
from sandbox.jobs import SandboxUnavailable
from sandbox.sandboxing import PooledSandbox
from sandbox.worker import Stream, Worker, WorkerDied

__all__ = ["LocalSandbox", "start_worker"]

START_SECONDS = 30.0
REFUSED = (
    "bubblewrap cannot isolate programs on this machine ({problem}). It needs user namespaces: "
    "set 'sysctl kernel.unprivileged_userns_clone=1' (Debian), or 'sysctl "
    "kernel.apparmor_restrict_unprivileged_userns=0' (Ubuntu 23.10 and later); inside Docker, "
    "start the container with '--security-opt seccomp=unconfined'. Root needs no user namespaces. "
    "Or use DockerSandbox."
)


class LocalSandbox(PooledSandbox):
    """Runs programs on this machine, one worker per usable processor core unless told otherwise.

    Raises SandboxUnavailable where programs cannot be isolated.
    """

    def __init__(self, workers: int | None = None) -> None:
        # refuses at once; and this worker ends here, since one lives only as long as the thread
        # that started it, which is to be the pool's
        start_worker(Flavour("base"))[0].close()
        cores = sorted(os.sched_getaffinity(0))
        workers = workers or len(cores)
        # where all cores are used, a worker that stays on its own finds its caches warm
        own: Sequence[int | None] = cores if workers >= len(cores) else [None]
        super().__init__(
            lambda flavour, slot: start_worker(flavour, own[slot % len(own)])[0], workers
        )


def start_worker(flavour: Flavour, core: int | None = None) -> tuple[Worker, dict[str, object]]:
    """A worker that has greeted, and its greeting; SandboxUnavailable if it cannot start."""
    if problem := refusal():
        raise SandboxUnavailable(problem)
    for root in (True, False) if os.geteuid() == 0 else (False,):
        try:
            return _start(command(flavour, root, core))
        except WorkerDied as refused:
            problem = str(refused)
    raise SandboxUnavailable(REFUSED.format(problem=problem))


def _start(line: list[str]) -> tuple[Worker, dict[str, object]]:
    complaints = tempfile.TemporaryFile()  # noqa: SIM115  closed with the worker
    process = subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, bufsize=0
    )
    assert process.stdin
    assert process.stdout
    requests, responses = os.dup(process.stdin.fileno()), os.dup(process.stdout.fileno())
    process.stdin.close()
    process.stdout.close()

    def complaint() -> str:
        complaints.seek(0)
        text = complaints.read(2000).decode(errors="replace").strip()
        return f": {text}" if text else ""

    def kill() -> None:
        process.kill()
        process.wait()

    worker = Worker(Stream(requests, responses, kill, complaint, complaints.close))
    try:
        return worker, worker.greeting(START_SECONDS)
    except WorkerDied:
        worker.close()
        raise
