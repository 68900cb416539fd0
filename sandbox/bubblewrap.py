"""The command that isolates a worker on this machine, and the interpreter that it shows inside.

Without root, bubblewrap makes a user namespace, and every program gets another one with process
numbers of its own. Root needs none: the worker keeps the few capabilities with which it gives every
program a user that nobody else on the machine has, and process numbers of its own.
"""

import json
import os
import secrets
import shutil
import sys
import sysconfig
from pathlib import Path

from sandbox.flavour import Flavour
from sandbox.identity import INSIDE
from sandbox.jobs import SandboxUnavailable

__all__ = ["ENVIRONMENT", "HERE", "command"]

HERE = Path(__file__).parent
MISSING = (
    "bubblewrap is not installed: the local sandbox runs model-written programs in it. "
    "Install it with 'apt-get install bubblewrap' (or run 'make setup')."
)
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
INTERPRETER = (f"/python/bin/{VERSION}", "-s", "-S", "-B", "-X", "utf8")
ENVIRONMENT = {
    "PYTHONPATH": "/ratchet",
    "PYTHONHASHSEED": "0",
    "LD_BIND_NOW": "1",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "MALLOC_ARENA_MAX": "1",  # else every thread reserves 64 MB of what its program may have
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""What a program finds in its environment, on every backend."""
USERS, RANGE = 0x70000000, 2**26  # numbers that no system and no container manager gives out
SCRATCH = ("CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE", "CAP_FOWNER")
ROOT = ("CAP_SETUID", "CAP_SETGID", "CAP_KILL", "CAP_SYS_ADMIN")


def command(flavour: Flavour, root: bool, core: int | None = None) -> list[str]:
    """Nothing writable, no network, no /proc, no host paths; SandboxUnavailable if it is absent.

    With a `core`, the worker and its programs stay on it.
    """
    bubblewrap = shutil.which("bwrap")
    if not bubblewrap:
        raise SandboxUnavailable(MISSING)
    line = [bubblewrap, "--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"]
    line += [f"--unshare-{kind}" for kind in ("ipc", "pid", "net", "uts", "cgroup-try")]
    capabilities = {*(ROOT if root else ()), *(SCRATCH if flavour.scratch_mb else ())}
    line += ["--cap-drop", "ALL"]
    for name in sorted(capabilities):
        line += ["--cap-add", name]
    if not root:
        line += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    for name, value in {**ENVIRONMENT, "LD_LIBRARY_PATH": "/python/lib"}.items():
        line += ["--setenv", name, value]
    for folder in ("/usr", "/dev", "/python/bin", "/python/lib", "/ratchet/sandbox", "/tmp"):
        line += ["--dir", folder]  # what bubblewrap makes by itself, only its user may enter
    for folder in ("/usr/lib", "/usr/lib64"):
        line += ["--ro-bind-try", folder, folder]
    for folder in ("/lib", "/lib64"):
        linked = os.path.islink(folder)
        line += ["--symlink", f"usr{folder}"] if linked else ["--ro-bind-try", folder]
        line += [folder]
    # root in a user namespace owns the machine's devices, and a program there could change them
    for device in ("null", "zero", "urandom") if root or os.geteuid() else ():
        line += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    line += [*_interpreter(), *_packages(flavour)]
    for name in INSIDE:
        line += ["--ro-bind", str(HERE / f"{name}.py"), f"/ratchet/sandbox/{name}.py"]
    line += ["--ro-bind", str(HERE / "tiny_pytest.py"), "/ratchet/pytest.py"]
    line += ["--remount-ro", "/", "--chdir", "/tmp"]
    user = USERS + 4 * secrets.randbelow(RANGE) if root else 0
    config = {
        "flavour": flavour.name,
        "scratch_mb": flavour.scratch_mb,
        "root": "",
        "uid": user,
        "core": core,
    }
    return [*line, "--", *INTERPRETER, "-m", "sandbox.zygote", json.dumps(config)]


def _interpreter() -> list[str]:
    """The interpreter that runs Ratchet, under another path and without its installed packages."""
    prefix = Path(sys.base_prefix)
    library = Path(sysconfig.get_path("stdlib", vars={"installed_base": str(prefix)}))
    binds = ["--ro-bind", str((prefix / "bin" / VERSION).resolve()), f"/python/bin/{VERSION}"]
    binds += ["--ro-bind", str(library), f"/python/lib/{VERSION}"]
    for shared in sorted((prefix / "lib").glob("libpython*.so*")):
        binds += ["--ro-bind", str(shared.resolve()), f"/python/lib/{shared.name}"]
    for packages in (f"/python/lib/{VERSION}/site-packages", "/usr/lib/python3/dist-packages"):
        inside = library / "site-packages" if packages.startswith("/python") else Path(packages)
        if inside.is_dir():
            binds += ["--tmpfs", packages, "--remount-ro", packages]
    return binds


def _packages(flavour: Flavour) -> list[str]:
    """numpy, from where Ratchet itself finds it."""
    if flavour.name != "numpy":
        return []
    import numpy

    installed = Path(numpy.__file__).parent
    binds = ["--ro-bind", str(installed), "/ratchet/numpy"]
    libraries = installed.parent / "numpy.libs"
    return [*binds, "--ro-bind-try", str(libraries), "/ratchet/numpy.libs"]
