"""Coroutines that wait for each other: the loop wakes itself over a pair of sockets."""

import asyncio


async def double(number: int, seconds: float = 0.0) -> int:
    await asyncio.sleep(seconds)
    return number * 2


def doubled(numbers: list[int]) -> list[int]:
    async def main() -> list[int]:
        return list(await asyncio.gather(*(double(n, 0.001 * n) for n in numbers)))

    return asyncio.run(main())


def produced(count: int) -> list[int]:
    async def main() -> list[int]:
        todo: asyncio.Queue[int] = asyncio.Queue(maxsize=2)
        seen = []

        async def produce() -> None:
            for number in range(count):
                await todo.put(number)

        async def consume() -> None:
            while True:
                seen.append(await todo.get())
                todo.task_done()

        consumer = asyncio.create_task(consume())
        await produce()
        await todo.join()
        consumer.cancel()
        return seen

    return asyncio.run(main())


def too_slow() -> str:
    async def main() -> str:
        try:
            await asyncio.wait_for(double(1, 5), timeout=0.02)
        except TimeoutError:
            return "too slow"
        return "in time"

    return asyncio.run(main())


def in_threads(numbers: list[int]) -> list[int]:
    async def main() -> list[int]:
        loop = asyncio.get_running_loop()
        first = await loop.run_in_executor(None, sum, numbers)
        return [first, await asyncio.to_thread(max, numbers)]

    return asyncio.run(main())


def limited(count: int, at_once: int) -> int:
    async def main() -> int:
        slots, now, most = asyncio.Semaphore(at_once), 0, 0

        async def work() -> None:
            nonlocal now, most
            async with slots:
                now += 1
                most = max(most, now)
                await asyncio.sleep(0)
                now -= 1

        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(work())
        return most

    return asyncio.run(main())


# tests
assert doubled([3, 1, 2]) == [6, 2, 4]
assert produced(5) == [0, 1, 2, 3, 4]
assert too_slow() == "too slow"
assert in_threads([1, 2, 3]) == [6, 3]
assert limited(10, 3) == 3
