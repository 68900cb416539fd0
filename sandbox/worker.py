"""One worker seen from the host: a byte stream to a zygote, with requests sent a little ahead."""

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
    """What a backend supplies: a pipe in, a pipe out, and how to end what is behind them."""

    requests: int
    responses: int
    kill: Callable[[], None]
    complaint: Callable[[], str]
    close: Callable[[], None]


class Worker:
    """Sends requests, and yields their responses in the same order."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.served = 0
        self._unsent = bytearray()
        self._received = bytearray()
        self._deadlines: deque[float] = deque()
        os.set_blocking(stream.requests, False)
        self._poll = select.poll()
        self._poll.register(stream.responses, select.POLLIN)
        self._poll.register(stream.requests, 0)

    def greeting(self, seconds: float) -> bytes:
        """What the zygote says of itself when it is ready."""
        deadline = time.monotonic() + seconds
        size = int.from_bytes(self._take(4, deadline), "little")
        if size > GREETING_BYTES:
            raise WorkerDied("no greeting")
        return self._take(size, deadline)

    @property
    def pending(self) -> int:
        return len(self._deadlines)

    def send(self, request: Request) -> None:
        wall = request.header.wall_ms / 1000 + GRACE
        start = max(time.monotonic(), self._deadlines[-1] if self._deadlines else 0)
        self._deadlines.append(start + wall)
        self._unsent += request.header.pack() + request.body
        self._pump(0)

    def receive(self) -> Response:
        """The response to the oldest request."""
        deadline = self._deadlines[0]
        try:
            header = ResponseHeader.unpack(self._take(RESPONSE.size, deadline))
        except ValueError as problem:
            raise WorkerDied(str(problem)) from None
        frame = self._take(header.frame if header.frame <= FRAME_BYTES else 0, deadline)
        output = self._take(header.kept, deadline)
        self._deadlines.popleft()
        self.served += 1
        return Response(header, frame, output)

    def close(self) -> None:
        self.stream.kill()
        self.stream.close()
        for descriptor in (self.stream.requests, self.stream.responses):
            os.close(descriptor)

    def _take(self, size: int, deadline: float) -> bytes:
        while len(self._received) < size:
            left = deadline - time.monotonic()
            if left <= 0:
                raise WorkerDied("no answer in time")
            self._pump(left)
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken

    def _pump(self, seconds: float) -> None:
        """Moves bytes both ways, so that neither side can wait for the other for ever."""
        wanted = select.POLLOUT if self._unsent else 0
        self._poll.modify(self.stream.requests, wanted)
        for descriptor, event in self._poll.poll(seconds * 1000):
            self._move(descriptor, event)

    def _move(self, descriptor: int, event: int) -> None:
        try:
            if descriptor == self.stream.responses:
                chunk = os.read(descriptor, 1 << 18)
                if not chunk:
                    raise WorkerDied("the worker ended" + self.stream.complaint())
                self._received += chunk
            elif event & select.POLLOUT:
                del self._unsent[: os.write(descriptor, self._unsent[: 1 << 16])]
        except BlockingIOError:
            return
        except OSError as problem:
            raise WorkerDied(str(problem)) from None
