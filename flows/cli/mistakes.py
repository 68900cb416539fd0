"""How a command ends: a user's mistake is one plain message and exit code 2, no traceback."""

import contextlib
import difflib
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

import typer

from data.errors import UserError
from flows.cli.terminal import put
from sandbox import SandboxUnavailable

__all__ = ["INTERRUPTED", "MISTAKES", "answer", "nearest"]

INTERRUPTED = 130
MISTAKES = (UserError, SandboxUnavailable)


def answer(command: Callable[[], Any]) -> int:
    """Run a command; the exit code. What is nobody's mistake keeps its traceback."""
    try:
        code = command()
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except typer.TyperException as error:
        where = getattr(getattr(error, "ctx", None), "command_path", "ratchet")
        put(f"{error.format_message()}\nSee: {where} --help", error=True)
        return 2
    except MISTAKES as error:
        put(str(error), error=True)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        put("stopped", error=True)
        return INTERRUPTED
    except BrokenPipeError:
        # the reader (head, less) has seen enough; Python must not complain when it flushes
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def nearest(word: str, known: Iterable[str], what: str) -> str:
    """The end of a message about an unknown name: the nearest real ones, or all there are."""
    names = list(known)
    folded = {name.casefold(): name for name in names}
    if near := difflib.get_close_matches(word.casefold(), folded, 3, 0.5):
        return f"Did you mean {' or '.join(folded[n] for n in near)}?"
    if not names:
        return f"There is no {what} yet."
    more = f" and {len(names) - 30} more" if len(names) > 30 else ""
    return f"There are: {', '.join(names[:30])}{more}."
