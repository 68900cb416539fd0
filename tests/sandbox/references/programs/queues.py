"""Producers and consumers over the three queues of the library."""

import queue
import threading


def drain(made: queue.Queue) -> list[int]:
    items = []
    while True:
        try:
            items.append(made.get_nowait())
        except queue.Empty:
            return items


def sums(numbers: list[int], workers: int) -> int:
    todo: queue.Queue[int | None] = queue.Queue(maxsize=4)
    done: queue.SimpleQueue[int] = queue.SimpleQueue()

    def work() -> None:
        while (number := todo.get()) is not None:
            done.put(number + 1)
            todo.task_done()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for number in [*numbers, *[None] * workers]:
        todo.put(number)
    for thread in threads:
        thread.join()
    return sum(done.get(timeout=1) for _ in numbers)


def orders(numbers: list[int]) -> tuple[list[int], list[int], list[int]]:
    found = []
    for kind in (queue.Queue, queue.LifoQueue, queue.PriorityQueue):
        made = kind()
        for number in numbers:
            made.put(number)
        found.append(drain(made))
    return found[0], found[1], found[2]


def impatient() -> str:
    try:
        queue.Queue().get(timeout=0.02)
    except queue.Empty:
        return "empty"
    return "full"


# tests
assert sums([1, 2, 3, 4, 5], 3) == 20
assert orders([2, 3, 1]) == ([2, 3, 1], [1, 3, 2], [1, 2, 3])
assert impatient() == "empty"
