"""What programs say about themselves: logs, warnings, tracebacks, pretty printing."""

import io
import logging
import logging.handlers
import pprint
import queue
import reprlib
import sys
import traceback
import warnings


def logged(level: int) -> list[str]:
    stream = io.StringIO()
    logger = logging.getLogger("shop")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False
    logger.debug("opened")
    logger.warning("%d left", 3)
    try:
        int("x")
    except ValueError:
        logger.exception("oops")
    logger.removeHandler(handler)
    return [line for line in stream.getvalue().splitlines() if line.isprintable()][:3]


def queued(count: int) -> list[str]:
    records: queue.Queue = queue.Queue()
    seen: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record.getMessage())

    listener = logging.handlers.QueueListener(records, Keeper())
    logger = logging.Logger("queued")
    logger.addHandler(logging.handlers.QueueHandler(records))
    listener.start()
    for number in range(count):
        logger.info("number %d", number)
    listener.stop()
    return seen


def warned() -> list[str]:
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        return [f"{warning.category.__name__}: {warning.message}" for warning in found]


def traced() -> list[str]:
    def deep(n: int) -> float:
        return 1 / n if n == 0 else deep(n - 1)

    try:
        deep(2)
    except ZeroDivisionError:
        names = [frame.name for frame in traceback.extract_tb(sys.exc_info()[2])]
        return [*names, traceback.format_exc().splitlines()[-1]]
    return []


# tests
assert logged(logging.INFO)[0] == "WARNING shop 3 left"
assert queued(3) == ["number 0", "number 1", "number 2"]
assert warned() == ["DeprecationWarning: old"]
assert traced() == ["traced", "deep", "deep", "deep", "ZeroDivisionError: division by zero"]
assert pprint.pformat({"b": 1, "a": [1, 2]}, width=10) == "{'a': [1,\n       2],\n 'b': 1}"
assert reprlib.repr(list(range(100))) == "[0, 1, 2, 3, 4, 5, ...]"
