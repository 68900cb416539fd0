"""One worker seen from the host: a byte stream to a zygote, with requests sent a little ahead."""

import json
import os
import select
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from sandbox.frames import FRAME_BYTES, RESPONSE, Request, Response, ResponseHeader

__all__ = ["Stream", "Worker", "WorkerDied"]

GRACE = 10.0
"""Seconds beyond a program's wall limit after which a silent worker counts as dead."""
GREETING_BYTES = 4096


class WorkerDied(Exception):
    """The stream ended, stalled or made no sense: open requests must run elsewhere."""


class Stream(NamedTuple):
    """What a backend supplies: a pipe in, a pipe out, and how to end what is behind them.

    `unwrap` takes off what the transport puts around the bytes, and keeps what is incomplete.
    """

    requests: int
    responses: int
    kill: Callable[[], None]
    complaint: Callable[[], str]
    close: Callable[[], None]
    unwrap: Callable[[bytes], bytes] = bytes


class Worker:
    """Sends requests, and takes their responses in the same order, without waiting."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.served = 0
        self._unsent = bytearray()
        self._received = bytearray()
        self._patience: deque[float] = deque()
        self._header: ResponseHeader | None = None
        self._oldest = 0.0
        os.set_blocking(stream.requests, False)
        os.set_blocking(stream.responses, False)

    def greeting(self, seconds: float) -> dict[str, object]:
        """What the zygote says of itself when it is ready."""
        deadline = time.monotonic() + seconds
        size = 4
        while len(self._received) < size:
            left = deadline - time.monotonic()
            if left <= 0:
                raise WorkerDied("no greeting in time" + self.stream.complaint())
            if select.select([self.stream.responses], [], [], left)[0]:
                self._read()
            if size == 4 <= len(self._received):
                size += int.from_bytes(self._received[:4], "little")
                if size > GREETING_BYTES:
                    raise WorkerDied("no greeting")
        text = self._cut(size)[4:]
        try:
            return dict(json.loads(text))
        except ValueError:
            raise WorkerDied("no greeting") from None

    @property
    def pending(self) -> int:
        return len(self._patience)

    def interests(self) -> list[tuple[int, int]]:
        """Descriptors and the events to wait for."""
        wanted = {self.stream.responses: select.POLLIN}
        if self._unsent:
            requests = self.stream.requests
            wanted[requests] = wanted.get(requests, 0) | select.POLLOUT
        return [*wanted.items()]

    def move(self, event: int) -> None:
        """What the event makes possible."""
        if event & select.POLLOUT:
            self._write()
        if event & ~select.POLLOUT:
            self._read()

    @property
    def deadline(self) -> float | None:
        """When the oldest request must have been answered."""
        return self._oldest + self._patience[0] if self._patience else None

    def late(self, now: float) -> bool:
        return self.deadline is not None and self.deadline < now

    def send(self, request: Request) -> None:
        if not self._patience:
            self._oldest = time.monotonic()
        self._patience.append(request.header.wall_ms / 1000 + GRACE)
        self._unsent += request.header.pack() + request.body
        self._write()

    def _write(self) -> None:
        """As many bytes as there is room for."""
        try:
            while self._unsent:
                del self._unsent[: os.write(self.stream.requests, self._unsent[: 1 << 16])]
        except BlockingIOError:
            return
        except OSError as problem:
            raise WorkerDied(str(problem)) from None

    def _read(self) -> None:
        """What has come; WorkerDied at the end of the stream."""
        try:
            chunk = os.read(self.stream.responses, 1 << 18)
        except BlockingIOError:
            return
        except OSError as problem:
            raise WorkerDied(str(problem)) from None
        if not chunk:
            raise WorkerDied("the worker ended" + self.stream.complaint())
        self._received += self.stream.unwrap(chunk)

    def take(self) -> Response | None:
        """The response to the oldest request, once it is complete."""
        if self._header is None:
            if len(self._received) < RESPONSE.size:
                return None
            try:
                self._header = ResponseHeader.unpack(self._cut(RESPONSE.size))
            except ValueError as problem:
                raise WorkerDied(str(problem)) from None
        header = self._header
        size = header.frame if header.frame <= FRAME_BYTES else 0
        if len(self._received) < size + header.kept:
            return None
        if not self._patience:
            raise WorkerDied("an answer that nobody asked for")
        response = Response(header, self._cut(size), self._cut(header.kept))
        self._header = None
        self._patience.popleft()
        self._oldest = time.monotonic()
        self.served += 1
        return response

    def close(self) -> None:
        self.stream.kill()
        self.stream.close()
        for descriptor in {self.stream.requests, self.stream.responses}:
            os.close(descriptor)

    def _cut(self, size: int) -> bytes:
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken
