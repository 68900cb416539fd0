"""What a program's process tells of an exception (runs inside the sandbox): name, message, place.

It is the program's own word, like its answers: the host bounds it, checks its form, and decides by
the classes alone.
"""

import json
from collections import deque
from typing import Any

from sandbox.encode import encode_basestring_ascii

__all__ = ["OUTCOME", "exception_text"]

FILES = ("<program>", "<tests>")
KEPT = 8
"""Frames at either end of a traceback; what is between them is only counted."""
MESSAGE, NAME, SOURCE = 2000, 100, 500
OUTCOME = "__ratchet_outcome__"
"""Where the tests' process keeps what the program's process said of the same exception."""


def exception_text(problem: BaseException) -> str:
    """An exception as an answer: its name, message, classes, and where it comes from."""
    kind = type(problem)
    name = encode_basestring_ascii(kind.__name__[:NAME])
    kinds = ",".join([encode_basestring_ascii(base.__name__[:NAME]) for base in kind.__mro__])
    try:
        message, origin = _message(problem), json.dumps(_origin(problem, kind))
    except BaseException:
        message, origin = "", "null"
    return f'["x",{name},{encode_basestring_ascii(message)},[{kinds}],{origin}]'


def _message(problem: BaseException) -> str:
    told = getattr(problem, OUTCOME, None)
    return told[0] if told else str(problem)[:MESSAGE]


def _origin(problem: BaseException, kind: type, chained: bool = True) -> list[Any]:
    """Name as Python prints it, frames, a syntax error's place, and the exception before it."""
    shown = kind.__qualname__[:NAME]
    if kind.__module__ not in ("builtins", "__main__", "solution"):
        shown = f"{kind.__module__[:NAME]}.{shown}"
    frames = _frames(problem.__traceback__)
    told = getattr(problem, OUTCOME, None)
    if told:
        shown, inner, syntax, before = told[1]
        return [shown, frames + inner, syntax, before if chained else None]
    before, cause = None, problem.__cause__
    earlier = problem.__context__ if cause is None and not problem.__suppress_context__ else cause
    if earlier is not None and chained:
        before = [cause is not None, _message(earlier), _origin(earlier, type(earlier), False)]
    return [shown, frames, _syntax(problem), before]


def _frames(trace: Any) -> list[list[Any]]:
    """[file, line, function, how often in a row, how many frames are left out after it]."""
    first: list[list[Any]] = []
    last: deque[list[Any]] = deque()
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename in FILES:
            line = max(0, trace.tb_lineno or 0)  # some versions say -1 for none
            place = [FILES.index(code.co_filename), line, code.co_name[:NAME]]
            ends = last or first
            if ends and ends[-1][:3] == place:
                ends[-1][3] += 1
            else:
                (first if len(first) < KEPT else last).append([*place, 1, 0])
            if len(last) > KEPT:
                first[-1][4] += last.popleft()[3]
        trace = trace.tb_next
    return [*first, *last]


def _syntax(problem: BaseException) -> list[Any] | None:
    if not isinstance(problem, SyntaxError):
        return None
    numbers = (problem.lineno, problem.offset, problem.end_offset)
    texts = (problem.filename, problem.text, problem.msg)
    return [
        *(number if type(number) is int and 0 <= number < 1 << 31 else 0 for number in numbers),
        *(text[:SOURCE] if type(text) is str else "" for text in texts),
    ]
