"""An event loop that the program makes, wakes from a thread, and closes itself."""

import asyncio
import threading
from contextlib import asynccontextmanager


def woken_from_a_thread(count: int) -> list[int]:
    loop, seen = asyncio.new_event_loop(), []
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    for number in range(count):
        loop.call_soon_threadsafe(seen.append, number)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    return seen


def streamed(words: list[str]) -> list[str]:
    async def spoken():
        for word in words:
            await asyncio.sleep(0)
            yield word.upper()

    @asynccontextmanager
    async def session(log: list[str]):
        log.append("open")
        yield
        log.append("close")

    async def main() -> list[str]:
        log: list[str] = []
        async with session(log):
            log += [word async for word in spoken()]
        return log

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(main())
    finally:
        loop.close()


def piped(text: bytes) -> bytes:
    """Through a pipe that the loop watches."""
    import os

    async def main() -> bytes:
        reading, writing = os.pipe()
        loop, got = asyncio.get_running_loop(), asyncio.Event()
        parts = []

        def ready() -> None:
            parts.append(os.read(reading, 100))
            got.set()

        loop.add_reader(reading, ready)
        os.write(writing, text)
        await got.wait()
        loop.remove_reader(reading)
        os.close(reading)
        os.close(writing)
        return b"".join(parts)

    return asyncio.run(main())


# tests
assert woken_from_a_thread(4) == [0, 1, 2, 3]
assert streamed(["a", "b"]) == ["open", "A", "B", "close"]
assert piped(b"hello") == b"hello"
