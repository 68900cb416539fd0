r"""Cases 45 to 48: calls of the system that a program must not make."""

from tests.sandbox.cases.table import RIGHT, row, table

__all__ = ["CASES"]

FAMILIES = {"IPv4": 2, "IPv6": 10, "netlink": 16, "packet": 17, "VSOCK": 40, "ALG": 38}
FAMILIES |= {"Unix": 1, "Bluetooth": 31, "CAN": 29, "XDP": 44, "SMC": 43, "TIPC": 30}
KILLED = {"unshare": 272, "setns": 308, "mount": 165, "umount": 166, "pivot_root": 155, "bpf": 321}
KILLED |= {"chroot": 161, "perf_event_open": 298, "userfaultfd": 323, "keyctl": 250, "add_key": 248}
KILLED |= {"request_key": 249, "kexec_load": 246, "kexec_file_load": 320, "init_module": 175}
KILLED |= {"finit_module": 313, "delete_module": 176, "open_by_handle_at": 304, "swapon": 167}
KILLED |= {"reboot": 169, "ioperm": 173, "iopl": 172, "open_tree": 428, "move_mount": 429}
KILLED |= {"fsopen": 430, "fsconfig": 431, "fsmount": 432, "mount_setattr": 442, "ptrace": 101}
KILLED |= {"process_vm_readv": 310, "process_vm_writev": 311}
KILLED |= {"x32 getpid": 0x40000000 + 39, "x32 ptrace": 0x40000000 + 521}
REFUSED = {"io_uring_setup": 425, "io_uring_enter": 426, "clone3": 435, "personality": 135}
REFUSED |= {"modify_ldt": 154, "fanotify_init": 300, "pidfd_getfd": 438, "lookup_dcookie": 212}
REFUSED |= {"quotactl": 179, "acct": 163, "syslog": 103, "vhangup": 153, "settimeofday": 164}
REFUSED |= {"clock_settime": 227, "adjtimex": 159, "sethostname": 170, "kcmp": 312}
REFUSED |= {"process_madvise": 440, "move_pages": 279, "migrate_pages": 256}
REFUSED |= {"name_to_handle_at": 303, "landlock_create_ruleset": 444, "memfd_secret": 447}
CALL = "import ctypes\ndenied = ctypes.CDLL(None).syscall({}, 0, 0, 0, 0, 0) == -1\n"

SYSTEM = table(
    r"""
== 45 socket | refused | driven: passed
import socket
socket.socket()

== 45 pair of datagram sockets | refused | driven: passed
import socket
socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)

== 45 pair of sockets with which to reach another | refused
import socket
pair = socket.socketpair()
pair[0].sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, b'\0\0\0\0')])

== 45 pair of sockets that is connected anew | refused
import socket
socket.socketpair()[0].connect('\0x')

== 45 pair of sockets that sends elsewhere | refused
import socket
socket.socketpair()[0].sendto(b'x', '\0x')

== 45 urgent bytes | refused
import socket
socket.socketpair()[0].send(b'x', socket.MSG_OOB)

== 45 socket by number | denied
import ctypes
ctypes.CDLL(None).syscall(41, 2, 1, 0) == -1

== 45 names | refused
import socket
socket.getaddrinfo('example.com', 80)

== 45 metadata of the machine | refused
import urllib.request
urllib.request.urlopen('http://169.254.169.254/', timeout=1)

== 46 call of 32 bits (a kernel may have none) | split driven beside: security crashed
import ctypes, mmap
def f(n):
    page = mmap.mmap(-1, 4096, prot=7)
    page.write(b"\xb8\x14\0\0\0\xcd\x80\xc3")  # mov eax, 20 (getpid); int 0x80; ret
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()

== 47 symbolic link | refused
import os
os.symlink('/etc/passwd', '/tmp/link')

== 47 hard link | refused
import os
os.link('/ratchet/pytest.py', '/tmp/link')

== 47 FIFO | refused
import os
os.mkfifo('/tmp/fifo')

== 47 device | refused
import os, stat
os.mknod('/tmp/null', stat.S_IFCHR | 0o666, os.makedev(1, 3))

== 47 name above its folder | refused
open('/tmp/../../escaped', 'w')

== 47 mode of a device | refused
import os
os.chmod('/dev/null', 0o666)

== 47 mode of an open device | refused
import os
os.fchmod(os.open('/dev/zero', 0), 0o666)

== 47 owner of a device | refused
import os
os.chown('/dev/null', os.getuid(), -1)

== 47 times of a device | refused
import os
os.utime('/dev/null', (1, 1))

== 47 removed device | refused
import os
os.unlink('/dev/null')

== 47 mode of a module | refused
import os
os.chmod('/ratchet/sandbox/encode.py', 0o777)

== 48 terminal | refused
open('/dev/tty')

== 48 types into its descriptors | split driven: passed
import fcntl
typed = []
for d in range(6):
    try: typed.append(fcntl.ioctl(d, 0x5412, b'x'))
    except OSError: pass
assert not typed
<RIGHT>
""",
)

CASES = [
    *SYSTEM,
    *(
        row(f"45 {name}, kind {kind} | refused", f"import socket\nsocket.socket({family}, {kind})")
        for name, family in FAMILIES.items()
        for kind in (1, 3)
    ),
    *(
        row(f"46 {name} | split: security", CALL.format(number) + RIGHT)
        for name, number in KILLED.items()
    ),
    *(
        row(f"46 {name} | split: passed", CALL.format(number) + "assert denied\n" + RIGHT)
        for name, number in REFUSED.items()
    ),
]
