"""The processes that compare answers (stages.checker_run), seen from where the questions come.

    MATHS.ask({"gold": r"\\frac{1}{2}", "found": "2/4"})     True

One process per kind, started at the first question, used by all threads in turn, and started again
after a question that ended it.
"""

import atexit
import contextlib
import importlib.util
import json
import os
import select
import subprocess
import sys
import tempfile
import threading
from typing import Any

from pipeline.errors import InfrastructureError, UserError

__all__ = ["FAMILIES", "MATHS", "Checker"]

STARTS_WITHIN = 180.0  # seconds; the libraries take 2 s to import on an idle machine
ANSWERS_WITHIN = 60.0  # seconds by the clock; processor time ends a question far earlier
WORDS_WITHIN = 10.0  # seconds for its last words, where it ends instead of starting
"""Only a machine that does not run the process at all comes to these."""


class Checker:
    """A process of `stages.checker_run` of one kind, which needs the package `library`."""

    def __init__(self, kind: str, library: str) -> None:
        self.kind, self.library = kind, library
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def ask(self, question: dict[str, Any]) -> Any:
        """The answer; None where the question took more than it may. Raises UserError when the
        library is not installed."""
        with self._lock:
            child = self._child = self._child or self._start()
            try:
                assert child.stdin is not None
                child.stdin.write(json.dumps(question).encode() + b"\n")
                child.stdin.flush()
                line = _line(child, ANSWERS_WITHIN)
            except BrokenPipeError:
                line = b""
            except BaseException:
                self._end()
                raise
            if not line:
                self._end()
                return None
            return json.loads(line)

    def _start(self) -> "subprocess.Popen[bytes]":
        if importlib.util.find_spec(self.library.replace("-", "_")) is None:
            raise UserError(
                f"{self.library} compares these answers and is not installed; run: "
                f"pip install {self.library}"
            )
        with tempfile.TemporaryFile() as log:
            child = subprocess.Popen(
                [sys.executable, "-B", "-m", "stages.checker_run", self.kind],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
            if not _line(child, STARTS_WITHIN):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(WORDS_WITHIN)
                child.kill()
                child.communicate()
                log.seek(0)
                said = log.read().decode(errors="replace").strip()[-1500:]
                raise InfrastructureError(
                    f"the process that compares answers did not start: {said}"
                )
        return child

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def close(self) -> None:
        with self._lock:
            self._end()


def _line(child: "subprocess.Popen[bytes]", seconds: float) -> bytes:
    """One line of its output; nothing where it ended, or said nothing for so long."""
    found, out = b"", child.stdout
    assert out is not None
    poll = select.poll()
    poll.register(out, select.POLLIN)
    while not found.endswith(b"\n"):
        if not poll.poll(seconds * 1000):
            return b""
        block = os.read(out.fileno(), 1 << 16)
        if not block:
            return b""
        found += block
    return found


MATHS = Checker("maths", "math-verify")
FAMILIES = Checker("families", "reasoning-gym")
atexit.register(MATHS.close)
atexit.register(FAMILIES.close)
