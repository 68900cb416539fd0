"""A bounded buffer made of a condition, and a reader that gives up after a while."""

import threading
from collections import deque


class Buffer:
    def __init__(self, size: int) -> None:
        self.size, self.items = size, deque()
        self.changed = threading.Condition(threading.RLock())

    def put(self, item: int) -> None:
        with self.changed:
            self.changed.wait_for(lambda: len(self.items) < self.size)
            self.items.append(item)
            self.changed.notify_all()

    def get(self, timeout: float | None = None) -> int | None:
        with self.changed:
            if not self.changed.wait_for(lambda: self.items, timeout):
                return None
            item = self.items.popleft()
            self.changed.notify_all()
            return item


def through(count: int, size: int) -> list[int | None]:
    buffer = Buffer(size)
    writer = threading.Thread(target=lambda: [buffer.put(n) for n in range(count)])
    writer.start()
    read = [buffer.get() for _ in range(count)]
    writer.join()
    return [*read, buffer.get(timeout=0.01)]


# tests
assert through(20, 3) == [*range(20), None]
assert through(0, 1) == [None]
