"""The temporary Prefect server of one run, where the user has none.

Prefect would start one by itself, but that one outlives a killed driver, holds its output open, and
dies of the same Ctrl-C before the run could report to it. This one has a session of its own, writes
to a log, and ends when its standard input does: with its driver, however that ends.
"""

import atexit
import contextlib
import functools
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from pipeline.errors import InfrastructureError

__all__ = ["temporary_server"]

PATIENCE = 120.0  # seconds; a fresh home takes some 15 on two cores, more on a busy machine


@functools.cache
def temporary_server(home: Path) -> str:
    """The URL of a server for this process, started at the first call. Raises InfrastructureError
    when it does not come up."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = home / "server.log"
    with log.open("ab") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "pipeline.prefect_server", str(port)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env=os.environ
            | {
                "PREFECT_UI_ENABLED": "0",
                "PREFECT__SERVER_EPHEMERAL": "1",
                "PREFECT__SERVER_FINAL": "1",
            },
        )
    # not when the flow ends: Prefect's client still delivers logs and events as the process ends,
    # and tries for over a minute when nobody takes them
    atexit.register(_stop, server)
    url = f"http://127.0.0.1:{port}/api"
    _wait_for(url, server, log)
    return url


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(10)
    assert server.stdin is not None
    server.stdin.close()
    server.wait()


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{url}/health", timeout=5).close()
            return
        time.sleep(0.1)
    raise InfrastructureError(
        f"Prefect's temporary server did not start; its log is {log}. Run with --plain to do "
        "without Prefect, or start a server (`prefect server start`) and set PREFECT_API_URL."
    )


def _serve(port: int) -> None:
    import uvicorn

    def end_with_driver() -> None:
        os.read(0, 1)
        os._exit(0)

    threading.Thread(target=end_with_driver, daemon=True).start()
    uvicorn.run(
        "prefect.server.api.server:create_app",
        factory=True,
        host="127.0.0.1",
        port=port,
        log_level="error",
        lifespan="on",
    )


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
