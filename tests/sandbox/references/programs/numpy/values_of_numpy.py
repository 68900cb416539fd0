"""Functions that return what numpy computed: its own numbers, truths and arrays."""

import numpy as np


def mean(values: list[float]):
    return np.mean(values)


def total(values: list[int]):
    return np.sum(np.array(values))


def positive(number: float):
    return np.float64(number) > 0


def doubled(values: list[int]) -> np.ndarray:
    return np.array(values) * 2


def largest(values: list[list[int]]) -> tuple:
    a = np.array(values)
    return np.unravel_index(a.argmax(), a.shape)


# tests
assert mean([1, 2, 3]) == 2.0
assert total([1, 2, 3]) == 6
assert positive(3)
assert not positive(-3)
assert doubled([1, 2]).tolist() == [2, 4]
assert list(doubled([1, 2])) == [2, 4]
assert np.array_equal(doubled([1, 2]), [2, 4])
assert (doubled([1, 2]) == np.array([2, 4])).all()
assert largest([[1, 2], [9, 4]]) == (1, 0)
