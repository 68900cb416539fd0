"""Batches: every id exactly once, whatever dies, and nothing is left behind."""

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from sandbox import Job, Limits, LocalSandbox, SandboxUnavailable, Stdout, bubblewrap, probe


def square(number: int, extra: str = "") -> Job:
    program = f"{extra}\ndef f(n):\n    return n * n + {number}"
    return Job(str(number), program, f"assert f(2) == {4 + number}")


def children() -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(os.getpid())], capture_output=True)
    found = [int(line) for line in listed.stdout.split()]
    return [pid for pid in found if os.path.exists(f"/proc/{pid}/exe") and "bwrap" in name(pid)]


def name(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/comm") as file:
            return file.read()
    except OSError:
        return ""


def test_every_id_comes_exactly_once_in_a_large_batch() -> None:
    with LocalSandbox(workers=2) as sandbox:
        results = list(sandbox.run(square(number) for number in range(500)))
        assert Counter(result.verdict for result in results) == {"passed": 500}
        assert sorted(int(result.id) for result in results) == list(range(500))


def test_nothing_is_left_behind() -> None:
    with LocalSandbox(workers=1) as sandbox:
        list(sandbox.run([square(0)]))
        before = len(os.listdir("/proc/self/fd"))
        for result in sandbox.run(square(number, "x = [0] * 9") for number in range(500)):
            assert result.verdict == "passed"
        assert len(os.listdir("/proc/self/fd")) == before
        inside = "import os\ndef f():\n    return os.dup(0)"
        (result,) = sandbox.run([Job("fd", inside, "assert f() == 4")])
        assert result.verdict == "passed", result.detail
    assert not children()


def test_jobs_are_read_no_further_than_a_window_ahead() -> None:
    taken = 0

    def endless() -> Iterator[Job]:
        nonlocal taken
        while True:
            taken += 1
            yield square(taken)

    with LocalSandbox(workers=1) as sandbox:
        results = sandbox.run(endless())
        for _ in range(50):
            next(results)
        assert taken <= 50 + 300


def test_a_killed_worker_loses_and_doubles_nothing() -> None:
    with LocalSandbox(workers=2) as sandbox:
        seen: Counter[str] = Counter()
        for count, result in enumerate(sandbox.run(square(number) for number in range(300))):
            seen[result.id] += 1
            assert result.verdict == "passed", result.detail
            if count in (20, 120):
                os.kill(children()[0], signal.SIGKILL)
        assert seen == {str(number): 1 for number in range(300)}


def test_a_job_that_ends_its_worker_twice_is_a_security_verdict() -> None:
    with LocalSandbox(workers=1) as sandbox:
        slow = Job("slow", "while True: pass", "", Limits(cpu_seconds=3.0))
        stop = threading.Event()

        def kill_workers() -> None:
            while not stop.wait(0.4):
                for pid in children():
                    os.kill(pid, signal.SIGKILL)

        killer = threading.Thread(target=kill_workers)
        killer.start()
        (result,) = sandbox.run([slow])
        stop.set()
        killer.join()
        assert result.verdict == "security"
        assert [r.verdict for r in sandbox.run([square(1)])] == ["passed"]


def test_two_threads_may_run_at_once() -> None:
    found: dict[int, list[str]] = {}
    with LocalSandbox(workers=2) as sandbox:

        def batch(start: int) -> None:
            jobs = (square(number) for number in range(start, start + 100))
            found[start] = [result.id for result in sandbox.run(jobs)]

        threads = [threading.Thread(target=batch, args=(start,)) for start in (0, 1000)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {start: len(set(ids)) for start, ids in found.items()} == {0: 100, 1000: 100}
    assert all(start <= int(i) < start + 100 for start, ids in found.items() for i in ids)


def test_identical_jobs_run_once() -> None:
    program = "import time\ndef f():\n    return time.time_ns()"
    tests = "assert f() % 2 == 0"
    with LocalSandbox(workers=2) as sandbox:
        first = list(sandbox.run(Job(str(i), program, tests) for i in range(20)))
        again = list(sandbox.run(Job(str(i), program, tests) for i in range(20)))
    assert sorted(result.id for result in first) == sorted(map(str, range(20)))
    assert len({(r.verdict, r.wall_seconds, r.detail) for r in first + again}) == 1


def test_a_batch_that_is_abandoned_leaves_the_sandbox_usable() -> None:
    with LocalSandbox(workers=1) as sandbox:
        results = sandbox.run(square(number) for number in range(100))
        next(results)
        del results
        assert [r.verdict for r in sandbox.run([square(5000)])] == ["passed"]


def test_without_bubblewrap_the_message_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SandboxUnavailable, match="apt-get install bubblewrap"):
        LocalSandbox()
    found = probe()
    assert not found.ok
    assert "make setup" in found.message


def test_where_name_spaces_are_refused_the_message_names_the_remedy(monkeypatch, tmp_path) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda _: str(fake))
    with pytest.raises(SandboxUnavailable, match=r"setting up uid map.*apparmor"):
        LocalSandbox()


def test_the_probe_finds_this_machine_isolated() -> None:
    found = probe()
    assert found.ok, found
    assert all(holds for _, holds in found.properties)


def test_printed_text_is_capped_to_head_and_tail(run_one) -> None:
    result = run_one(
        "print('a' * 50_000)\nprint('b' * 50_000)\ndef f(): return 1", "assert f() == 1"
    )
    assert result.verdict == "passed"
    assert len(result.stdout) < 40_000
    assert result.stdout.startswith("aaa")
    assert result.stdout.endswith("bbb\n")


def test_a_sleeper_is_a_timeout_by_wall_time_and_not_run_again(run_one) -> None:
    start = time.monotonic()
    limits = Limits(cpu_seconds=0.5, wall_seconds=1.0)
    assert run_one("import time; time.sleep(99)", "", limits).verdict == "timeout"
    assert time.monotonic() - start < 1.9


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two cores")
def test_a_worker_stays_on_one_core_where_all_are_used_and_on_none_where_some_are_free() -> None:
    cores = os.sched_getaffinity(0)
    seen = "import os\nprint(sorted(os.sched_getaffinity(0)), {number})"
    for workers, wanted in ((None, [[core] for core in cores]), (1, [[*cores]])):
        with LocalSandbox(workers) as sandbox:
            jobs = [Job(str(n), seen.format(number=n), Stdout(b"")) for n in range(40)]
            found = {result.stdout.rpartition(" ")[0] for result in sandbox.run(jobs)}
        assert found
        assert found <= {str(one) for one in wanted}
