"""Compares answers in a process of its own: `python -m stages.checker_run maths|families`.

Each line on stdin is a question as JSON, each line on stdout its answer. Processor time and memory
of one question are limited, and the kernel ends the process where they are used up: nothing in
Python can stop a power of 10**9 digits. What a model wrote is never evaluated as code: see verify
for what reaches the parsers.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

__all__ = ["CPU_SECONDS", "MEMORY", "main"]

CPU_SECONDS = 2.0
MEMORY = 1 << 30  # bytes, over what the libraries take


def _maths() -> Callable[[dict[str, Any]], Any]:
    from math_verify import LatexExtractionConfig, parse, verify

    latex = [LatexExtractionConfig()]

    def same(question: dict[str, Any]) -> bool:
        # its own limits are alarms, which the processes that ask could not use in threads
        gold, found = (
            parse(f"${question[side]}$", latex, fallback_mode="no_fallback", parsing_timeout=None)  # pyright: ignore[reportArgumentType]
            for side in ("gold", "found")
        )
        return bool(gold and found) and verify(gold, found, timeout_seconds=None)

    return same


def _families() -> Callable[[dict[str, Any]], Any]:
    from reasoning_gym import get_score_answer_fn

    scorers: dict[str, Callable[..., float]] = {}

    def right(question: dict[str, Any]) -> bool | str:
        family, entry = question["family"], question["entry"]
        if family not in scorers:
            scorers[family] = get_score_answer_fn(family)
        try:
            return scorers[family](question["found"], json.loads(entry)) == 1.0
        except Exception as error:
            return _blamed(scorers[family], entry, error)

    return right


def _blamed(scorer: Callable[..., float], entry: str, error: Exception) -> bool | str:
    """Wrong where the verifier raised for the answer's sake; else why it cannot read the entry."""
    try:
        known = json.loads(entry)
        if scorer(known["answer"], known) == 1.0:
            return False
    except Exception as own:
        error = own
    return f"{type(error).__name__}: {error}"


def _limit_memory() -> None:
    with open("/proc/self/statm") as file:
        pages = int(file.read().split()[0])
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    for none in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(none, (0, 0))


def _answer(check: Callable[[dict[str, Any]], Any], lines: Any, answers: BinaryIO) -> None:
    for line in lines:
        # without a handler: the signal ends the process wherever it is
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        found = check(json.loads(line))
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(json.dumps(found).encode() + b"\n")
        answers.flush()


def main(what: str) -> None:
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints is no answer
        check = {"maths": _maths, "families": _families}[what]()
        answers.write(b'"ready"\n')
        answers.flush()
        for written in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), written)
        _limit_memory()
        _answer(check, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main(sys.argv[1])
