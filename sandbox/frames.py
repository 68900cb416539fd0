"""The bytes between a worker and the host: fixed headers, then bodies (used on both sides).

Requests and responses are plain bytes on one stream, so that any backend can carry them: a
process under bubblewrap, a container that is attached to, a machine elsewhere.
"""

import struct
from typing import NamedTuple

__all__ = ["Ended", "Request", "RequestHeader", "Response", "ResponseHeader"]

REQUEST = struct.Struct("<4s10I20x")
RESPONSE = struct.Struct("<4sBiQQIIQQQ")
MAGIC = b"rtc1"
FRAME_BYTES = 1 << 20
"""The most that a program may report."""


class Ended:
    """Why the worker stopped waiting for a program."""

    ITSELF, CPU, WALL = range(3)


class RequestHeader(NamedTuple):
    """What the forking process must know of a program; it never reads the program itself."""

    body: int
    cpu_ms: int
    wall_ms: int
    memory_mb: int
    file_bytes: int
    threads: int
    keep: int
    script: int
    stdin: int
    driver: int

    def pack(self) -> bytes:
        return REQUEST.pack(MAGIC, *self)

    @classmethod
    def unpack(cls, data: bytes) -> "RequestHeader":
        magic, *fields = REQUEST.unpack(data)
        if magic != MAGIC:
            raise ValueError("the request stream is out of step")
        return cls(*fields)


class Request(NamedTuple):
    """One execution: its header, and the marshalled body that the program's process reads."""

    header: RequestHeader
    body: bytes


class ResponseHeader(NamedTuple):
    """How an execution ended."""

    ended: int
    status: int
    cpu_us: int
    wall_us: int
    memory_kb: int
    preempted: int
    frame: int
    output: int
    kept: int

    def pack(self) -> bytes:
        return RESPONSE.pack(MAGIC, *self)

    @classmethod
    def unpack(cls, data: bytes) -> "ResponseHeader":
        magic, *fields = RESPONSE.unpack(data)
        if magic != MAGIC:
            raise ValueError("the response stream is out of step")
        return cls(*fields)


class Response(NamedTuple):
    """How an execution ended, what the program reported, and what it printed (head and tail)."""

    header: ResponseHeader
    frame: bytes
    output: bytes
