r"""Cases 26 to 32: what a program must not be able to read."""

from tests.sandbox.cases.seeking import SCAN
from tests.sandbox.cases.table import row, table

__all__ = ["CASES"]

LEAVING = r"""
import builtins, fcntl, os, random, resource, signal, sys, time
builtins.left_over = sys.left_over = "left-over-1"
kept = ["left-over-" + str(n) for n in range(9)]
os.environ["LEFT"] = "left-over-2"
os.umask(0)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
signal.signal(signal.SIGUSR2, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 0.2)
resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))
random.seed(5)
sys.setrecursionlimit(77)
sys.path.append("/left")
for name in ("/left-over-3", "left-over-4", "/ratchet/left-over-5", "/dev/left-over-6"):
    try: open(name, "w")
    except OSError: pass
kept.append(open("/ratchet/pytest.py"))
for d in (0, 1, 2, kept[-1]):
    try: fcntl.flock(d, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError: pass
    fcntl.fcntl(d, fcntl.F_SETFL, os.O_NONBLOCK | os.O_APPEND)
    fcntl.fcntl(d, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(d, 10, signal.SIGUSR1)
"""
STATE = {
    "names": "not hasattr(builtins, 'left_over') and 'LEFT' not in os.environ",
    "signals": (
        "signal.getsignal(signal.SIGUSR2) is signal.SIG_DFL and signal.SIGUSR1 not in "
        "signal.pthread_sigmask(signal.SIG_BLOCK, ()) and signal.getitimer(0) == (0.0, 0.0)"
    ),
    "limits": "resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 9 and os.umask(0) != 0",
    "settings": "random.random() == 0.8444218515250481 and sys.getrecursionlimit() == 1000",
    "files": (
        "not [n for d in ('/', '.', '/tmp', '/dev', '/ratchet') for n in os.listdir(d)"
        " if 'left' in n] and '/left' not in sys.path"
    ),
    "flags of descriptors": (
        "not [d for d in range(3) if fcntl.fcntl(d, fcntl.F_GETFL) & (os.O_NONBLOCK | os.O_APPEND)]"
    ),
    "owners of descriptors": (
        "not [d for d in range(3) if fcntl.fcntl(d, fcntl.F_GETOWN) or fcntl.fcntl(d, 11)]"
    ),
    "locks": (
        "[fcntl.flock(os.open(n, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)"
        " for n in ('/dev/null', '/ratchet/pytest.py')] == [None, None]"
    ),
}
IMPORTS = "import builtins, fcntl, os, random, resource, signal, sys\n"

FILES = table(
    r"""
== 26 siblings in the heap | denied | driven: passed
import gc
objects = gc.get_objects()
seen = [o for o in objects if isinstance(o, dict) and 'SECRET_42' in o]
seen += [o for o in objects if 'SECRET_42' in getattr(o, 'co_names', ())]
not seen

== 26 siblings in memory | denied | driven: passed | long
<SCAN>
not scan(re.compile(rb"SECRET-\d{6}|left[-]over-\d"))
-- before
<LEAVING>

== 27 environment of a process | refused | driven: passed
open('/proc/self/environ').read()

== 27 memory of its parent | refused
open('/proc/1/mem', 'rb').read()

== 27 its own memory map | refused
open('/proc/self/maps').read()

== 27 command lines | refused
open('/proc/1/cmdline').read()

== 27 processes | refused
import os
os.listdir('/proc')

== 28 users of the machine | refused | driven: passed
open('/etc/passwd')

== 28 devices of the machine | refused
import os
os.listdir('/sys')

== 28 files of the machine | denied | driven: passed
import os
names = "/etc/passwd /etc/shadow /etc/hosts /root /home /var /proc /sys /run /boot /mnt /inside"
names += " /dev/mem /dev/kmsg /dev/tty /dev/pts /dev/shm /dev/fd /dev/stdin /.dockerenv"
not [name for name in names.split() if os.path.exists(name)]

== 28 devices | denied
import os
sorted(os.listdir('/dev')) == ['null', 'urandom', 'zero']

== 28 devices that are there can be used | split driven: passed
import os
print('x', file=open(os.devnull, 'w'))
assert open('/dev/zero', 'rb').read(2) == bytes(2) and len(open('/dev/urandom', 'rb').read(2)) == 2
<RIGHT>

== 28 files without leave to open any | refused | driven: passed | bare
open('/ratchet/pytest.py')

== 28 modules without leave to open any | split: error | bare
import csv

== 28 files by number without leave to open any | denied | bare
import ctypes
opened = ctypes.CDLL(None).syscall(2, b'/ratchet/pytest.py', 0)
opened == ctypes.CDLL(None).syscall(257, -100, b'/ratchet/pytest.py', 0) == -1

== 28 upwards | denied
import os
top = os.stat('/')
for _ in range(99): os.chdir('..')
os.path.samestat(os.stat('.'), top) and not os.path.exists('/../etc/passwd')

== 28 installed packages | denied
import os, sys
folders = [n for n in sys.path if 'packages' in n and os.path.isdir(n)]
not [name for folder in folders for name in os.listdir(folder)]

== 28 its user | denied
import os
0 not in (*os.getresuid(), *os.getresgid(), *os.getgroups())

== 29 descriptors | denied
import os
opened = []
for d in range(4, 4096):
    try: opened.append(os.fstat(d))
    except OSError: pass
not opened

== 29 descriptors of a driven program | denied | driven: passed
import os
opened = []
for d in range(6, 4096):
    try: opened.append(os.fstat(d))
    except OSError: pass
not opened

== 29 request stream | denied | driven: passed
import os
os.read(0, 100) == b''

== 29 takes calls away from itself | driven: timeout | short
import os
os.read(4, 1 << 16)

== 30 environment | denied | driven: passed
import os
known = "PYTHONPATH PYTHONHASHSEED LD_LIBRARY_PATH LD_BIND_NOW TZ LC_ALL LC_CTYPE PWD PATH HOME"
known += " OMP_NUM_THREADS MALLOC_ARENA_MAX OPENBLAS_NUM_THREADS MKL_NUM_THREADS HOSTNAME"
set(os.environ) <= set(known.split())

== 31 leaves a file | refused | driven: passed
open('/tmp/left', 'w')

== 31 leaves a memory file | refused
import os
os.memfd_create('left')

== 31 leaves an abstract socket | refused
import socket
socket.socket(socket.AF_UNIX).bind('\0left')

== 31 leaves shared memory | denied
import ctypes
ctypes.CDLL(None).syscall(29, 1234, 4096, 0o1666) == -1

== 31 leaves semaphores | denied
import ctypes
ctypes.CDLL(None).syscall(64, 1234, 1, 0o1666) == -1

== 31 leaves a message queue | denied
import ctypes
ctypes.CDLL(None).syscall(68, 1234, 0o1666) == -1

== 31 leaves a POSIX queue | denied
import ctypes
ctypes.CDLL(None).syscall(240, b'left', 66, 0o666, 0) == -1

== 31 files left in its folder | denied | driven: passed | scratch
import os
os.listdir('/tmp') == [] and os.getcwd() == '/tmp'
-- before
import os
os.makedirs('a/b')
open('left-over-1', 'w').write('x')
os.chmod('a', 0)

== 31 names of files left in memory | denied | scratch | long
<SCAN>
not scan(re.compile(rb"left[-]over-\d"))
-- before
for n in range(500): open(f'left-over-{n}', 'w')

== 32 load, usage and processors | split driven: passed error
import os, resource, time
os.getloadavg(); os.sched_getaffinity(0); os.times()
resource.getrusage(resource.RUSAGE_CHILDREN); time.thread_time()
<RIGHT>
""",
    SCAN=SCAN,
    LEAVING=LEAVING,
)

CASES = [
    *FILES,
    *(
        row(
            f"31 state left in {name} | denied | driven: passed",
            f"{IMPORTS}{what}\n-- before\n{LEAVING}",
        )
        for name, what in STATE.items()
    ),
]
