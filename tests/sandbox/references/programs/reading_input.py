"""Reading from standard input, of which there is none, and writing to both outputs."""

import fileinput
import io
import sys


def nothing_to_read() -> tuple[str, str]:
    try:
        input()
    except EOFError:
        return "no more lines", sys.stdin.read()
    return "a line", ""


def asked(answers: list[str]) -> list[str]:
    before, sys.stdin = sys.stdin, io.StringIO("\n".join(answers))
    try:
        return [input() for _ in answers]
    finally:
        sys.stdin = before


def printed() -> int:
    print("to the output", flush=True)
    print("to the errors", file=sys.stderr)
    sys.stdout.buffer.write(b"bytes\n")
    sys.stdout.flush()
    return sys.stdout.write("text\n")


def no_lines() -> list[str]:
    with fileinput.input(["-"]) as lines:
        return list(lines)


# tests
assert nothing_to_read() == ("no more lines", "")
assert asked(["a", "b"]) == ["a", "b"]
assert printed() == 5
assert no_lines() == []
assert sys.stdout.fileno() == 1
