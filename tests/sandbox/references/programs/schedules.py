"""Events at their times, and clocks that only go forward."""

import sched
import time


def in_order(delays: dict[str, float]) -> list[str]:
    done = []
    scheduler = sched.scheduler(time.monotonic, time.sleep)
    for name, delay in delays.items():
        scheduler.enter(delay, 1, done.append, (name,))
    scheduler.run()
    return done


def clocks_go_forward() -> bool:
    for clock in (time.monotonic, time.perf_counter, time.process_time, time.thread_time):
        before = clock()
        if clock() < before:
            return False
    return time.get_clock_info("monotonic").monotonic and time.time_ns() > 0


def slept(seconds: float) -> bool:
    start = time.monotonic()
    time.sleep(seconds)
    return time.monotonic() - start >= seconds


def measured(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.gmtime(seconds))


# tests
assert in_order({"b": 0.02, "a": 0.01, "c": 0.03}) == ["a", "b", "c"]
assert clocks_go_forward() is True
assert slept(0.01) is True
assert measured(3661) == "01:01:01"
assert time.strptime("2024-02-29", "%Y-%m-%d").tm_yday == 60
