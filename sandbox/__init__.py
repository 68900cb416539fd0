"""Runs untrusted programs against tests, with verdicts that the programs cannot forge.

The process that knows the expected values is never the process that runs the program. Tests are
split: the program's process answers questions (`f(2)`), the host compares. Tests that need Python
of their own (comprehensions, while loops) drive the program from a second confined process through
proxies. Only tests that handle the program's own objects run beside it, and then a pass must not
survive changed expectations (trust "poisoned"). A pass always needs a complete report: exit
statuses, silence and ends of streams are never one.

What is covered (tests/sandbox/test_docstring.py names the tests of every line):

* forged verdicts: early exits, frame and heap walks, objects that equal everything, replaced
  builtins and modules, records written by the program, handlers at exit, background threads
* reading: other programs, expected values, files, devices, environment and processes of the machine
* harm: signals, limits of other processes, forks, programs, sockets, IPC, attacks on the kernel
* exhaustion: processor time (which decides a timeout), wall time, memory, threads, files, output,
  recursion, descriptors
* answers of any size, depth or kind, and tests whose expected values run away: the host stays free
* a worker that dies, lies or stalls: nothing lost, nothing twice, nothing believed that it said
  since it last proved itself; a program that brings that about twice is "security"
* a program that was killed or kept waiting from outside is judged by another run, alone
* nothing is left behind: processes, files, descriptors, mounts, containers
* right programs pass, whatever of the standard library they use
* tests that could not fail are flagged on request ("weak_tests", "no_call")
* what was raised comes back as data, and on request the variables after each statement

What is not covered:

* kernel vulnerabilities and hardware side channels: the kernel is shared with the machine, unless
  Docker's runtime is one with a kernel of its own ("runsc")
* programs that know the answers of visible tests pass: use hidden ones
* beside its tests, a forgery that also tells changed expectations from true ones
* tests that let the program's own objects judge: their methods answer as they like
* programs that need further processes, sockets, or packages other than numpy end in an error
* local workers have no cgroup: each program has its limits, nothing bounds them together
* Docker gives a program a user of its own, but no process numbers of its own
* clocks are real, and a program may behave differently from one run to the next
* machines other than Linux on x86-64 are refused
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
