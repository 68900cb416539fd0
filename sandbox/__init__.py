"""Runs untrusted programs against tests, with verdicts that the programs cannot forge.

The process that knows the expected values is never the process that runs the program. Tests are
split: the program's process answers questions (`f(2)`), the host compares. Tests that need Python
of their own (comprehensions, while loops) drive the program from a second confined process through
proxies. Only tests that handle the program's own objects run beside it, and then a pass must not
survive changed expectations (trust "poisoned"). A pass always needs a complete report: exit
statuses, silence and ends of streams are never one.

What is covered (test_forgery, test_harm, test_running, test_splitting, test_weak_tests):

* forged verdicts: early exits, frame and heap walks, objects that equal everything, replaced
  builtins and modules, records written by the program, handlers at exit, background threads
* reading: other programs, expected values, files, devices, environment and processes of the machine
* harm: signals, limits of other processes, forks, programs, sockets, IPC, attacks on the kernel
* exhaustion: processor time (which decides a timeout), wall time, memory, output, recursion,
  descriptors, answers of any size or depth, tests whose expected values run away
* a worker that dies: nothing lost, nothing twice; what ends its worker twice is "security"
* tests that could not fail are flagged on request ("weak_tests", "no_call")

What is not covered:

* kernel vulnerabilities and hardware side channels: the kernel is shared with the machine
* programs that know the answers of visible tests: use hidden ones
* beside its tests, a forgery that also tells changed expectations from true ones
* the number of threads where the host's user is root: only the memory limit bounds them
* memory of a whole worker: each program has its limit, there is no cgroup around them
* packages beyond the standard library, and what needs sockets (asyncio's event loop)
* machines other than Linux on x86-64
* clocks are real: a program may behave differently from one run to the next
"""

from sandbox.backend import Backend, open_sandbox
from sandbox.docker import DockerSandbox
from sandbox.jobs import (
    VERDICTS,
    Call,
    Job,
    Limits,
    Profile,
    Result,
    Sandbox,
    SandboxUnavailable,
    Stdout,
    Trust,
    Verdict,
)
from sandbox.local import LocalSandbox
from sandbox.probe import Probe, probe
from sandbox.states import State, States, Unshown
from sandbox.tracebacks import Frame, Traceback

__all__ = [
    "VERDICTS",
    "Backend",
    "Call",
    "DockerSandbox",
    "Frame",
    "Job",
    "Limits",
    "LocalSandbox",
    "Probe",
    "Profile",
    "Result",
    "Sandbox",
    "SandboxUnavailable",
    "State",
    "States",
    "Stdout",
    "Traceback",
    "Trust",
    "Unshown",
    "Verdict",
    "open_sandbox",
    "probe",
]
