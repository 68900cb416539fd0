"""Arrays: arithmetic, linear algebra, random numbers, transforms, sorting, text."""

import io

import numpy as np


def solved() -> list[float]:
    a = np.array([[3.0, 1.0], [1.0, 2.0]])
    return np.round(np.linalg.solve(a, np.array([9.0, 8.0])), 6).tolist()


def decomposed(size: int) -> bool:
    a = np.random.default_rng(1).normal(size=(size, size))
    u, s, v = np.linalg.svd(a)
    values, vectors = np.linalg.eigh(a @ a.T)
    whole = np.allclose(u @ np.diag(s) @ v, a)
    return whole and np.allclose((vectors * values) @ vectors.T, a @ a.T)


def multiplied(size: int) -> float:
    a = np.ones((size, size), dtype=np.float32)
    return float((a @ a).sum() / size**3)


def transformed() -> list[int]:
    wave = np.sin(2 * np.pi * 5 * np.arange(64) / 64)
    return np.argsort(np.abs(np.fft.rfft(wave)))[-1:].tolist()


def shapes() -> list[list[int]]:
    a = np.arange(12).reshape(3, 4)
    return a[a % 2 == 0].reshape(-1, 2).T.tolist()


def statistics(values: list[float]) -> tuple[float, float, float]:
    a = np.asarray(values)
    return float(a.mean()), float(np.median(a)), float(a.std())


def text() -> list[list[float]]:
    out = io.StringIO()
    np.savetxt(out, np.eye(2), fmt="%d")
    return np.loadtxt(io.StringIO(out.getvalue())).tolist()


def saved() -> list[int]:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, a=np.arange(3))
    buffer.seek(0)
    return np.load(buffer)["a"].tolist()


# tests
assert solved() == [2.0, 3.0]
assert decomposed(30)
assert multiplied(200) == 1.0
assert transformed() == [5]
assert shapes() == [[0, 4, 8], [2, 6, 10]]
assert statistics([1, 2, 3, 4]) == (2.5, 2.5, 1.25**0.5)
assert text() == [[1.0, 0.0], [0.0, 1.0]]
assert saved() == [0, 1, 2]
