"""Verdicts of the last programs: samples repeat a lot."""

from collections import OrderedDict

from sandbox.jobs import Result

__all__ = ["Remembered"]

NUMBER, BYTES = 20_000, 64 << 20


class Remembered:
    """The results that were used last, bounded in number and in what they hold."""

    def __init__(self) -> None:
        self._results: OrderedDict[bytes, Result] = OrderedDict()
        self._bytes = 0

    def get(self, key: bytes) -> Result | None:
        if key in self._results:
            self._results.move_to_end(key)
        return self._results.get(key)

    def keep(self, key: bytes, result: Result) -> None:
        """Not what the sandbox failed on, and not the states of traced programs: they are large."""
        if result.verdict == "internal" or result.states is not None:
            return
        self._results[key] = result
        self._bytes += _size(result)
        while len(self._results) > NUMBER or self._bytes > BYTES:
            self._bytes -= _size(self._results.popitem(last=False)[1])


def _size(result: Result) -> int:
    return len(result.stdout) + len(result.detail)
