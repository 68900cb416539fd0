"""Pipes and watching them, inside one process."""

import fcntl
import os
import select
import selectors
import threading


def through(data: bytes) -> bytes:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as out:
        out.write(data)
    with os.fdopen(reading, "rb") as into:
        return into.read()


def copies() -> bool:
    reading, writing = os.pipe()
    other = os.dup(writing)
    third = fcntl.fcntl(writing, fcntl.F_DUPFD_CLOEXEC, 10)
    os.set_inheritable(other, True)
    os.dup2(other, other + 20, inheritable=False)
    os.close(other + 20)
    os.close(writing)
    os.write(other, b"a")
    os.writev(third, [b"b", b"c"])
    found = os.read(reading, 10)
    for descriptor in (reading, other, third):
        os.close(descriptor)
    return found == b"abc"


def watched(kind: str) -> list[int]:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with getattr(selectors, kind)() as selector:
        selector.register(reading, selectors.EVENT_READ)
        before = selector.select(0.01)
        os.write(writing, b"x")
        after = selector.select(1)
    os.close(reading)
    os.close(writing)
    return [len(before), len(after)]


def polled() -> bool:
    reading, writing = os.pipe()
    poll, edges = select.poll(), select.epoll()
    poll.register(reading, select.POLLIN)
    edges.register(reading, select.EPOLLIN | select.EPOLLET)
    threading.Timer(0.01, os.write, (writing, b"x")).start()
    found = poll.poll(2000)
    seen = edges.poll(1)
    edges.close()
    return len(found) == len(seen) == 1 and select.select([reading], [], [], 0)[0] == [reading]


def empty() -> str:
    reading, _ = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        os.read(reading, 1)
    except BlockingIOError:
        return "nothing yet"
    return "something"


def counted() -> int:
    counter = os.eventfd(3)
    os.eventfd_write(counter, 4)
    return os.eventfd_read(counter)


# tests
assert through(b"data" * 1000) == b"data" * 1000
assert copies()
assert watched("DefaultSelector") == [0, 1]
assert watched("PollSelector") == [0, 1]
assert watched("SelectSelector") == [0, 1]
assert polled()
assert empty() == "nothing yet"
assert counted() == 7
