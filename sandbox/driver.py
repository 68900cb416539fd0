"""Tests that need Python of their own run in a second process (runs inside the sandbox).

The program's functions are proxies there: arguments cross as data to the program's process, values
cross back as data, so that the tests' expectations and comparisons stay out of the program's reach.
"""

import builtins
import json
import marshal
import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.decode import BUILD, Malformed, decode, parse
from sandbox.raising import OUTCOME

__all__ = [
    "CALLS_FD",
    "OUTCOMES_FD",
    "CannotCross",
    "ProtocolViolation",
    "Proxies",
    "answer_calls",
]

CALLS_FD, OUTCOMES_FD = 4, 5
MESSAGE_BYTES = 1 << 20
MUTABLE = (list, dict, set)
PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes, type(...)})


class CannotCross(BaseException):
    """An argument is not data: these tests must share a process with the program."""


class ProtocolViolation(BaseException):
    """What came from the program's process is no outcome."""


class Gone(BaseException):
    """The program's process ended."""


def send(descriptor: int, message: bytes, write: Any = os.write) -> None:
    message = len(message).to_bytes(4, "little") + message
    while message:
        message = message[write(descriptor, message) :]


def receive(descriptor: int, read: Any = os.read) -> bytes:
    def exactly(size: int) -> bytes:
        data = b""
        while len(data) < size:
            chunk = read(descriptor, size - len(data))
            if not chunk:
                raise Gone
            data += chunk
        return data

    size = int.from_bytes(exactly(4), "little")
    if size > MESSAGE_BYTES:
        raise ProtocolViolation("an outcome of more than 1 MiB")
    return exactly(size)


def answer_calls(
    scope: dict[str, Any], loaded: str, attempt: Callable[..., str], flush: Callable[[], None]
) -> None:
    """The program's side: calls in, outcomes out, until the driver is done. What was printed goes
    out first, since after its last outcome the program is ended."""
    outcome, made = loaded, []
    while True:
        flush()
        send(OUTCOMES_FD, outcome.encode())
        name, positional, named = marshal.loads(receive(CALLS_FD))
        function = made[name] if type(name) is int else name
        found: list[Any] = []
        outcome = attempt(_call, scope, function, positional, named, found)
        if outcome[2:3] == "u" and found and callable(found[0]):
            outcome = f'["h",{len(made)}]'
            made.append(found[0])
        if len(outcome) > MESSAGE_BYTES - 100:
            outcome = '["u","an answer of more than 1 MiB"]'


def _call(
    scope: dict[str, Any],
    function: Any,
    positional: list[Any],
    named: dict[str, Any],
    found: list[Any],
) -> Any:
    function = eval(function, scope) if isinstance(function, str) else function
    value = function(*positional, **named)
    found.append(value)
    return value, [item if type(item) in MUTABLE else None for item in positional]


class Proxies:
    """The driver's side: stand-ins for the functions that the program must define."""

    def __init__(self) -> None:
        self.refused = self.gone = False
        self.loaded = self._receive()

    def scope(self, names: Iterable[str]) -> dict[str, Any]:
        return {name: self._proxy(name) for name in names}

    def _proxy(self, name: str | int) -> Callable[..., Any]:
        """For a function of the program, or (by number) for one that a function of it returned."""

        def proxy(*positional: Any, **named: Any) -> Any:
            return self._ask(name, positional, named)

        proxy.__name__ = proxy.__qualname__ = str(name)
        return proxy

    def _ask(self, name: str | int, positional: tuple[Any, ...], named: dict[str, Any]) -> Any:
        if not _crosses([positional, named]):
            self.refused = True
            raise CannotCross(str(name))
        message = marshal.dumps((name, positional, named))
        try:
            send(CALLS_FD, message)
        except OSError:
            self.gone = True
            raise Gone from None
        outcome = self._receive()
        if outcome[0] == "h" and type(outcome[1]) is int:
            return self._proxy(outcome[1])
        if outcome[0] == "u":
            raise TypeError(f"{name} returned an object that is not plain data ({outcome[1]})")
        if outcome[0] == "x":
            raise _exception(*outcome[1:])
        try:
            value, after = decode(outcome[1])
            _update(positional, after)
        except (Malformed, RecursionError, ValueError, TypeError) as problem:
            raise ProtocolViolation(str(problem)) from None
        return value

    def _receive(self) -> list[Any]:
        try:
            outcome = parse(receive(OUTCOMES_FD).decode())
        except Gone:
            self.gone = True
            raise
        except (Malformed, UnicodeDecodeError) as problem:
            raise ProtocolViolation(str(problem)) from None
        sizes = {"v": 2, "u": 2, "h": 2, "x": 5}
        if not isinstance(outcome, list) or not outcome or not isinstance(outcome[0], str):
            raise ProtocolViolation("an outcome of another form")
        if sizes.get(outcome[0]) != len(outcome):
            raise ProtocolViolation("an outcome of another form")
        return outcome

    def loaded_text(self) -> str:
        return json.dumps(self.loaded)


def _crosses(value: Any) -> bool:
    """Whether marshal gives the very value back: it turns whatever has a buffer into bytes."""
    kind = type(value)
    if kind in (list, tuple, set, frozenset):
        return all(map(_crosses, value))
    if kind is dict:
        return all(map(_crosses, value)) and all(map(_crosses, value.values()))
    return kind in PLAIN


def _array(content: Any) -> Any:
    """An array, or one of its items, as numpy would have handed it over."""
    import numpy

    dtype, shape, items = content
    if not re.fullmatch(r"[<>|=][biufc]\d{1,2}", dtype):
        raise Malformed("an array of another kind")
    return numpy.array([decode(item) for item in items], dtype).reshape(shape)[()]


BUILD["n"] = _array


def _update(before: tuple[Any, ...], after: list[Any]) -> None:
    """Makes what the program did to its arguments visible to the tests."""
    for old, new in zip(before, after, strict=True):
        if type(old) is not type(new) or type(old) not in MUTABLE:
            continue
        if type(old) is list:
            old[:] = new
        else:
            old.clear()
            old.update(new)


def _exception(name: str, message: str, kinds: list[str], origin: Any) -> BaseException:
    """The nearest built-in exception, with the program's message."""
    if {"StopIteration", "StopAsyncIteration", "GeneratorExit"} & {name, *map(str, kinds)}:
        name, kinds = "RuntimeError", []  # raised in a test, these would end its loops in silence
    for kind in [name, *kinds]:
        found = getattr(builtins, kind, None) if isinstance(kind, str) else None
        if isinstance(found, type) and issubclass(found, BaseException):
            try:
                problem = found(message)
            except TypeError:
                continue
            setattr(problem, OUTCOME, (message, origin))
            return problem
    return ProtocolViolation("an exception of no kind")
