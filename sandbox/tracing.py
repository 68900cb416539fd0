"""The variables of a program after each statement of its module (runs inside the sandbox).

They are the program's own word, like its answers. The statements are compiled one by one before the
first of them runs, so that nothing of the program runs in between. (A trace function was rejected:
it slows every line, sees lines where statements are wanted, and the program can take it away.)
"""

from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from sandbox.encode import DICTS, LAZY, SEQUENCES, encode, encode_basestring_ascii

__all__ = ["execute_traced"]

LENGTH, STATEMENTS, NAME = 64 << 10, 1000, 100
"""Characters of a program, and statements of its module, that are taken apart."""
VALUE, REPORTED, HELD = 16 << 10, 128 << 10, 1 << 20
"""Characters: of one value, of all changes of a program, and of all its states written in full."""
ENTRY = 32
FUTURES = 0x1FE0000  # the flags of `from __future__`
OMITTED = frozenset({FunctionType, BuiltinFunctionType, MethodType, ModuleType})
OMITTED_FROM = ("functools", "typing", "__future__")  # decorated functions, annotations
OMITTED_OF_NUMPY = ("ufunc", "_ArrayFunctionDispatcher")
NUMPY = frozenset({"float64", "complex128", "bool", "bool_", "longlong", "ulonglong"})
NUMPY |= {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}
"""What crosses as numbers of Python's own."""
STRAIGHT = frozenset({"Assign", "AugAssign", "AnnAssign", "Expr", "Import", "ImportFrom"})


def execute_traced(
    source: str, scope: dict[str, Any], note: Callable[[str], None], run: Any = exec
) -> None:
    """As `exec` does, with a line to `note` for each statement of the module that completed.

    The first line says whether the program is straight-line: assignments, expressions, imports.
    """
    whole = compile(source, "<program>", "exec", dont_inherit=True)
    recorder = _Recorder(note)
    try:
        straight, pieces = _pieces(source, whole.co_flags & FUTURES)
    except Exception:  # RecursionError: what compiles may be too deep for a tree
        straight, pieces = False, [(0, 0, whole)]
    note("true" if straight else "false")
    for first, last, code in pieces:
        if not last:
            recorder.end("the program is too long")
        run(code, scope)
        recorder.state(first, last, scope)


def _pieces(source: str, futures: int) -> tuple[bool, list[tuple[int, int, CodeType]]]:
    """First line, last line and code of each statement; then of all the rest, with last line 0."""
    import _ast  # here, as only a traced program needs it
    import warnings

    if len(source) > LENGTH:
        raise ValueError("a tree would take longer than the program")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they came when the whole was compiled
        tree: Any = compile(source, "<program>", "exec", _ast.PyCF_ONLY_AST, dont_inherit=True)
        body = tree.body
        straight = all(type(node).__name__ in STRAIGHT for node in body)
        groups = [[node] for node in body[:STATEMENTS]]
        if len(body) > STATEMENTS:
            groups.append(body[STATEMENTS:])
        pieces = []
        for number, nodes in enumerate(groups):
            head, place = nodes[0], {name: getattr(nodes[0], name) for name in PLACE}
            if number and getattr(head, "module", "") != "__future__":
                nodes = [_ast.Pass(**place), *nodes]  # or a text would be taken for the docstring
            module = _ast.Module(nodes, [])
            code = compile(module, "<program>", "exec", futures, dont_inherit=True)
            decorators = getattr(head, "decorator_list", [])
            first = min(node.lineno for node in (head, *decorators))
            pieces.append((first, head.end_lineno if number < STATEMENTS else 0, code))
    return straight, pieces


PLACE = ("lineno", "col_offset", "end_lineno", "end_col_offset")


class _Refused(Exception):
    """A value that is not shown; its sign, and the steps that it took to find out."""


class _Recorder:
    """Notes what each statement changed, until that gets too much."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self.note = note
        self.going = True
        self.texts: dict[str, str] = {}
        self.reported = self.held = 0

    def end(self, reason: str) -> None:
        if self.going:
            self.going = False
            self.note(encode_basestring_ascii(reason))

    def state(self, first: int, last: int, scope: dict[str, Any]) -> None:
        if not self.going:
            return
        try:
            line = self._line(first, last, scope)
            if self.held > HELD or self.reported + len(line) > REPORTED:
                self.end("the states are too large")
            else:
                self.reported += len(line)
                self.note(line)
        except BaseException:  # e.g. the program replaced what this code is made of
            self.end("a state that cannot be read")

    def _line(self, first: int, last: int, scope: dict[str, Any]) -> str:
        now, changed = {}, []
        for name, value in _variables(scope):
            text, work = _shown(value)
            self.held += work + len(name) + len(text) + ENTRY
            now[name] = text
            if self.texts.get(name) != text:
                changed.append(f"{encode_basestring_ascii(name)}:{text}")
            if self.held > HELD:
                break
        gone = ",".join([encode_basestring_ascii(name) for name in self.texts if name not in now])
        self.texts = now
        return f"[{first},{last},{{{','.join(changed)}}},[{gone}]]"


def _variables(scope: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in list(dict.items(scope)):
        if type(name) is not str or (name.startswith("__") and name.endswith("__")):
            continue
        kind = type(value)
        if kind in OMITTED or issubclass(kind, type) or kind.__module__ in OMITTED_FROM:
            continue
        if kind.__module__ == "numpy" and kind.__name__ in OMITTED_OF_NUMPY:
            continue
        yield name, value


def _shown(value: Any) -> tuple[str, int]:
    """The value as ["v", data], ["u", type] (no data) or ["c", type] (cut), and steps of work."""
    sign, work = "u", 0
    try:
        work = _weigh(value)
        text = encode(value)
        if len(text) <= VALUE:
            return f'["v",{text}]', work
        sign, work = "c", work + len(text)
    except _Refused as refused:
        sign, work = refused.args
    except Exception:
        sign = "u"
    return f'["{sign}",{encode_basestring_ascii(type(value).__name__[:NAME])}]', work


def _weigh(value: Any) -> int:
    """How many parts the value has. Reading it must neither change it (an iterator is used up by
    that) nor take long (parts that are shared count each time)."""
    weight, steps, todo = 0, 0, [value]
    while todo:
        item = todo.pop()
        kind = type(item)
        steps += 1
        if kind is int:
            weight += item.bit_length() // 4
        elif kind is str or kind is bytes or kind is bytearray:
            weight += len(item)
        elif kind in LAZY:
            raise _Refused("u", steps)
        elif kind in DICTS:
            weight += 2 * dict.__len__(item)
            if weight <= VALUE:
                todo.extend(dict.keys(item))
                todo.extend(dict.values(item))
        elif kind is list or kind in SEQUENCES or issubclass(kind, tuple):
            parts = tuple if issubclass(kind, tuple) else kind
            weight += parts.__len__(item)
            if weight <= VALUE:
                todo.extend(parts.__iter__(item))
        elif kind.__module__ == "numpy" and kind.__name__ not in NUMPY:
            raise _Refused("u", steps)
        weight += 1
        if weight > VALUE:
            raise _Refused("c", steps)
    return steps
