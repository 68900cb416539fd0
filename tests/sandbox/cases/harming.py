r"""Cases 33 to 44: what would harm other processes, or start some."""

from tests.sandbox.cases.table import row, table

__all__ = ["CASES"]

SIGNALLING = {
    "tgkill": "234, PID, PID, 9",
    "tkill": "200, PID, 9",
    "rt_sigqueueinfo": "129, PID, 9, bytes(128)",
    "rt_tgsigqueueinfo": "297, PID, PID, 9, bytes(128)",
    "pidfd_send_signal": "424, PID, 9, 0, 0",
}
PROCESSES = table(
    r"""
== 33 kills its parent | split driven: passed
import os
parent, denied = os.getppid(), False
try: parent and os.kill(parent, 9)
except OSError: denied = True
assert denied or not parent
<RIGHT>

== 33 kills everything | refused | driven: passed
import os
os.kill(-1, 9)

== 33 kills another process | refused
import os
os.kill(2, 9)

== 33 kills another group | refused
import os
os.killpg(2, 9)

== 33 kills its own group | split beside: passed crashed | driven: passed crashed error
import os
os.killpg(0, 9)
<RIGHT>

== 35 writes into its parent | refused
open('/proc/1/mem', 'r+b')

== 35 attaches to its parent | split driven: security
import ctypes, os
def f(n): ctypes.CDLL(None).syscall(101, 16, os.getppid(), 0, 0)

== 36 limits of another | denied
import ctypes
ctypes.CDLL(None).syscall(302, 2, 0, 0, 0) == -1

== 36 limits of its parent | refused | driven: passed
import os, resource
resource.prlimit(os.getppid() or 2, resource.RLIMIT_CPU, (1, 1))

== 36 priority | refused
import os
os.setpriority(os.PRIO_PROCESS, 0, -5)

== 36 priority of its user | refused
import os
os.setpriority(os.PRIO_USER, 0, 19)

== 36 affinity of its parent | refused
import os
os.sched_setaffinity(os.getppid(), {0})

== 36 input and output priority | denied
import ctypes
ctypes.CDLL(None).syscall(251, 1, 0, 0) == -1

== 37 fork | refused | driven: passed
import os
os.fork()

== 37 vfork | denied
import ctypes
ctypes.CDLL(None).syscall(58) == -1

== 37 clone | denied | driven: passed
import ctypes
ctypes.CDLL(None).syscall(56, 17, 0, 0, 0, 0) == -1

== 37 clone that shares memory | denied
import ctypes
ctypes.CDLL(None).syscall(56, 0x100 | 17, 0, 0, 0, 0) == -1

== 37 clone as a sibling | denied
import ctypes
ctypes.CDLL(None).syscall(56, 0x8000 | 17, 0, 0, 0, 0) == -1

== 37 fork bomb | split driven beside: error
import os
while True: os.fork()

== 37 fork bomb that goes on | split: timeout
import os
while True:
    try: os.fork()
    except OSError: pass

== 38 daemon | split driven beside: error
import os
if os.fork() == 0:
    os.setsid()

== 39 threads | split driven: error
import threading, time
threading.stack_size(1 << 16)
for _ in range(10000): threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
<RIGHT>

== 39 a few threads | split driven: passed | usual
import time
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(8) as threads:
    assert sum(threads.map(lambda n: time.sleep(0.01) or n, range(20))) == 190
<RIGHT>

== 40 subprocess | split: error | flags: blocked:subprocess.Popen
import subprocess
subprocess.run(['/bin/true'])

== 40 os.system | split: error | flags: blocked:os.system
import os
assert os.system('true') == 0

== 40 os.popen | split: error | flags: blocked:subprocess.Popen
import os
os.popen('true').read()

== 40 pty | split: error | flags: blocked:pty.spawn
import pty
pty.spawn('/bin/sh')

== 40 multiprocessing | split driven: error
import multiprocessing
multiprocessing.Pool(2)

== 41 ignores signals | split driven: timeout
import signal
for s in range(1, 65):
    try: signal.signal(s, signal.SIG_IGN)
    except (OSError, ValueError): pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while True: pass

== 42 stops itself | split driven: timeout | short
import os, signal, time
os.kill(os.getpid(), signal.SIGSTOP)
time.sleep(60)

== 43 closes everything | split driven beside stdout: error
import os
os.closerange(0, 64)
print(4)
<RIGHT>

== 43 closes its report | split beside stdout: error | driven: passed
import os
os.closerange(3, 4)
print(4)
<RIGHT>

== 44 raises a limit | split driven: passed
import resource
try:
    resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40))
    assert False
except (ValueError, OSError): pass
<RIGHT>

== 44 may open nothing | split driven: passed
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
<RIGHT>

== 44 may write nothing | split: error | driven: passed
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
<RIGHT>
""",
)

CASES = [
    *PROCESSES,
    *(
        row(
            f"34 {name} to process {pid} | denied",
            f"import ctypes\nctypes.CDLL(None).syscall({arguments.replace('PID', str(pid))}) == -1",
        )
        for name, arguments in SIGNALLING.items()
        for pid in (1, 2)
        if (name, pid) != ("tgkill", 1)  # which may be its own number
    ),
]
