"""Writing where nothing can be written must fail the ordinary way, with an OSError."""

import os
import sqlite3
import sysconfig
import tempfile
from pathlib import Path

LIBRARY = Path(sysconfig.get_path("stdlib"))
FILE, NEW, OLD = LIBRARY / "textwrap.py", LIBRARY / "never made", LIBRARY / "never there"

if os.access(LIBRARY, os.W_OK):
    raise SystemExit("this program is for a place where nothing can be written")


def refused(action, *words: object) -> str:
    try:
        action(*words)
    except (OSError, sqlite3.OperationalError):
        return ""
    return f"{action.__name__} was done"


def done() -> set[str]:
    return {
        refused(os.mkdir, NEW),
        refused(os.makedirs, NEW / "deeper"),
        refused(os.rmdir, OLD),
        refused(os.unlink, OLD),
        refused(os.rename, OLD, NEW),
        refused(os.replace, OLD, NEW),
        refused(os.link, FILE, NEW),
        refused(os.symlink, FILE, NEW),
        refused(os.chmod, NEW, 0o600),
        refused(os.utime, NEW),
        refused(os.truncate, OLD, 0),
        refused(NEW.touch),
        refused(NEW.write_text, "x"),
        refused(open, NEW, "a"),
        refused(tempfile.mkdtemp, "", "", str(LIBRARY)),
        refused(lambda: sqlite3.connect(NEW).execute("CREATE TABLE t (n)")),
    }


# tests
assert done() == {""}
