"""Workers whose answers are changed on their way, byte for byte, before the host sees them."""

import json
import marshal
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from sandbox import Sandbox
from sandbox.frames import RESPONSE, Ended, Request, Response, ResponseHeader
from sandbox.worker import Worker
from tests.sandbox.machine import each_worker
from tests.sandbox.numbered import number_in

__all__ = ["LIES", "Lie", "Question", "Tampered", "tampered"]


class Question(NamedTuple):
    """What a request asks; `job` is the number of tests.sandbox.numbered, or ""."""

    nonce: str
    program: str
    wanted: int

    @property
    def job(self) -> str:
        return number_in(self.program)

    @property
    def canary(self) -> bool:
        return not self.job


Lie = Callable[["Tampered", Question, Response], Response | None]
"""What the host is told instead; None for nothing at all."""


class Tampered:
    """One worker: `asked` and `answered`, in order, are what went to it and what came from it."""

    def __init__(self, worker: Worker, number: int, lie: Lie) -> None:
        self.worker, self.number, self.lie = worker, number, lie
        self.asked: list[Question] = []
        self.answered: list[Question] = []
        self.lied: list[Question] = []
        self._open: deque[Question] = deque()
        self.last = self._received = b""
        self._unwrap, self._send = worker.stream.unwrap, worker.send
        worker.stream = worker.stream._replace(unwrap=self.unwrap)
        worker.send = self.send  # type: ignore[method-assign]

    def send(self, request: Request) -> None:
        nonce, program, steps, tests, *_ = marshal.loads(request.body)
        more = 1 if tests is not None or request.header.driver else len(steps)
        self._open.append(Question(nonce, program, 1 + more))
        self.asked.append(self._open[-1])
        self._send(request)

    def unwrap(self, chunk: bytes) -> bytes:
        self._received += self._unwrap(chunk)
        told = b""
        while len(self._received) >= RESPONSE.size:
            header = ResponseHeader.unpack(self._received[: RESPONSE.size])
            end = RESPONSE.size + header.frame
            if len(self._received) < end + header.kept:
                break
            frame, output = self._received[RESPONSE.size : end], self._received[end:]
            response = Response(header, frame, output[: header.kept])
            self._received = self._received[end + header.kept :]
            told += self._told(response)
        return told

    def _told(self, truth: Response) -> bytes:
        question = self._open.popleft()
        self.answered.append(question)
        response = self.lie(self, question, truth)
        if response != truth:
            self.lied.append(question)
        if response is None:
            return b""
        header = response.header._replace(frame=len(response.frame), kept=len(response.output))
        return header.pack() + response.frame + response.output


def tampered(box: Sandbox, lie: Lie) -> list[Tampered]:
    """All workers that the sandbox starts from now on, as they start."""
    found: list[Tampered] = []
    each_worker(box, lambda worker, _: found.append(Tampered(worker, len(found), lie)))
    return found


def _answers(question: Question, response: Response, change: Callable[[Any], Any]) -> Response:
    """With every answer of its report changed."""
    size = len(question.nonce)
    if response.header.ended or len(response.frame) <= size:
        return response
    report = json.loads(response.frame[size:])
    report["answers"] = [change(answer) for answer in report["answers"]]
    return response._replace(frame=(question.nonce + json.dumps(report)).encode())


def _wrong_values(_: Tampered, question: Question, response: Response) -> Response:
    def change(answer: Any) -> Any:
        number = answer[0] == "v" and type(answer[1]) is int
        return ["v", answer[1] + 1] if number else answer

    return _answers(question, response, change)


def _no_exceptions(_: Tampered, question: Question, response: Response) -> Response:
    return _answers(question, response, lambda answer: ["v", None] if answer[0] == "x" else answer)


def _always_timeouts(_: Tampered, question: Question, response: Response) -> Response:
    return response._replace(header=response.header._replace(ended=Ended.CPU, status=9))


def _no_timeouts(_: Tampered, question: Question, response: Response) -> Response:
    if not response.header.ended:
        return response
    header = response.header._replace(ended=Ended.ITSELF, status=0, cpu_us=1)
    answers = [["v", None]] * question.wanted
    report = question.nonce + json.dumps({"answers": answers, "blocked": []})
    return Response(header, report.encode(), b"")


def _always_crashes(_: Tampered, question: Question, response: Response) -> Response:
    return Response(response.header._replace(ended=0, status=11), b"", b"")


def _empty_reports(_: Tampered, question: Question, response: Response) -> Response:
    return response._replace(frame=b"")


def _of_another(worker: Tampered, question: Question, response: Response) -> Response:
    """The last report again, with this request's word for its own."""
    last, worker.last = worker.last, response.frame[len(question.nonce) :]
    return response._replace(frame=question.nonce.encode() + last if last else b"")


LIES: dict[str, Lie] = {
    "wrong values": _wrong_values,
    "no exceptions": _no_exceptions,
    "always timeouts": _always_timeouts,
    "no timeouts": _no_timeouts,
    "always crashes": _always_crashes,
    "empty reports": _empty_reports,
    "reports of other programs": _of_another,
}
