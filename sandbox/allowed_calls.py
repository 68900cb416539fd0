"""Which system calls a program may make, by name, with the numbers of x86-64 (runs inside).

The first two lists are derived, by tracing programs that are right (tools/derive_syscalls.py): what
none of them needs is not there. A short third list adds what other versions of the interpreter, of
the C library or of the kernel use in place of these. All else is refused with EPERM, and so becomes
an ordinary error of Python; what no honest program could ask for ends the program.
"""

import os

__all__ = ["ABSENT", "ALLOWED", "CHECKED", "KILLED", "NEWER", "refusal"]

MACHINE = "x86_64"
REFUSAL = (
    "the sandbox knows the system calls of Linux on x86_64 only, and this is {machine}: a filter "
    "of other numbers would not hold programs back. Run it on an x86_64 machine."
)


def refusal(system: str = "", machine: str = "") -> str:
    """Why programs cannot be confined on this machine; empty where they can."""
    here = os.uname()
    system, machine = system or here.sysname, machine or here.machine
    fits = system == "Linux" and machine == MACHINE
    return "" if fits else REFUSAL.format(machine=f"{system} on {machine}")


def _calls(text: str) -> dict[str, int]:
    pairs = (entry.split("=") for entry in text.split())
    return {name: int(number) for name, number in pairs}


# Made by confined programs. Derived (CPython 3.11, 3.12 and 3.13, glibc 2.36): do not edit.
PROGRAMS = _calls("""
read=0 write=1 close=3 poll=7 lseek=8 mmap=9 mprotect=10 munmap=11 brk=12 rt_sigaction=13
rt_sigprocmask=14 rt_sigreturn=15 ioctl=16 pread64=17 pwrite64=18 readv=19 writev=20 access=21
sched_yield=24 mremap=25 msync=26 madvise=28 dup2=33 pause=34 getitimer=36 alarm=37 setitimer=38
getpid=39 sendfile=40 sendto=44 recvfrom=45 getsockname=51 socketpair=53 clone=56 exit=60 uname=63
fcntl=72 flock=73 fsync=74 fdatasync=75 truncate=76 ftruncate=77 getcwd=79 chdir=80 fchdir=81
rename=82 mkdir=83 rmdir=84 link=86 unlink=87 symlink=88 readlink=89 chmod=90 fchmod=91 umask=95
getrusage=98 sysinfo=99 times=100 getuid=102 getgid=104 geteuid=107 getegid=108 getppid=110
getpgrp=111 getgroups=115 getresuid=118 getresgid=120 getpgid=121 getsid=124 rt_sigpending=127
rt_sigtimedwait=128 sigaltstack=131 statfs=137 fstatfs=138 getpriority=140 sched_getscheduler=145
gettid=186 listxattr=194 llistxattr=195 futex=202 sched_getaffinity=204 getdents64=217
clock_gettime=228 clock_nanosleep=230 exit_group=231 epoll_wait=232 epoll_ctl=233 tgkill=234
openat=257 mkdirat=258 newfstatat=262 unlinkat=263 renameat=264 linkat=265 symlinkat=266
readlinkat=267 pselect6=270 set_robust_list=273 utimensat=280 fallocate=285 eventfd2=290
epoll_create1=291 dup3=292 pipe2=293 prlimit64=302 getrandom=318 rseq=334 close_range=436
faccessat2=439
""")
# Made besides by the process that forks them, and by them before they are confined. Derived.
WORKER = _calls("""
wait4=61 kill=62 setpgid=109 setresuid=117 setresgid=119 capset=126 prctl=157
fchmodat=268 memfd_create=319 pidfd_open=434
""")

# What the kernel answers without a call where it can tell the time that way, and not elsewhere.
ADDED = _calls("gettimeofday=96 time=201 clock_getres=229 getcpu=309")
# What other C libraries, and glibc before 2.34 or from 2.39 on, call in place of openat,
# newfstatat, pselect6, clock_nanosleep, epoll_wait and faccessat2.
ADDED |= _calls("open=2 stat=4 fstat=5 lstat=6 select=23 nanosleep=35 epoll_pwait=281")
ADDED |= _calls("faccessat=269 statx=332")
# The kernel puts it in place of an interrupted sleep, when a stopped program goes on.
ADDED |= _calls("restart_syscall=219")
# Python 3.14 copies files with it, and gives up if it is refused.
ADDED |= _calls("copy_file_range=326")

# Derived as well, but refused: programs try these and do without. Name services and a daemon for
# unique ids are asked over sockets, `uname` and `ifconfig` are started for details of the machine,
# a library for matrices wishes its memory near its processor.
REFUSED = _calls("socket=41 connect=42 vfork=58 mbind=237")

# Allowed only if these arguments (by place) have these values, which is what the event loop of
# asyncio needs to wake itself: a pair of connected stream sockets of its own, and bytes without
# flags. Datagram sockets could be sent elsewhere, and a flag of these (MSG_OOB) has been a way into
# the kernel.
SOCKET_PAIR = ((0, 1), (1, 0x80001))  # AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC
CHECKED = {53: SOCKET_PAIR, 44: ((3, 0),), 45: ((3, 0),)}

# ptrace, process_vm_*, the mount family, name spaces, chroot, bpf, perf, userfaultfd, keys, kexec,
# modules, open_by_handle_at, swap, reboot, port access: no honest program calls these.
KILLING = _calls("ptrace=101 process_vm_readv=310 process_vm_writev=311 userfaultfd=323")
KILLING |= _calls("mount=165 umount2=166 pivot_root=155 chroot=161 open_tree=428 move_mount=429")
KILLING |= _calls("fsopen=430 fsconfig=431 fsmount=432 fspick=433 mount_setattr=442")
KILLING |= _calls("unshare=272 setns=308 bpf=321 perf_event_open=298 open_by_handle_at=304")
KILLING |= _calls("add_key=248 request_key=249 keyctl=250 kexec_load=246 kexec_file_load=320")
KILLING |= _calls("init_module=175 delete_module=176 finit_module=313 iopl=172 ioperm=173")
KILLING |= _calls("swapon=167 swapoff=168 reboot=169")

# Said to be unknown to this kernel: the C library then makes an older call that can be filtered.
LACKING = _calls("clone3=435 openat2=437 io_uring_setup=425 io_uring_enter=426")
LACKING |= _calls("io_uring_register=427")
NEWER = 449
"""From this number on, calls are newer than these lists, and said to be unknown as well."""

ALLOWED = frozenset((PROGRAMS | WORKER | ADDED).values()) - frozenset(CHECKED)
KILLED = frozenset(KILLING.values())
ABSENT = frozenset(LACKING.values())
