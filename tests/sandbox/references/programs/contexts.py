"""Blocks that are entered and left in order, whatever happens in them."""

import io
from contextlib import ExitStack, closing, contextmanager, nullcontext, redirect_stdout, suppress


def order(fail: bool) -> list[str]:
    log: list[str] = []

    @contextmanager
    def step(name: str):
        log.append(f"+{name}")
        try:
            yield name
        finally:
            log.append(f"-{name}")

    with suppress(ValueError), ExitStack() as stack:
        for name in "ab":
            stack.enter_context(step(name))
        stack.callback(log.append, "callback")
        if fail:
            raise ValueError
        log.append("done")
    return log


def printed(*values: object) -> str:
    with redirect_stdout(io.StringIO()) as out, nullcontext():
        print(*values, sep="-")
    return out.getvalue()


def closed() -> bool:
    with closing(io.StringIO("x")) as file:
        file.read()
    return file.closed


class Chain(Exception):
    pass


def grouped() -> list[int]:
    caught = []
    try:
        raise ExceptionGroup("several", [ValueError(1), KeyError(2), ValueError(3)])
    except* ValueError as group:
        caught += [problem.args[0] for problem in group.exceptions]
    except* KeyError:
        caught.append(0)
    return caught


def cause() -> str:
    try:
        try:
            {}["x"]
        except KeyError as problem:
            raise Chain("wrapped") from problem
    except Chain as problem:
        return f"{problem}: {problem.__cause__!r}"
    return ""


# tests
assert order(False) == ["+a", "+b", "done", "callback", "-b", "-a"]
assert order(True) == ["+a", "+b", "callback", "-b", "-a"]
assert printed(1, "a") == "1-a\n"
assert closed()
assert grouped() == [1, 3, 0]
assert cause() == "wrapped: KeyError('x')"
