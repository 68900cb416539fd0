"""Compressors and archives, all in memory."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib

TEXT = b"the same words again and again, " * 200


def round_trips() -> list[bool]:
    return [kind.decompress(kind.compress(TEXT)) == TEXT for kind in (zlib, gzip, bz2, lzma)]


def smaller() -> bool:
    return all(len(kind.compress(TEXT)) < len(TEXT) / 10 for kind in (zlib, gzip, bz2, lzma))


def in_pieces(size: int) -> bool:
    maker, reader = zlib.compressobj(9), zlib.decompressobj()
    packed = b"".join(maker.compress(TEXT[i : i + size]) for i in range(0, len(TEXT), size))
    packed += maker.flush()
    return reader.decompress(packed) + reader.flush() == TEXT


def zipped(files: dict[str, str]) -> dict[str, str]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def tarred(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        about = tarfile.TarInfo(name)
        about.size = len(data)
        archive.addfile(about, io.BytesIO(data))
    buffer.seek(0)
    with tarfile.open(fileobj=buffer, mode="r:*") as archive:
        member = archive.extractfile(name)
        return member.read() if member else b""


def lines(text: str) -> list[str]:
    buffer = io.BytesIO()
    with gzip.open(buffer, "wt") as file:
        file.write(text)
    with gzip.open(io.BytesIO(buffer.getvalue()), "rt") as file:
        return [line.rstrip() for line in file]


# tests
assert round_trips() == [True] * 4
assert smaller()
assert in_pieces(100)
assert zipped({"a.txt": "A", "b/c.txt": "C"}) == {"a.txt": "A", "b/c.txt": "C"}
assert tarred("x", b"data") == b"data"
assert lines("one\ntwo\n") == ["one", "two"]
