"""One hardened container: what it is made with, and the byte stream to the worker in it.

Docker's SDK creates, attaches, explains and kills. Requests and responses travel over the one
connection that attaching opens, so that no program costs a call of Docker's API.
"""

import contextlib
import json
import os
import secrets
import struct
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from sandbox.bubblewrap import ENVIRONMENT
from sandbox.flavour import Flavour
from sandbox.scratch import FILES, FOLDER
from sandbox.worker import Stream

if TYPE_CHECKING:
    from docker import APIClient

__all__ = ["LABEL", "Engine", "Multiplexed", "create", "stream"]

Engine = Callable[[], AbstractContextManager["APIClient"]]
"""Makes a client: they are not safe to share between threads, and cheap beside a container."""
LABEL = "ratchet.sandbox"
"""On every container, with the number of the process that it was made for."""
INSIDE = "/inside"
"""What programs see, and all that they see."""
CAPABILITIES = ("SETUID", "SETGID", "KILL", "SYS_CHROOT")
EMPTYING = ("DAC_OVERRIDE", "FOWNER")  # what programs leave in /tmp belongs to their own user
USERS, RANGE = 20_000, 20_000  # a rootless Docker has no more than 65536
PROCESSES, FILES_OPEN = 256, 256
FRAME = struct.Struct(">BxxxI")
OUTPUT, COMPLAINT_BYTES = 1, 2000
FAREWELL_SECONDS = 2


def create(
    engine: "APIClient",
    image: str,
    flavour: Flavour,
    memory_mb: int,
    core: int | None = None,
    runtime: str | None = None,
) -> dict[str, Any]:
    """Makes a container, and gives Docker's answer: its id and what Docker could not do.

    It removes itself when its worker ends, and its worker ends when nobody is attached any more:
    so nothing is left however the caller ends.
    """
    scratch = f"size={flavour.scratch_mb}m,nr_inodes={FILES},mode=1777,noexec,nosuid,nodev"
    user = USERS + 4 * secrets.randbelow(RANGE // 4)
    config = {"flavour": flavour.name, "scratch_mb": flavour.scratch_mb, "root": INSIDE}
    hardened = engine.create_host_config(
        network_mode="none",
        ipc_mode="private",
        read_only=True,
        cap_drop=["ALL"],
        cap_add=[*CAPABILITIES, *(EMPTYING if flavour.scratch_mb else ())],
        security_opt=["no-new-privileges"],
        mem_limit=memory_mb << 20,
        memswap_limit=memory_mb << 20,
        pids_limit=PROCESSES,
        cpuset_cpus=None if core is None else str(core),
        ulimits=[
            {"Name": name, "Soft": value, "Hard": value}
            for name, value in (("nofile", FILES_OPEN), ("core", 0), ("memlock", 0))
        ],
        tmpfs={INSIDE + FOLDER: scratch} if flavour.scratch_mb else {},
        devices=[f"/dev/{name}:{INSIDE}/dev/{name}:rw" for name in ("null", "zero", "urandom")],
        log_config={"Type": "none"},
        init=False,
        auto_remove=True,
        runtime=runtime,
    )
    return engine.create_container(
        image,
        [json.dumps(config | {"uid": user, "core": None})],  # Docker keeps it on its core
        hostname="sandbox",
        environment=ENVIRONMENT,
        labels={LABEL: str(os.getpid())},
        stdin_open=True,  # and closed when the one who attached goes
        host_config=hardened,
        use_config_proxy=False,
    )


def stream(engine: Engine, name: str, memory_mb: int) -> Stream:
    """Attaches to a container that has not started, and starts it."""
    multiplexed = Multiplexed()
    with engine() as client:
        wanted = {"stream": 1, "stdin": 1, "stdout": 1, "stderr": 1}
        connection = client.attach_socket(name, wanted)
        requests, responses = os.dup(connection.fileno()), os.dup(connection.fileno())
        with connection._sock:  # which outlives the file around it
            connection.close()
        try:
            client.start(name)
        except Exception:
            os.close(requests)
            os.close(responses)
            with contextlib.suppress(Exception):
                client.remove_container(name, force=True)
            raise

    def kill() -> None:
        with contextlib.suppress(Exception), engine() as client:  # it may have ended by itself
            client.kill(name)

    def complaint() -> str:
        text = multiplexed.complaint.decode(errors="replace").strip()
        if _out_of_memory(engine, name):
            text = f"its container ran out of its {memory_mb} MB of memory {text}".rstrip()
        return f": {text}" if text else ""

    return Stream(requests, responses, kill, complaint, lambda: None, multiplexed)


class Multiplexed:
    """Takes off the framing with which Docker sends two streams over one connection."""

    def __init__(self) -> None:
        self.complaint = bytearray()
        self._kind, self._left, self._frame = OUTPUT, 0, b""

    def __call__(self, chunk: bytes) -> bytes:
        output, at = [], 0
        while at < len(chunk):
            if not self._left:
                missing = FRAME.size - len(self._frame)
                self._frame += chunk[at : at + missing]
                at += missing
                if len(self._frame) == FRAME.size:
                    self._kind, self._left = FRAME.unpack(self._frame)
                    self._frame = b""
                continue
            part = chunk[at : at + self._left]
            at += len(part)
            self._left -= len(part)
            if self._kind == OUTPUT:
                output.append(part)
            else:
                self.complaint += part
                del self.complaint[:-COMPLAINT_BYTES]
        return b"".join(output)


def _out_of_memory(engine: Engine, name: str) -> bool:
    """Whether the kernel ended something in it; by Docker's events, as it may be removed by now."""
    wanted = {"container": name, "event": ["oom", "destroy"]}
    until = int(time.time()) + FAREWELL_SECONDS
    with contextlib.suppress(Exception), engine() as client:
        for event in client.events(since=1, until=until, filters=wanted, decode=True):
            if event["Action"] in ("oom", "destroy"):
                return event["Action"] == "oom"
    return False
