"""Tries the isolation that this machine gives, by running programs that must be held back."""

from dataclasses import dataclass

from sandbox.backend import Backend, open_sandbox
from sandbox.jobs import Job, Limits, Profile, SandboxUnavailable, Stdout

__all__ = ["Probe", "probe"]

LIMITS = Limits(cpu_seconds=0.5, wall_seconds=3.0, memory_mb=128)
REFUSED = {
    "no network": "import socket; socket.socket()",
    "no files of this machine": "open('/etc/passwd')",
    "no view of processes": "open('/proc/self/status')",
    "nothing writable": "open('/tmp/probe', 'w')",
    "no new processes": "import os; os.fork()",
    "no other programs": "import os, sys; os.execv(sys.executable, ['python'])",
    "no signals to others": "import os; os.kill(-1, 9)",
    "no limits of others": "import os, resource; resource.prlimit(os.getppid() or 2, 0, (1, 1))",
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
SCRATCH = "open('left', 'x').write('x')"
MORE = {
    "process numbers of its own for each program": "import os; print(os.getpid() == 1)",
    "a user of its own for each program": "import os; print(os.getuid() not in (0, 65534))",
}
"""What a machine may lack: another layer below those that were tried."""


@dataclass(frozen=True)
class Probe:
    """Whether programs are isolated here; `message` has the remedy if not. `properties` were tried
    and must hold, `layers` are what stands behind them."""

    ok: bool
    message: str
    properties: tuple[tuple[str, bool], ...] = ()
    layers: tuple[str, ...] = ()


ONE = Backend(workers=1)


def probe(backend: Backend = ONE) -> Probe:
    """Lets programs try what they must not be able to do."""
    jobs = [_script(name, _attempt(line), "refused\n") for name, line in REFUSED.items()]
    jobs += [Job(name, program, "", LIMITS) for name, (program, _) in ENDINGS.items()]
    jobs += [_script(name, line, "True\n") for name, line in MORE.items()]
    scratch = Profile(scratch_mb=1)
    for name in ("scratch 1", "scratch 2"):
        jobs.append(Job(name, f"{SCRATCH}  # {name}", "", LIMITS, profile=scratch))
    try:
        with open_sandbox(backend) as sandbox:
            verdicts = {result.id: result.verdict for result in sandbox.run(jobs)}
    except SandboxUnavailable as problem:
        return Probe(False, str(problem))
    wanted = dict.fromkeys(REFUSED, "passed") | {n: verdict for n, (_, verdict) in ENDINGS.items()}
    found = [(name, verdicts[name] == verdict) for name, verdict in wanted.items()]
    emptied = verdicts["scratch 1"] == verdicts["scratch 2"] == "passed"
    found.append(("a scratch folder that is empty each time", emptied))
    layers = tuple(name for name in MORE if verdicts[name] == "passed")
    if missing := [name for name, holds in found if not holds]:
        return Probe(
            False, f"programs run, but without: {', '.join(missing)}", tuple(found), layers
        )
    return Probe(True, "programs are isolated", tuple(found), layers)


def _script(name: str, program: str, printed: str) -> Job:
    return Job(name, program, Stdout(printed.encode()), LIMITS)


def _attempt(line: str) -> str:
    return (
        f"try:\n    {line}\n    print('it worked')\n"
        "except (OSError, ValueError):\n    print('refused')\n"
    )
