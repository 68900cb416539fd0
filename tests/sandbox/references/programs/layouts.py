"""Bytes laid out by hand: records, arrays, views and anonymous memory."""

import array
import mmap
import struct


def packed(records: list[tuple[int, float]]) -> bytes:
    return b"".join(struct.pack("<Id", number, value) for number, value in records)


def unpacked(data: bytes) -> list[tuple]:
    return list(struct.iter_unpack("<Id", data))


def swapped(numbers: list[int]) -> list[int]:
    made = array.array("H", numbers)
    made.byteswap()
    return made.tolist()


def mapped(text: bytes) -> tuple[bytes, int]:
    with mmap.mmap(-1, 10000) as memory:
        memory.write(text)
        memory.seek(0)
        memory.resize(20000)
        found = memory.find(b"o")
        memory.flush()
        return memory.read(len(text)), found


def viewed(size: int) -> int:
    data = bytearray(size)
    view = memoryview(data).cast("I")
    view[0] = 0xFFFFFFFF
    view[-1] = 1
    return sum(data)


def bits(number: float) -> str:
    return f"{struct.unpack('>Q', struct.pack('>d', number))[0]:064b}"


# tests
assert unpacked(packed([(1, 0.5), (2, -1.0)])) == [(1, 0.5), (2, -1.0)]
assert struct.calcsize("<Id") == 12
assert swapped([1, 256]) == [256, 1]
assert mapped(b"hello") == (b"hello", 4)
assert viewed(1 << 16) == 4 * 255 + 1
assert bits(-2.0)[:12] == "110000000000"
assert int.from_bytes((1000).to_bytes(2, "big"), "little") == 59395
