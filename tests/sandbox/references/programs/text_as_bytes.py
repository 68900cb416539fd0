"""Bytes written as text, and ways to tell two texts apart."""

import base64
import binascii
import difflib
import quopri


def round_trips(data: bytes) -> bool:
    pairs = (
        (base64.b64encode, base64.b64decode),
        (base64.b32encode, base64.b32decode),
        (base64.b85encode, base64.b85decode),
        (base64.a85encode, base64.a85decode),
        (binascii.hexlify, binascii.unhexlify),
        (quopri.encodestring, quopri.decodestring),
    )
    return all(decode(encode(data)) == data for encode, decode in pairs)


def changes(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.split(), after.split(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def alike(a: str, b: str) -> float:
    return round(difflib.SequenceMatcher(None, a, b).ratio(), 2)


def distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


# tests
assert round_trips(bytes(range(256)))
assert changes("a b c", "a x c d") == ["-b", "+x", "+d"]
assert alike("abcd", "bcde") == 0.75
assert distance("kitten", "sitting") == 3
assert difflib.get_close_matches("appel", ["ape", "apple", "peach"]) == ["apple", "ape"]
assert binascii.crc_hqx(b"123", 0) == 38738
