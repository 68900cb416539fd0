"""Signals that a program sends itself, timers, limits, and what it used."""

import resource
import signal
import threading
import time


def caught() -> list[str | None]:
    seen: list[str | None] = []
    before = signal.signal(signal.SIGUSR1, lambda number, _: seen.append(signal.strsignal(number)))
    signal.raise_signal(signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, before)
    return seen


def alarmed(seconds: float) -> str:
    class TooLong(Exception):
        pass

    def stop(*_: object) -> None:
        raise TooLong

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        time.sleep(3)
    except TooLong:
        return "stopped"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return "slept"


def by_whole_seconds() -> int:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.alarm(30)
    return signal.alarm(0)


def paused(seconds: float) -> bool:
    woken: list[int] = []
    signal.signal(signal.SIGALRM, lambda number, _: woken.append(number))
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    left, again = signal.getitimer(signal.ITIMER_REAL)
    signal.pause()
    signal.setitimer(signal.ITIMER_REAL, 0)
    return left <= seconds and abs(again - seconds) < 0.01 and bool(woken)


def blocked() -> bool:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR2)
    waiting = signal.SIGUSR2 in signal.sigpending()
    taken = signal.sigwait({signal.SIGUSR2}) == signal.SIGUSR2
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return waiting and taken


def used() -> bool:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_maxrss > 1000 and usage.ru_utime >= 0 and children.ru_utime >= 0


def limits() -> bool:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 30), hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] <= 30


# tests
assert caught() == ["User defined signal 1"]
assert alarmed(0.05) == "stopped"
assert by_whole_seconds() == 30
assert paused(0.02)
assert blocked()
assert used()
assert limits()
