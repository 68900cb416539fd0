"""Makes the tree that programs in a container see (runs once, while the image is built).

The interpreter, its standard library without tests and tools, the shared libraries of both, and
numpy if it is installed: under the paths that they have in the whole system, so that a worker can
confine itself to the tree after it has started. It stands alone, so that the image is not made
anew from the ground when anything else in this package changes.
"""

import compileall
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from py_compile import PycInvalidationMode

__all__ = ["make"]

LEFT_OUT = ("site-packages", "dist-packages", "test", "tests", "idlelib", "idle_test", "ensurepip")
LEFT_OUT += ("tkinter", "turtledemo", "lib2to3", "pydoc_data", "venv", "config-*", "__pycache__")
LIBRARY = re.compile(rb"(/\S+) \(0x")
OLDEST = (3, 11)


def make(tree: Path) -> None:
    """Fills a new folder."""
    if sys.version_info < OLDEST:
        sys.exit(f"The base image has Python {sys.version.split()[0]}: 3.11 or newer is needed.")
    for name in ("tmp", "dev", "ratchet"):
        (tree / name).mkdir(parents=True)
    (tree / "tmp").chmod(0o1777)  # what is mounted there takes on the folder's mode
    for name in ("lib", "lib64"):
        if os.path.islink(f"/{name}"):  # as where all is kept under /usr
            (tree / "usr" / name).mkdir(parents=True)
            (tree / name).symlink_to(f"usr/{name}")
    library, interpreter = sysconfig.get_path("stdlib"), os.path.realpath(sys.executable)
    _copy(Path(library), Path(f"{tree}{library}"))
    _put(interpreter, tree)
    (tree / "ratchet/python").symlink_to(interpreter)
    if numpy := importlib.util.find_spec("numpy"):
        package = Path(str(numpy.origin)).parent
        for folder in filter(Path.is_dir, (package, package.with_name("numpy.libs"))):
            _copy(folder, tree / "ratchet" / folder.name)
    for file in _needed([interpreter, *map(str, tree.rglob("*.so*"))]):
        if not file.startswith(f"{tree}/"):
            _put(file, tree)
    # nothing inside can compile anew, and copying into an image may change a file's time
    unchecked = PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(tree, stripdir=str(tree), quiet=2, invalidation_mode=unchecked)


def _copy(folder: Path, to: Path) -> None:
    ignore = shutil.ignore_patterns(*LEFT_OUT)
    shutil.copytree(folder, to, ignore=ignore, ignore_dangling_symlinks=True, dirs_exist_ok=True)


def _put(file: str, tree: Path) -> None:
    target = Path(f"{tree}{file}")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, target)


def _needed(files: Iterable[str]) -> set[str]:
    """The shared libraries that the loader finds for these files."""
    found = set()
    for file in files:
        said = subprocess.run(["ldd", file], capture_output=True, check=False).stdout
        found |= {os.fsdecode(name) for name in LIBRARY.findall(said)}
    return found


if __name__ == "__main__":
    make(Path(sys.argv[1]))
