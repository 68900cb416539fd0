"""Work handed to a pool of threads, gathered in order and as it finishes."""

import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, as_completed, wait


def squares(numbers: list[int], workers: int | None = None) -> list[int]:
    with ThreadPoolExecutor(max_workers=workers) as pool:
        return list(pool.map(lambda n: n * n, numbers))


def finished(numbers: list[int]) -> set[int]:
    with ThreadPoolExecutor(4, thread_name_prefix="work") as pool:
        futures = {pool.submit(pow, n, 3): n for n in numbers}
        return {future.result(timeout=5) for future in as_completed(futures)}


def first(seconds: list[float]) -> float:
    def sleep(length: float) -> float:
        time.sleep(length)
        return length

    with ThreadPoolExecutor(len(seconds)) as pool:
        done, _ = wait([pool.submit(sleep, s) for s in seconds], return_when=FIRST_COMPLETED)
        return min(future.result() for future in done)


def failure() -> str:
    with ThreadPoolExecutor() as pool:
        problem = pool.submit(int, "x").exception()
        return type(problem).__name__


# tests
assert squares([1, 2, 3, 4]) == [1, 4, 9, 16]
assert squares(list(range(50)), 3)[-1] == 2401
assert finished([1, 2, 3]) == {1, 8, 27}
assert first([0.2, 0.01]) == 0.01
assert failure() == "ValueError"
