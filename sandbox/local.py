"""The sandbox on this machine: one bubblewrap per worker, this interpreter inside it."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sandbox.jobs import Job, Result, SandboxUnavailable
from sandbox.pool import Pool
from sandbox.runner import Runner
from sandbox.worker import Stream, Worker, WorkerDied

__all__ = ["LocalSandbox", "start_worker"]

HERE = Path(__file__).parent
INSIDE = ("confine", "decode", "driver", "encode", "frames", "program", "syscalls", "zygote")
"""The modules of this package that run inside; nothing else of Ratchet is visible there."""
START_SECONDS = 30.0
MISSING = (
    "bubblewrap is not installed: the local sandbox runs model-written programs in it. "
    "Install it with 'apt-get install bubblewrap' (or run 'make setup')."
)
REFUSED = (
    "bubblewrap cannot isolate programs on this machine ({problem}). It needs user namespaces: "
    "set 'sysctl kernel.unprivileged_userns_clone=1' (Debian), or 'sysctl "
    "kernel.apparmor_restrict_unprivileged_userns=0' (Ubuntu 23.10 and later); inside Docker, "
    "start the container with '--security-opt seccomp=unconfined'."
)


def isolation() -> list[str]:
    """The command that isolates a worker: nothing writable, no network, no /proc, no host paths."""
    bubblewrap = shutil.which("bwrap")
    if not bubblewrap:
        raise SandboxUnavailable(MISSING)
    command = [bubblewrap, "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"]
    command += ["--clearenv", "--cap-drop", "ALL", "--hostname", "sandbox"]
    command += ["--uid", "65534", "--gid", "65534"]
    for name, value in ENVIRONMENT.items():
        command += ["--setenv", name, value]
    for folder in ("/usr/lib", "/usr/lib64"):
        command += ["--ro-bind-try", folder, folder]
    for folder in ("/lib", "/lib64"):
        linked = os.path.islink(folder)
        command += (
            ["--symlink", f"usr{folder}", folder] if linked else ["--ro-bind-try", folder, folder]
        )
    for device in ("null", "zero", "urandom"):
        command += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    command += ["--dir", "/tmp", *_interpreter()]
    for name in INSIDE:
        command += ["--ro-bind", str(HERE / f"{name}.py"), f"/ratchet/sandbox/{name}.py"]
    command += ["--ro-bind", str(HERE / "tiny_pytest.py"), "/ratchet/pytest.py"]
    command += ["--remount-ro", "/", "--chdir", "/tmp"]
    return [*command, "--", *INTERPRETER, "-m", "sandbox.zygote"]


VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
INTERPRETER = (f"/python/bin/{VERSION}", "-s", "-S", "-B", "-X", "utf8")
ENVIRONMENT = {
    "PYTHONPATH": "/ratchet",
    "PYTHONHASHSEED": "0",
    "LD_LIBRARY_PATH": "/python/lib",
    "LD_BIND_NOW": "1",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def _interpreter() -> list[str]:
    """The interpreter that runs Ratchet, under another path and without its installed packages."""
    prefix = Path(sys.base_prefix)
    library = Path(sysconfig.get_path("stdlib", vars={"installed_base": str(prefix)}))
    binds = ["--ro-bind", str((prefix / "bin" / VERSION).resolve()), f"/python/bin/{VERSION}"]
    binds += ["--ro-bind", str(library), f"/python/lib/{VERSION}"]
    for shared in sorted((prefix / "lib").glob("libpython*.so*")):
        binds += ["--ro-bind", str(shared.resolve()), f"/python/lib/{shared.name}"]
    for packages in (f"/python/lib/{VERSION}/site-packages", "/usr/lib/python3/dist-packages"):
        inside = library / "site-packages" if packages.startswith("/python") else Path(packages)
        if inside.is_dir():
            binds += ["--tmpfs", packages, "--remount-ro", packages]
    return binds


def start_worker(seconds: float = START_SECONDS) -> tuple[Worker, bytes]:
    """A worker that has greeted, and its greeting; SandboxUnavailable if it cannot start."""
    command = isolation()
    complaints = tempfile.TemporaryFile()  # noqa: SIM115  closed with the worker
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, bufsize=0
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
        return worker, worker.greeting(seconds)
    except WorkerDied as problem:
        worker.close()
        raise SandboxUnavailable(REFUSED.format(problem=problem)) from None


class LocalSandbox:
    """Runs programs on this machine, one worker per usable processor core unless told otherwise."""

    def __init__(self, workers: int | None = None) -> None:
        worker, _ = start_worker()  # refuses at once where programs cannot be isolated
        worker.close()  # a worker lives as long as the thread that started it: the pool's
        self.users: list[Any] = []  # what still runs programs here when the block ends: waited for
        self._pool = Pool(_start, workers or len(os.sched_getaffinity(0)))
        self._runner = Runner(self._pool)

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Yields each job's result as it finishes, in any order, every id exactly once."""
        return self._runner.run(jobs)

    def close(self) -> None:
        self._pool.close()

    def __enter__(self) -> "LocalSandbox":
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            if exception[0] is None:
                for user in self.users:
                    user.wait()
        finally:
            self.close()


def _start() -> Worker:
    try:
        return start_worker()[0]
    except SandboxUnavailable as problem:
        raise WorkerDied(str(problem)) from None
