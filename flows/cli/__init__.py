"""The command line: `ratchet`.

Each command is a file. Only `run`, `resume` and `doctor` import what a loop runs on; the others
read the run folder, so they are quick, work while a run goes on, and need no torch.
"""

from collections.abc import Sequence

__all__ = ["main"]


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 failed, 2 the user's mistake, 130 Ctrl-C."""
    from flows.cli.app import app
    from flows.cli.mistakes import answer

    return answer(lambda: app(words, prog_name="ratchet", standalone_mode=False))
