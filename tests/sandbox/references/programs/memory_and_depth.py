"""Lists that grow, large blocks that go again, and deep recursion."""

import gc
import sys
import threading


def grown(count: int) -> int:
    kept: list[int] = []
    for number in range(count):
        kept.append(number)
    text = "".join(str(number % 10) for number in kept)
    return len(text)


def large_blocks(megabytes: int) -> int:
    total = 0
    for _ in range(3):
        block = bytearray(megabytes << 20)
        block[-1] = 1
        block.extend(b"x" * 1000)
        total += len(block)
        del block
        gc.collect()
    return total


def depth(n: int) -> int:
    return 0 if n == 0 else 1 + depth(n - 1)


def deep(n: int) -> int:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(n + 200)
    try:
        return depth(n)
    finally:
        sys.setrecursionlimit(before)


def deep_in_a_thread(n: int) -> list[int]:
    found: list[int] = []
    before = threading.stack_size(16 << 20)
    thread = threading.Thread(target=lambda: found.append(deep(n)))
    thread.start()
    thread.join()
    threading.stack_size(before)
    return found


def too_deep() -> str:
    try:
        depth(10**6)
    except RecursionError as problem:
        return str(problem)[:34]
    return ""


# tests
assert grown(300000) == 300000
assert large_blocks(20) == 3 * ((20 << 20) + 1000)
assert deep(5000) == 5000
assert deep_in_a_thread(10000) == [10000]
assert too_deep() == "maximum recursion depth exceeded"
