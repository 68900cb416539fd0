"""The sandbox beside the floor and beside what others do, side by side in one run.

    python -m tests.bench.sandbox [--programs N] [--rounds N]

Each program defines a function and is tested by two asserts that no other program has. The floor
is a bare fork of the same warm interpreter, which runs an already compiled program and is waited
for: no isolation, no limits, no output, no verdict. Every round measures all; the medians of the
rounds' ratios count, since machines are noisier from minute to minute than from one second to the
next. CPU is of the whole machine (/proc/stat), so that Docker's own part is in it.
"""

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from sandbox import DockerSandbox, Job, LocalSandbox, Sandbox, SandboxUnavailable

Rate = tuple[float, float]
"""Programs per second, and milliseconds of processor time for one."""
PYTHON = "/ratchet/python"  # in the image
ROOT = Path(__file__).parents[2]
WORK = 150_000
"""Turns of an empty loop, some milliseconds: what a program does itself. How forks alone scale is
the kernel's (on a virtual machine, less than twice on two cores)."""
TURNS = 6
"""Per round, between one core and two: a machine is another from second to second."""
numbers = iter(range(10**9))


def program(work: int = 0) -> tuple[str, str]:
    number = next(numbers)
    tests = f"assert f(2) == {number + 4}\nassert f(3) == {number + 9}"
    busy = f"for i in range({work}): pass\n" if work else ""
    return f"{busy}def f(n):\n    return n * n + {number}\n", tests


def busy_ms() -> float:
    with open("/proc/stat") as file:
        user, nice, system, *_ = map(int, file.readline().split()[1:])
    return (user + nice + system) * 1000 / os.sysconf("SC_CLK_TCK")


def measured(run: Callable[[int], object], programs: int) -> Rate:
    start, busy = time.perf_counter(), busy_ms()
    run(programs)
    seconds = time.perf_counter() - start
    return programs / seconds, (busy_ms() - busy) / programs


def floor(programs: int) -> None:
    """In a process of its own, as small and as warm as a worker."""
    line = [sys.executable, "-I", "-S", "-c", FLOOR, str(ROOT), str(programs)]
    subprocess.run(line, check=True)


FLOOR = """
import gc, os, sys
sys.path.append(sys.argv[1])
from importlib import import_module
for name in "confine program scratch waiting flavour".split():
    sys.modules.setdefault("sandbox", type(sys)("sandbox")).__path__ = [sys.argv[1] + "/sandbox"]
    import_module("sandbox." + name)
from sandbox.flavour import BASE
for name in BASE.split():
    name == "pytest" or __import__(name)
def one(n):
    return f"def f(n):\\n    return n * n + {n}\\nassert f(2) == {n + 4}\\nassert f(3) == {n + 9}"
codes = [compile(one(n), "<program>", "exec") for n in range(int(sys.argv[2]))]
exec(codes[0], {})
gc.collect(); gc.freeze(); gc.disable()
for code in codes:
    pid = os.fork()
    if pid == 0:
        exec(code, {})
        os._exit(0)
    os.waitpid(pid, 0)
"""


def subprocesses(programs: int) -> None:
    for _ in range(programs):
        line = [sys.executable, "-I", "-S", "-c", "\n".join(program())]
        subprocess.run(line, check=True)


def through(sandbox: Sandbox, work: int = 0) -> Callable[[int], None]:
    def run(programs: int) -> None:
        jobs = (Job(str(n), *program(work)) for n in range(programs))
        for result in sandbox.run(jobs):
            assert result.verdict == "passed", result

    run(200)  # workers start, caches fill
    return run


def docker_execs(stack: ExitStack, image: str) -> Callable[[int], None]:
    """One container, one `exec` per program."""
    import docker

    client = docker.from_env()
    box = client.containers.run(
        image, ["-c", "import time; time.sleep(9999)"], entrypoint=PYTHON, detach=True,
        network_mode="none", auto_remove=True,
    )  # fmt: skip
    stack.callback(box.kill)

    def run(programs: int) -> None:
        for _ in range(programs):
            done = box.exec_run([PYTHON, "-I", "-S", "-c", "\n".join(program())])
            assert done.exit_code == 0, done.output

    return run


def docker_runs(image: str) -> Callable[[int], None]:
    """One container per program."""
    import docker

    client = docker.from_env()

    def run(programs: int) -> None:
        for _ in range(programs):
            source = ["-I", "-S", "-c", "\n".join(program())]
            client.containers.run(
                image, source, entrypoint=PYTHON, remove=True, network_mode="none"
            )

    return run


def on_cores(stack: ExitStack, cores: set[int], work: int) -> Callable[[int], float]:
    """Programs per second of a sandbox that has these cores for itself, workers and caller."""
    code = "import sys; from tests.bench.sandbox import serve; serve(int(sys.argv[1]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(work)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )  # fmt: skip
    stack.enter_context(process)
    assert process.stdin
    assert process.stdout
    questions, answers = stack.enter_context(process.stdin), process.stdout

    def rate(programs: int) -> float:
        print(programs, file=questions, flush=True)
        return float(answers.readline())

    return rate


def serve(work: int) -> None:
    with LocalSandbox() as sandbox:
        run = through(sandbox, work)
        for line in sys.stdin:
            print(measured(run, int(line))[0], flush=True)


def rounds(measures: dict[str, tuple[Callable[[int], object], int]], times: int) -> Iterator[dict]:
    for _ in range(times):
        gc.collect()
        yield {name: measured(run, programs) for name, (run, programs) in measures.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="the sandbox beside the floor and beside others")
    parser.add_argument("--programs", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    many, cores = options.programs, sorted(os.sched_getaffinity(0))

    with ExitStack() as stack:
        measures: dict[str, tuple[Callable[[int], object], int]] = {"fork": (floor, many)}
        local = stack.enter_context(LocalSandbox(workers=1))
        measures["local"] = (through(local), many)
        measures["subprocess"] = (subprocesses, many // 10)
        try:
            docker = stack.enter_context(DockerSandbox(workers=1))
            measures["docker"] = (through(docker), many)
            measures["docker exec"] = (docker_execs(stack, "ratchet-sandbox"), 10)
            measures["docker run"] = (docker_runs("ratchet-sandbox"), 3)
        except SandboxUnavailable as problem:
            print(f"Without Docker: {problem}")
        found = list(rounds(measures, options.rounds))
    pairs: dict[int, list[tuple[float, float]]] = {0: [], WORK: []}
    for work, pair in pairs.items() if len(cores) > 1 else ():
        with ExitStack() as stack:
            one, two = (on_cores(stack, {*cores[:n]}, work) for n in (1, 2))
            for _ in range(TURNS * options.rounds):
                pair.append((one(many // 10), two(many // 5)))

    def ratio(name: str, other: str) -> float | None:
        if name not in measures:
            return None
        return round(statistics.median(r[name][0] / r[other][0] for r in found), 3)

    print(f"{'':<14}{'programs/s':>12}{'CPU ms each':>13}{'of fork':>9}")
    for name in measures:
        speed, cpu = (statistics.median(r[name][i] for r in found) for i in (0, 1))
        print(f"{name:<14}{speed:>12,.1f}{cpu:>13.2f}{ratio(name, 'fork') or 0:>9.3f}")
    for work, pair in pairs.items() if len(cores) > 1 else ():
        one, two = (statistics.median(column) for column in zip(*pair, strict=True))
        what = "that work for some milliseconds" if work else "that do next to nothing"
        times = statistics.median(b / a for a, b in pair)
        print(f"programs {what}: {one:,.1f}/s on one core, {two:,.1f}/s on two, {times:.2f} times")
    figures = {
        "local_of_fork": ratio("local", "fork"),
        "docker_of_fork": ratio("docker", "fork"),
        "local_of_subprocess": ratio("local", "subprocess"),
    }
    if len(cores) > 1:
        figures["two_workers"] = round(statistics.median(b / a for a, b in pairs[WORK]), 3)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
