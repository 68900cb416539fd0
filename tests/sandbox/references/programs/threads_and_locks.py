"""Threads that share a counter, wait for each other, and own what is local to them."""

import threading


def count(threads: int, times: int) -> int:
    total = 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal total
        for _ in range(times):
            with lock:
                total += 1

    running = [threading.Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return total


def meet(parties: int) -> list[int]:
    barrier, arrived = threading.Barrier(parties), []
    local = threading.local()

    def work(number: int) -> None:
        local.number = number
        barrier.wait(timeout=5)
        arrived.append(local.number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(parties)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return sorted(arrived)


def ping_pong(rounds: int) -> list[str]:
    said, ping, pong = [], threading.Event(), threading.Event()

    def answer() -> None:
        for _ in range(rounds):
            ping.wait()
            ping.clear()
            said.append("pong")
            pong.set()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    for _ in range(rounds):
        said.append("ping")
        ping.set()
        pong.wait()
        pong.clear()
    thread.join()
    return said


def later(seconds: float) -> list[str]:
    done, slots = [], threading.BoundedSemaphore(1)
    with slots:
        timer = threading.Timer(seconds, done.append, ["late"])
        timer.start()
        done.append("early")
    timer.join()
    return done


# tests
assert count(8, 200) == 1600
assert meet(6) == [0, 1, 2, 3, 4, 5]
assert ping_pong(3) == ["ping", "pong"] * 3
assert later(0.01) == ["early", "late"]
