"""What numpy imports late, and threads that compute."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.ma
import numpy.polynomial
import numpy.testing


def in_threads(count: int) -> list[float]:
    with ThreadPoolExecutor(4) as pool:
        made = pool.map(lambda n: float(np.linalg.det(np.eye(50) * n ** (1 / 50))), range(1, count))
        return [round(value, 6) for value in made]


def in_memory_or_file() -> list[int]:
    try:
        np.arange(3).tofile("numbers.bin")
        return np.fromfile("numbers.bin", dtype=np.int64).tolist()
    except OSError:  # where nothing is writable
        return np.frombuffer(np.arange(3).tobytes(), dtype=np.int64).tolist()


def masked() -> float:
    return float(np.ma.masked_greater([1, 2, 300], 10).mean())


def roots() -> list[float]:
    return numpy.polynomial.Polynomial([6, -5, 1]).roots().round(6).tolist()


def refused() -> str:
    try:
        np.testing.assert_allclose([1.0], [2.0])
    except AssertionError as problem:
        return str(problem).strip().splitlines()[0]
    return ""


def large(megabytes: int) -> int:
    return int(np.ones(megabytes << 17).sum())


# tests
assert in_threads(4) == [1.0, 2.0, 3.0]
assert in_memory_or_file() == [0, 1, 2]
assert masked() == 1.5
assert roots() == [2.0, 3.0]
assert refused().startswith("Not equal to tolerance")
assert large(40) == 40 << 17
