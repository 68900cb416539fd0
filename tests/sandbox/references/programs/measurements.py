"""A program that measures itself."""

import cProfile
import faulthandler
import io
import pstats
import sys
import threading
import time
import timeit
import tracemalloc


def work(n: int) -> int:
    return sum(i * i for i in range(n))


def timed() -> bool:
    best = min(timeit.repeat("sum(range(10))", number=100, repeat=3))
    return 0 < best < 5 and timeit.timeit(lambda: work(10), number=5) > 0


def profiled() -> bool:
    profile = cProfile.Profile()
    profile.runcall(work, 100)
    out = io.StringIO()
    pstats.Stats(profile, stream=out).sort_stats("cumulative").print_stats(3)
    return "work" in out.getvalue()


def allocated(size: int) -> bool:
    tracemalloc.start()
    before = tracemalloc.take_snapshot()
    kept = [bytes(1000) for _ in range(size)]
    after = tracemalloc.take_snapshot()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return len(kept) == size and most > 1000 * size and bool(after.compare_to(before, "lineno"))


def faults() -> bool:
    faulthandler.enable()
    faulthandler.dump_traceback_later(60)
    faulthandler.cancel_dump_traceback_later()
    on = faulthandler.is_enabled()
    faulthandler.disable()
    return on


def lines_run() -> bool:
    seen: set[int] = set()

    def trace(frame, event: str, _: object):
        if event == "line":
            seen.add(frame.f_lineno)
        return trace

    sys.settrace(trace)
    work(3)
    sys.settrace(None)
    return len(seen) > 0


def switches() -> bool:
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    counts = [0, 0]

    def spin(place: int) -> None:
        end = time.monotonic() + 0.02
        while time.monotonic() < end:
            counts[place] += 1

    threads = [threading.Thread(target=spin, args=(place,)) for place in (0, 1)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    sys.setswitchinterval(before)
    return min(counts) > 0


# tests
assert timed()
assert profiled()
assert allocated(100)
assert faults()
assert lines_run()
assert switches()
