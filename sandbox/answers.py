"""What a program answered to the questions of a plan, read from its report with suspicion."""

from collections.abc import Sequence
from typing import Any

from sandbox.decode import Malformed, decode, parse
from sandbox.tracebacks import Traceback, read_traceback

__all__ = ["Answers", "Opaque", "Raised", "read_report"]


class Opaque(Exception):
    """The answer is an object that is not plain data; the message names its type."""


class Raised(Exception):
    """The program raised instead of answering."""

    def __init__(self, name: str, message: str, kinds: Sequence[str], origin: Traceback) -> None:
        super().__init__(f"{name}: {message}" if message else name)
        self.name, self.text, self.kinds = name, message, frozenset(kinds)
        self.traceback = origin
        self.line = origin.frames[-1].line if origin.frames else 0


class Answers:
    """One outcome per step; the first is that of loading the program."""

    def __init__(self, outcomes: list[Any]) -> None:
        self.outcomes = outcomes

    def __len__(self) -> int:
        return len(self.outcomes)

    def value(self, step: int) -> Any:
        """The step's value, or its exception as Raised, or Opaque."""
        outcome = self.outcomes[step]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def opaque(self, step: int) -> bool:
        return isinstance(self.outcomes[step], Opaque)

    def raised(self, step: int) -> Raised | None:
        outcome = self.outcomes[step]
        return outcome if isinstance(outcome, Raised) else None


def read_report(frame: bytes, nonce: str, wanted: int) -> tuple[Answers, list[str]]:
    """The answers and the names of blocked actions; Malformed if this is no report of ours."""
    if not frame.startswith(nonce.encode()):
        raise Malformed("bytes on the report channel that are no report")
    try:
        report = parse(frame[len(nonce) :].decode())
    except UnicodeDecodeError:
        raise Malformed("a report that is not text") from None
    if not isinstance(report, dict) or report.keys() != {"answers", "blocked"}:
        raise Malformed("a report of another form")
    answers, blocked = report["answers"], report["blocked"]
    if not isinstance(answers, list) or not isinstance(blocked, list) or not answers:
        raise Malformed("a report of another form")
    outcomes = [_outcome(answer) for answer in answers]
    if len(outcomes) != wanted and not (len(outcomes) == 1 and isinstance(outcomes[0], Raised)):
        raise Malformed("a report with missing or extra answers")
    return Answers(outcomes), [str(name)[:40] for name in blocked[:10]]


def _outcome(answer: Any) -> Any:
    match answer:
        case ["v", document]:
            try:
                return decode(document)
            except RecursionError:
                return Opaque("a value nested too deep")
            except Malformed as problem:
                return Opaque(str(problem)[:200])
        case ["u", str(name)]:
            return Opaque(name[:200])
        case ["x", str(name), str(message), list(kinds), origin]:
            kinds = [kind for kind in kinds if isinstance(kind, str)]
            found = read_traceback(name, message, origin)
            return Raised(name[:100], message[:2000], kinds, found)
    raise Malformed("an answer of another form")
