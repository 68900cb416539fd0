"""Folders and files read: names, sizes, contents, in every way that the library has."""

import glob
import linecache
import mimetypes
import os
import stat
import sysconfig
from pathlib import Path

LIBRARY = Path(sysconfig.get_path("stdlib"))


def listed() -> bool:
    names = os.listdir(LIBRARY)
    with os.scandir(LIBRARY) as entries:
        files = {entry.name for entry in entries if entry.is_file()}
    return "textwrap.py" in names and "textwrap.py" in files


def walked() -> int:
    return sum("decoder.py" in files for _, _, files in os.walk(LIBRARY / "json"))


def globbed() -> list[str]:
    found = glob.glob(str(LIBRARY / "json" / "*coder.py"))
    return sorted(os.path.basename(name) for name in found)


def by_path() -> bool:
    file = LIBRARY / "textwrap.py"
    return (
        file.exists()
        and file.is_file()
        and not file.is_symlink()
        and file.stat().st_size == len(file.read_bytes())
        and file.resolve().samefile(file)
        and any(part.name == "decoder.py" for part in (LIBRARY / "json").rglob("*.py"))
    )


def read_in_parts(size: int) -> bool:
    descriptor = os.open(LIBRARY / "textwrap.py", os.O_RDONLY)
    first = os.pread(descriptor, size, 0)
    parts = bytearray(size)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.readv(descriptor, [parts])
    os.close(descriptor)
    return first == bytes(parts)


def modes() -> bool:
    about = os.lstat(LIBRARY)
    readable = os.access(LIBRARY, os.R_OK | os.X_OK)
    return stat.S_ISDIR(about.st_mode) and stat.filemode(about.st_mode)[0] == "d" and readable


def missing() -> str:
    try:
        open("/nowhere/at/all")  # noqa: SIM115
    except FileNotFoundError as problem:
        return os.path.basename(problem.filename)
    return ""


def here() -> bool:
    before = os.getcwd()
    os.chdir(LIBRARY)
    found = os.path.exists("textwrap.py")
    os.chdir(before)
    return found


def space() -> bool:
    folder = os.open(LIBRARY, os.O_RDONLY | os.O_DIRECTORY)
    found = os.stat("textwrap.py", dir_fd=folder).st_size, os.fstatvfs(folder).f_bsize
    os.fchdir(folder)
    os.close(folder)
    return min(found) > 0 and os.statvfs(".").f_bsize == found[1]


# tests
assert listed()
assert walked() == 1
assert globbed() == ["decoder.py", "encoder.py"]
assert by_path()
assert read_in_parts(64)
assert modes()
assert missing() == "all"
assert here()
assert space()
assert mimetypes.guess_type("a.tar.gz") == ("application/x-tar", "gzip")
assert linecache.getline(str(LIBRARY / "textwrap.py"), 1).startswith('"""')
assert Path("a/../b/./c.tar.gz").suffixes == [".tar", ".gz"]
assert os.path.relpath("/a/b/c", "/a/d") == "../b/c"
