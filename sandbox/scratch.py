"""The writable folder of programs that get one, emptied between two programs (runs inside).

What a program left there is hostile: names of any bytes, thousands of levels, folders that nobody
may read. So nothing here follows a name through a folder: every folder's entries are moved up to
the top until all is flat. The size and the number of files are bounded by the file system itself.
"""

import ctypes
import os

__all__ = ["FOLDER", "empty", "free", "mount"]

FOLDER = "/tmp"
FILES = 1024
NO_SUID_DEVICES_PROGRAMS = 2 | 4 | 8


def mount(megabytes: int) -> None:
    """A bounded file system in memory; needs CAP_SYS_ADMIN."""
    options = f"size={megabytes}m,nr_inodes={FILES},mode=1777".encode()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"scratch", FOLDER.encode(), b"tmpfs", NO_SUID_DEVICES_PROGRAMS, options):
        number = ctypes.get_errno()
        raise OSError(number, f"mounting {FOLDER}: {os.strerror(number)}")


def free() -> tuple[int, int]:
    """Free blocks and files: what tells an empty folder, without reading a name."""
    found = os.statvfs(FOLDER)
    return found.f_bfree, found.f_ffree


def empty() -> bool:
    """Removes whatever is there; called in a child, so that not even names stay in the worker."""
    pid = os.fork()
    if pid == 0:
        try:
            _empty(os.open(FOLDER, os.O_RDONLY | os.O_DIRECTORY))
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


def _empty(top: int) -> None:
    token, moved = os.urandom(8).hex(), 0
    while names := os.listdir(top):
        for name in names:
            try:
                os.unlink(name, dir_fd=top)
                continue
            except OSError:
                os.chmod(name, 0o700, dir_fd=top)
            inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
            for entry in os.listdir(inner):
                moved += 1
                _take_out(entry, f"{token}{moved}", inner, top)
            os.close(inner)
            os.rmdir(name, dir_fd=top)


def _take_out(entry: str, name: str, inner: int, top: int) -> None:
    try:
        os.rename(entry, name, src_dir_fd=inner, dst_dir_fd=top)
    except PermissionError:  # a folder that may not be written to cannot change its parent
        os.chmod(entry, 0o700, dir_fd=inner)
        os.rename(entry, name, src_dir_fd=inner, dst_dir_fd=top)
