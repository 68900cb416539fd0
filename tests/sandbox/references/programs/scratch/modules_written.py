"""A program that writes modules of its own and imports them."""

import importlib
import os
import runpy
import sys
import threading
import zipfile
import zipimport
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, os.getcwd())


def imported() -> int:
    Path("package").mkdir()
    Path("package/__init__.py").write_text("from .inner import f")
    Path("package/inner.py").write_text("def f(x):\n    return x * 3")
    importlib.invalidate_caches()
    return importlib.import_module("package").f(4)


def run() -> int:
    Path("script.py").write_text("found = [__name__, 6 * 7]")
    return runpy.run_path("script.py", run_name="script")["found"][1]


def zipped() -> str:
    with zipfile.ZipFile("modules.zip", "w") as archive:
        archive.writestr("inside_zip.py", "name = 'zipped'")
    return zipimport.zipimporter("modules.zip").load_module("inside_zip").name


def in_threads(count: int) -> int:
    lock, total = threading.Lock(), 0

    def work(number: int) -> None:
        nonlocal total
        path = Path(f"part{number}")
        path.write_text(str(number))
        with lock:
            total += int(path.read_text())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(count)))
    return total


# tests
assert imported() == 12
assert run() == 42
assert zipped() == "zipped"
assert in_threads(8) == 28
