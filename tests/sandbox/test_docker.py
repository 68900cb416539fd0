"""What Docker must do, and must not leave behind, on a real Docker; the engine is inspected."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest
from docker.errors import APIError

import sandbox.docker
from sandbox import Job, Limits, Profile, SandboxUnavailable, Stdout, container
from sandbox.docker import DockerSandbox
from sandbox.flavour import Flavour

PATIENT = Limits(cpu_seconds=1.0, wall_seconds=20.0, memory_mb=128)


@pytest.fixture(scope="module")
def boxed() -> Iterator[DockerSandbox]:
    """A sandbox with one worker; a machine without Docker skips, except in CI."""
    try:
        made = DockerSandbox(workers=1, memory_mb=200)
    except SandboxUnavailable as problem:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(problem))
    with made:
        yield made


@pytest.fixture
def engine(boxed: DockerSandbox) -> Iterator[docker.APIClient]:
    with contextlib.closing(docker.APIClient(version="auto")) as engine:
        yield engine


def ours(engine: docker.APIClient, process: int) -> list[str]:
    """The containers that a process made."""
    wanted = {"label": f"{container.LABEL}={process}"}
    return [found["Id"] for found in engine.containers(all=True, filters=wanted)]


def soon(holds: Callable[[], bool], seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < end:
        time.sleep(0.05)
    return held


def test_a_container_has_no_network_nothing_writable_and_no_more_powers_than_it_needs(
    boxed: DockerSandbox, engine: docker.APIClient
) -> None:
    assert [r.verdict for r in boxed.run([Job("1", "x = 1", Stdout(b""))])] == ["passed"]
    about = engine.inspect_container(ours(engine, os.getpid())[0])
    host = about["HostConfig"]
    wanted = {
        "NetworkMode": "none",
        "IpcMode": "private",
        "ReadonlyRootfs": True,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges"],
        "Memory": 200 << 20,
        "MemorySwap": 200 << 20,
        "LogConfig": {"Type": "none", "Config": {}},
        "AutoRemove": True,
        "Privileged": False,
        "Init": False,
        "Binds": None,
    }
    assert {name: host[name] for name in wanted} == wanted
    assert {name.removeprefix("CAP_") for name in host["CapAdd"]} == {*container.CAPABILITIES}
    assert 0 < host["PidsLimit"] <= 256
    assert not host.get("Tmpfs")
    assert not about["Mounts"]
    assert (about["Config"]["Tty"], about["Config"]["StdinOnce"]) == (False, True)
    assert {limit["Name"]: limit["Hard"] for limit in host["Ulimits"]}["core"] == 0
    assert host["CpusetCpus"].isdigit() or len(os.sched_getaffinity(0)) == 1


def test_a_writable_tmp_is_the_only_mount_bounded_and_emptied_between_programs(
    boxed: DockerSandbox, engine: docker.APIClient
) -> None:
    write = "import os\nos.makedirs('a/b', 0o700)\nopen('a/b/c', 'w').write('x')\n"
    look = "import os\nprint(os.getcwd(), os.listdir('.'))"
    before, scratch = {*ours(engine, os.getpid())}, Profile(scratch_mb=4)
    for program, printed in ((write, b""), (look, b"/tmp []\n")):
        (result,) = boxed.run([Job("1", program, Stdout(printed), profile=scratch)])
        assert result.verdict == "passed", result
    (new,) = {*ours(engine, os.getpid())} - before
    mounts = engine.inspect_container(new)["HostConfig"]["Tmpfs"]
    assert [*mounts] == ["/inside/tmp"]
    assert {"size=4m", "nr_inodes=1024", "noexec", "nosuid", "nodev"} <= {
        *mounts["/inside/tmp"].split(",")
    }


def test_programs_see_python_and_nothing_that_docker_adds(boxed: DockerSandbox) -> None:
    program = "import os\nprint(*sorted(os.listdir('/')), *sorted(os.listdir('/dev')))"
    (result,) = boxed.run([Job("1", program, Stdout(b""))])
    known = "dev lib lib64 ratchet tmp usr null urandom zero"
    assert {*result.stdout.split()} <= {*known.split(" ")}


def test_any_bytes_of_any_length_cross_the_connection(boxed: DockerSandbox) -> None:
    # Docker's own keys for detaching are among them
    given = (bytes(range(256)) + b"\x10\x11") * 4000
    program = "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read())"
    limits = Limits(output_bytes=2 << 20)
    (result,) = boxed.run([Job("1", program, Stdout(given), limits, given)])
    assert result.verdict == "passed", result.detail


def test_numpy_is_there_for_those_who_may_use_it(boxed: DockerSandbox) -> None:
    program = "import numpy as np\ndef f(n):\n    return int(np.linalg.det(np.eye(n)))"
    jobs = [
        Job("may", program, "assert f(3) == 1", profile=Profile("numpy")),
        Job("may not", program, "assert f(3) == 1"),
    ]
    assert {r.id: r.verdict for r in boxed.run(jobs)} == {"may": "passed", "may not": "error"}


def test_a_program_that_fills_the_container_ends_alone(boxed: DockerSandbox) -> None:
    hungry = "kept = [bytearray(10**6) for _ in range(400)]"
    jobs = [Job("hungry", hungry, "", Limits(memory_mb=300)), Job("next", "x = 1", Stdout(b""))]
    verdicts = {result.id: result.verdict for result in boxed.run(jobs)}
    assert verdicts == {"hungry": "memory", "next": "passed"}


def test_a_worker_without_memory_says_so(boxed: DockerSandbox) -> None:
    program = Job("1", "import numpy", "x = 1", profile=Profile("numpy"))
    with DockerSandbox(workers=1, memory_mb=12) as small:
        (result,) = small.run([program])
    assert result.verdict == "internal"
    assert "ran out of its 12 MB of memory" in result.detail


def test_each_refusal_says_what_to_do(
    boxed: DockerSandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(SandboxUnavailable, match=r"no image 'nowhere'.*make image"):
        DockerSandbox(workers=1, image="nowhere")
    with pytest.raises(SandboxUnavailable, match=r"no runtime 'nowhere', only: .*runc"):
        DockerSandbox(workers=1, runtime="nowhere")
    with pytest.raises(SandboxUnavailable, match=r"refuses the container: .*6MB"):
        DockerSandbox(workers=1, memory_mb=1)
    monkeypatch.setenv("DOCKER_HOST", "ssh://elsewhere")
    with pytest.raises(SandboxUnavailable, match="DOCKER_HOST is ssh://elsewhere"):
        DockerSandbox(workers=1)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    with pytest.raises(SandboxUnavailable, match=r"No such file.*apt-get install docker\.io"):
        DockerSandbox(workers=1)


def test_an_image_of_other_code_is_refused(
    boxed: DockerSandbox, engine: docker.APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {*ours(engine, os.getpid())}
    monkeypatch.setattr(sandbox.docker, "digest", lambda *_: "another")
    with pytest.raises(SandboxUnavailable, match=r"built from other code.*make image"):
        DockerSandbox(workers=1)
    assert soon(lambda: {*ours(engine, os.getpid())} <= before)


def test_closing_ends_the_containers(boxed: DockerSandbox, engine: docker.APIClient) -> None:
    before = {*ours(engine, os.getpid())}
    with DockerSandbox(workers=2) as other:
        jobs = [Job(str(n), f"print({n})", Stdout(b"%d\n" % n)) for n in range(40)]
        assert {result.verdict for result in other.run(jobs)} == {"passed"}
        assert {*ours(engine, os.getpid())} - before
    assert soon(lambda: {*ours(engine, os.getpid())} <= before)


@pytest.mark.parametrize("program", ["x = 1", "while True: pass"])
def test_a_caller_that_is_killed_leaves_no_container(
    program: str, boxed: DockerSandbox, engine: docker.APIClient
) -> None:
    script = (
        "from sandbox import Job, Limits\n"
        "from sandbox.docker import DockerSandbox\n"
        f"jobs = [Job('1', {program!r}, '', Limits(cpu_seconds=1.0))]\n"
        "box = DockerSandbox(workers=1)\n"
        "print('ready', flush=True)\n"
        "[*box.run(jobs)]\n"
        "while True: input()\n"
    )
    caller = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with caller:
        assert caller.stdout
        assert caller.stdout.readline() == b"ready\n"
        time.sleep(0.3)
        assert ours(engine, caller.pid)
        caller.kill()
    assert soon(lambda: not ours(engine, caller.pid), 30)


def test_a_container_that_never_started_is_removed_by_the_next_sandbox(
    boxed: DockerSandbox, engine: docker.APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "LABEL", f"ratchet.test-{uuid.uuid4()}")
    monkeypatch.setattr(sandbox.docker, "LEFTOVER_SECONDS", -60)
    left = container.create(engine, sandbox.docker.IMAGE, Flavour("base"), 100)["Id"]
    assert ours(engine, os.getpid()) == [left]
    DockerSandbox(workers=1).close()
    assert left not in ours(engine, os.getpid())


def test_containers_that_are_killed_lose_no_job_and_double_none(
    boxed: DockerSandbox, engine: docker.APIClient
) -> None:
    before, over = {*ours(engine, os.getpid())}, threading.Event()

    def kill_now_and_then() -> None:
        with contextlib.closing(docker.APIClient(version="auto")) as killer:
            for pause in (0.2, 0.5, 0.3, 0.7):
                if over.wait(pause):
                    return
                for name in {*ours(killer, os.getpid())} - before:
                    with contextlib.suppress(APIError):
                        killer.kill(name, signal.SIGKILL)

    program = "import time\ntime.sleep(0.01)\ndef f(n):\n    return n + {}"
    jobs = [Job(str(n), program.format(n), f"assert f(1) == {n + 1}", PATIENT) for n in range(200)]
    with DockerSandbox(workers=2) as other:
        killing = threading.Thread(target=kill_now_and_then)
        killing.start()
        results = [*other.run(jobs)]
        over.set()
        killing.join()
    assert sorted(int(result.id) for result in results) == [*range(200)]
    assert {result.verdict for result in results} == {"passed"}
