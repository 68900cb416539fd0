"""References that do not keep alive, cycles, and what happens at the end."""

import atexit
import gc
import sys
import weakref


class Node:
    def __init__(self, name: str) -> None:
        self.name, self.other = name, None


def collected() -> tuple[bool, bool]:
    a, b = Node("a"), Node("b")
    a.other, b.other = b, a  # type: ignore[assignment]
    seen = weakref.ref(a)
    alive = seen() is a
    del a, b
    gc.collect()
    return alive, seen() is None


def finalized() -> list[str]:
    log: list[str] = []
    node = Node("x")
    weakref.finalize(node, log.append, "gone")
    del node
    gc.collect()
    return log


def remembered() -> int:
    kept = weakref.WeakValueDictionary()
    strong = [Node(str(n)) for n in range(3)]
    kept.update({node.name: node for node in strong})
    del strong[1:]
    gc.collect()
    return len(kept)


def at_exit() -> bool:
    return atexit.register(print, "the end") is print


def counted() -> int:
    value: list[int] = []
    return sys.getrefcount(value)


# tests
assert collected() == (True, True)
assert finalized() == ["gone"]
assert remembered() == 1
assert at_exit()
assert counted() >= 1
assert gc.isenabled()
