"""Functions and structures of C, and a function of Python that C calls."""

import ctypes
import ctypes.util

C = ctypes.CDLL(None)


class Pair(ctypes.Structure):
    _fields_ = (("a", ctypes.c_int32), ("b", ctypes.c_double))


def absolute(number: int) -> int:
    return C.abs(number)


def length(text: bytes) -> int:
    C.strlen.restype = ctypes.c_size_t
    return C.strlen(ctypes.c_char_p(text))


def sorted_by_c(numbers: list[int]) -> list[int]:
    kind = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.POINTER(ctypes.c_int)] * 2)
    made = (ctypes.c_int * len(numbers))(*numbers)
    compare = kind(lambda a, b: a[0] - b[0])
    C.qsort(made, len(numbers), ctypes.sizeof(ctypes.c_int), compare)
    return list(made)


def laid_out() -> tuple[int, float]:
    pair = Pair(1, 0.5)
    copied = Pair.from_buffer_copy(bytes(pair))
    return ctypes.sizeof(Pair), copied.a + copied.b


def written(number: int) -> bytes:
    buffer = ctypes.create_string_buffer(32)
    C.snprintf(buffer, 32, b"%05d", ctypes.c_int(number))
    return buffer.value


# tests
assert absolute(-3) == 3
assert length(b"hello") == 5
assert sorted_by_c([3, 1, 2]) == [1, 2, 3]
assert laid_out() == (16, 1.5)
assert written(42) == b"00042"
