"""One untrusted program, in its own process (runs inside the sandbox).

The process is confined first, then reads the program, runs it, answers the questions of the test
plan one by one and writes a single report. The expected values are never here (only when program
and tests must share a process does the tests' text come along).
"""

import gc
import marshal
import os
import sys
from types import ModuleType
from typing import Any, NamedTuple, NoReturn

from sandbox.confine import confine_program, set_limits
from sandbox.driver import CALLS_FD, OUTCOMES_FD, ProtocolViolation, Proxies, answer_calls
from sandbox.encode import Unserialisable, encode, encode_basestring_ascii
from sandbox.frames import REQUEST, RequestHeader
from sandbox.raising import exception_text
from sandbox.tracing import execute_traced

__all__ = ["REPORT_FD", "Files", "serve_driver", "serve_program"]

REPORT_FD = 3
AHEAD = "def f(n):\n    return [n * n]\nf(2)"
"""Run while there is nothing else to do: the pages that any program needs are then its own."""


class Files(NamedTuple):
    """Memory files, new for every process: what it reports (-1: nothing), what it prints, where its
    errors go, and what it is given. Nothing is shared: flags, locks and offsets of a file stay with
    it, and one program could leave them to the next."""

    report: int
    output: int
    errors: int
    stdin: int


BLOCKED = frozenset(
    {"socket.__new__", "socket.connect", "os.fork", "os.forkpty", "os.exec", "os.posix_spawn"}
    | {"os.system", "os.kill", "os.killpg", "subprocess.Popen", "pty.spawn"}
)
"""Audit events worth a note. The program could silence them: they are advice, not evidence."""
LOCAL = 1  # AF_UNIX: asyncio wakes itself through a pair of them


def serve_program(
    header: RequestHeader | None,
    files: Files,
    user: int,
    calls: tuple[int, int] | None = None,
    go: int = -1,
) -> NoReturn:
    """Runs in a fresh fork and never returns; `calls` are the pipes of a program with a driver.

    Without a header it is forked ahead of need, and waits for one on the pipe `go`.
    """
    leave = os._exit
    try:
        _enter(files)
        confine_program(user)
        if header is None:
            _attempt(_execute, AHEAD, "<program>", {"__name__": "solution"})
            header = RequestHeader.unpack(_read(REQUEST.size, go))
        body = _read(header.body)
        if calls:
            os.write(calls[1], b"\1")  # the request stream is free for the driver
        _limit(header)
        nonce, source, steps, tests, given, traced = marshal.loads(body)
        _give_stdin(given, files)
        _keep(calls)
        gc.enable()
        blocked: list[str] = []
        sys.addaudithook(lambda event, given: _hear(event, given, blocked))
        if traced:
            _write(nonce.encode())
        text = _run(source, steps, tests, bool(header.script), calls is not None, traced)
        _flush()
        names = ",".join(f'"{name}"' for name in sorted(set(blocked)))
        _write(f'{nonce}{{"answers":[{text}],"blocked":[{names}]}}'.encode())
    except BaseException:
        leave(1)
    leave(0)


def serve_driver(
    header: RequestHeader, files: Files, user: int, calls: tuple[int, int]
) -> NoReturn:
    """The same for tests that drive a program in another process."""
    nonce = ""
    try:
        _enter(files)
        confine_program(user)
        body = _read(header.driver)
        _limit(header)
        _give_stdin(None, files)
        _keep(calls)
        gc.enable()
        nonce, tests, names = marshal.loads(body)
        proxies = Proxies()
        answers = [proxies.loaded_text()]
        if proxies.loaded[0] == "v":
            scope = {"__name__": "tests", **proxies.scope(names)}
            outcome = _attempt(_execute, tests, "<tests>", scope)
            answers.append('["u","cannot cross"]' if proxies.refused else outcome)
        if not proxies.gone:
            _write(f'{nonce}{{"answers":[{",".join(answers)}],"blocked":[]}}'.encode())
    except ProtocolViolation as problem:
        _write(f'{nonce}{{"answers":[{exception_text(problem)}],"blocked":[]}}'.encode())
        os._exit(1)
    except BaseException:
        os._exit(1)
    os._exit(0)


def _hear(event: str, given: tuple[Any, ...], blocked: list[str]) -> None:
    if event in BLOCKED and (event != "socket.__new__" or given[1] != LOCAL):
        blocked.append(event)


def _limit(header: RequestHeader) -> None:
    set_limits(header.cpu_ms // 1000 + 2, header.memory_mb << 20, header.file_bytes, header.threads)


def _enter(files: Files) -> None:
    os.dup2(files.output, 1)
    os.dup2(files.errors, 2)
    if files.report < 0:
        os.close(REPORT_FD)
    elif files.report != REPORT_FD:
        os.dup2(files.report, REPORT_FD)


def _give_stdin(given: bytes | None, files: Files) -> None:
    if given:
        os.write(files.stdin, given)
        os.lseek(files.stdin, 0, os.SEEK_SET)
    os.dup2(files.stdin, 0)


def _keep(calls: tuple[int, int] | None) -> None:
    """Everything else that was inherited goes."""
    if calls:
        os.dup2(calls[0], CALLS_FD)
        os.dup2(calls[1], OUTCOMES_FD)
    os.closerange(REPORT_FD + (3 if calls else 1), 64)


def _read(size: int, descriptor: int = 0) -> bytes:
    chunks = []
    while size:
        chunk = os.read(descriptor, min(size, 1 << 20))
        if not chunk:
            raise EOFError
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)


def _write(report: bytes, write: Any = os.write) -> None:
    while report:
        report = report[write(REPORT_FD, report) :]


def _note(line: str, write: Any = _write) -> None:
    write(f"{line}\n".encode())


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            continue


def _run(
    source: str,
    steps: list[tuple[Any, ...]],
    tests: str | None,
    script: bool,
    driven: bool,
    traced: bool,
) -> str:
    """Answers in order: of loading the program, then of each step (or of the tests as a whole)."""
    module = ModuleType("__main__" if script else "solution")
    sys.modules[module.__name__] = module
    if traced:
        loaded = _attempt(execute_traced, source, module.__dict__, _note)
    else:
        loaded = _attempt(_execute, source, "<program>", module.__dict__)
    if driven:
        answer_calls(module.__dict__, loaded, _attempt, _flush)
    answers = [loaded]
    if loaded[2] == "v" and tests is not None:
        answers.append(_attempt(_execute, tests, "<tests>", module.__dict__))
    elif loaded[2] == "v":
        scopes = {0: module.__dict__}
        answers += [_attempt(_step, scopes, *step) for step in steps]
    return ",".join(answers)


def _execute(source: str, name: str, scope: dict[str, Any]) -> None:
    exec(compile(source, name, "exec", dont_inherit=True), scope)


def _step(scopes: dict[int, dict[str, Any]], kind: str, number: int, what: Any) -> Any:
    scope = scopes.get(number)
    if scope is None:
        scope = scopes[number] = dict(scopes[0])
    if kind == "ask":
        return eval(compile(what, "<tests>", "eval", dont_inherit=True), scope)
    if kind == "set":
        scope.update(what)
    else:
        _execute(what, "<tests>", scope)
    return None


def _attempt(function: Any, *arguments: Any) -> str:
    try:
        return f'["v",{encode(function(*arguments))}]'
    except Unserialisable as problem:
        return f'["u",{encode_basestring_ascii(str(problem)[:200])}]'
    except BaseException as problem:
        return exception_text(problem)
