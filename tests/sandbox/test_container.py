"""What holds of the Docker backend on machines without Docker too."""

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import SandboxUnavailable
from sandbox.container import Multiplexed
from sandbox.docker import DockerSandbox


@given(st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=20))), st.data())
def test_the_two_streams_come_apart_wherever_the_connection_cuts_them(
    frames: list[tuple[int, bytes]], data: st.DataObject
) -> None:
    sent = b"".join(bytes([kind, 0, 0, 0]) + len(b).to_bytes(4, "big") + b for kind, b in frames)
    cuts = data.draw(st.lists(st.integers(0, len(sent))).map(sorted))
    multiplexed, received = Multiplexed(), b""
    for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True):
        received += multiplexed(sent[start:end])
    assert received == b"".join(b for kind, b in frames if kind == 1)
    assert bytes(multiplexed.complaint) == b"".join(b for kind, b in frames if kind == 2)[-2000:]


def test_a_complaint_stays_small() -> None:
    multiplexed = Multiplexed()
    for _ in range(100):
        assert multiplexed(b"\2\0\0\0" + (1000).to_bytes(4, "big") + b"x" * 1000) == b""
    assert len(multiplexed.complaint) == 2000


def test_the_sdk_is_loaded_only_when_it_is_used() -> None:
    check = "import sandbox, sandbox.docker, sys; sys.exit('docker' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_a_user_who_may_not_use_docker_is_told_how(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "docker.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    with socket.socket(socket.AF_UNIX) as listening, contextlib.ExitStack() as stack:
        listening.bind(str(path))
        path.chmod(0)
        if os.geteuid() == 0:
            os.seteuid(65534)
            stack.callback(os.seteuid, 0)
        with pytest.raises(SandboxUnavailable, match="usermod -aG docker"):
            DockerSandbox(workers=1)
