"""Tries the isolation that this machine gives, by running programs that must be held back."""

from dataclasses import dataclass

from sandbox.flavour import Flavour
from sandbox.jobs import Job, Limits, SandboxUnavailable, Stdout
from sandbox.local import LocalSandbox, start_worker

__all__ = ["Probe", "probe"]

LIMITS = Limits(cpu_seconds=0.5, wall_seconds=3.0, memory_mb=128)
REFUSED = {
    "no network": "import socket; socket.socket()",
    "no files of this machine": "open('/etc/passwd')",
    "no view of processes": "open('/proc/self/status')",
    "nothing writable": "open('/tmp/probe', 'w')",
    "no new processes": "import os; os.fork()",
    "no other programs": "import os; os.execv('/python/bin/python', ['python'])",
    "no signals to others": "import os; os.kill(-1, 9)",
}
ENDINGS = {
    "limit on processor time": ("while True: pass", "timeout"),
    "limit on memory": ("bytearray(10 ** 10)", "memory"),
    "limit on output": ("while True: print('x' * 999)", "output_limit"),
    "attacks on the kernel end the program": (
        "import ctypes; ctypes.CDLL(None).syscall(101, 0, 0, 0, 0)",
        "security",
    ),
}


@dataclass(frozen=True)
class Probe:
    """Whether programs are isolated here; `message` has the remedy if not."""

    ok: bool
    message: str
    properties: tuple[tuple[str, bool], ...] = ()


def probe() -> Probe:
    """Starts a worker and lets programs try what they must not be able to do."""
    try:
        worker, about = start_worker(Flavour("base"))
    except SandboxUnavailable as problem:
        return Probe(False, str(problem))
    worker.close()
    jobs = [
        Job(name, _attempt(line), Stdout(b"refused\n"), LIMITS) for name, line in REFUSED.items()
    ]
    jobs += [Job(name, program, "", LIMITS) for name, (program, _) in ENDINGS.items()]
    with LocalSandbox(workers=1) as sandbox:
        verdicts = {result.id: result.verdict for result in sandbox.run(jobs)}
    found = [("a process name space per program", bool(about["namespaces"]))]
    found += [(name, verdicts[name] == "passed") for name in REFUSED]
    found += [(name, verdicts[name] == wanted) for name, (_, wanted) in ENDINGS.items()]
    missing = [name for name, holds in found[1:] if not holds]
    if missing:
        return Probe(False, f"bubblewrap runs, but without: {', '.join(missing)}", tuple(found))
    return Probe(True, f"bubblewrap isolates programs (Python {about['python']})", tuple(found))


def _attempt(line: str) -> str:
    return f"try:\n    {line}\n    print('it worked')\nexcept OSError:\n    print('refused')\n"
