r"""Cases 64 to 66: files, memory and descriptors without end."""

from tests.sandbox.cases.table import row, table

__all__ = ["CASES"]

CALLS = {
    "inotify": "294, 0",
    "timers": "222, 1, 0, bytes(8)",
    "timers as descriptors": "283, 1, 0",
    "signals as descriptors": "289, -1, bytes(8), 8, 0",
    "semaphores": "64, 0, 1, 0o1666",
    "asynchronous input and output": "206, 9, bytes(8)",
    "locked memory": "151, 7",
}
FILES = table(
    r"""
== 64 writes without a folder | split driven beside: error
open('/tmp/x', 'w').write('x')

== 64 makes folders without a folder | split: error
import os
os.makedirs('/tmp/a/b/c')

== 64 uses its folder | split driven beside: passed | scratch
open('x', 'w').write('4')
assert open('/tmp/x').read() == '4'
<RIGHT>

== 64 fills one file | split driven: error | scratch | long
x = open('x', 'wb')
while True: x.write(bytes(1 << 16))

== 64 fills many files | split: error | scratch | long
from itertools import count
for n in count(): open(str(n), 'wb').write(bytes(1 << 20))

== 64 a million files | split: error | scratch | long
for n in range(10 ** 6): open(str(n), 'w')

== 64 a million links | split: error | scratch | long
import os
open('x', 'w')
for n in range(10 ** 6): os.link('x', str(n))

== 64 a million symbolic links | split: error | scratch | long
import os
for n in range(10 ** 6): os.symlink('/dev/zero', str(n))

== 64 folders in folders | split: error | scratch | long
import os
while True:
    os.mkdir('x')
    os.chdir('x')

== 64 a thousand folders in folders | split: passed | scratch | long
import os
for n in range(900):
    os.mkdir('x')
    os.chdir('x')
<RIGHT>

== 64 sparse file | split: error | scratch
import os
os.truncate(open('x', 'w').name, 1 << 50)

== 64 unreadable folders | split driven: passed | scratch
import os
os.makedirs('a/b/c')
open('a/b/c/d', 'w')
for name in ('a/b/c', 'a/b', 'a'): os.chmod(name, 0)
<RIGHT>

== 64 makes its folder unreadable or removes it | split driven: passed | scratch
import os
for change in (lambda: os.rmdir('/tmp'), lambda: os.chmod('/tmp', 0)):
    try: change()
    except OSError: pass
<RIGHT>

== 64 names of all bytes | split: passed | scratch
for n in range(1, 256):
    if n != 47: open(bytes([n, 10, 255]), 'w')
<RIGHT>

== 64 links out of its folder | split: passed | scratch
import os
os.symlink('/', 'a')
os.symlink('a', 'b')
os.symlink('.', 'c')
os.symlink('/tmp', 'd')
<RIGHT>

== 64 a device in its folder | refused | scratch
import os
os.mknod('null', 0o20666, os.makedev(1, 3))

== 64 a file without a name | split: passed | scratch
import os
x = open('x', 'wb')
x.write(bytes(1 << 20))
os.unlink('x')
<RIGHT>

== 65 memory file | refused | driven: passed
import os
os.memfd_create('x')

== 65 shared memory by name | refused
open('/dev/shm/x', 'w')

== 65 shared memory of the library | refused
from multiprocessing.shared_memory import SharedMemory
SharedMemory(create=True, size=9)

== 65 shared map | refused | driven: passed
import mmap
mmap.mmap(-1, 1 << 30)

== 65 map of zeros | refused
import mmap, os
mmap.mmap(os.open('/dev/zero', os.O_RDWR), 1 << 30)

== 65 its output as memory | refused
import mmap, os
os.ftruncate(1, 1 << 30)

== 66 pipes | split driven: error
import os
kept = []
while True: kept.append(os.pipe())

== 66 large pipes | split: error
import fcntl, os
kept = []
while True:
    kept.append(os.pipe())
    fcntl.fcntl(kept[-1][1], 1031, 1 << 20)
    os.write(kept[-1][1], bytes(1 << 20))

== 66 events | split: error
import os
kept = []
while True: kept.append(os.eventfd(0))

== 66 trees of epoll | split: error
import select
kept = [select.epoll()]
while True:
    kept.append(select.epoll())
    kept[-1].register(kept[-2].fileno())
""",
)

CASES = [
    *FILES,
    *(
        row(f"66 {name} | denied", f"import ctypes\nctypes.CDLL(None).syscall({arguments}) == -1")
        for name, arguments in CALLS.items()
    ),
]
