"""Runs cases in a process of its own, which is replaced when it gives no answer in time."""

import json
import select
import subprocess
import sys
import time
from pathlib import Path

__all__ = ["Aside"]

ROOT = Path(__file__).parents[3]
SECONDS = 15.0
MEMORY = 8 << 30


class Aside:
    """`run` gives verdicts and what they cost the process that asked for them."""

    def __init__(self, backend: str) -> None:
        self.backend = backend
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, title: str, mode: str) -> dict[str, object] | None:
        """None if the process hangs or dies."""
        process = self._process = self._process or self._start()
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{title}\t{mode}\n".encode())
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], SECONDS)
        line = process.stdout.readline() if ready else b""
        if not line:
            self.close()
            return None
        return json.loads(line)

    def close(self) -> None:
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _start(self) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.sandbox.cases.aside", self.backend],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert process.stdout
        assert process.stdout.readline()  # the sandbox is open
        return process


def main(backend: str) -> None:
    import resource

    from tests.sandbox.cases import CASES
    from tests.sandbox.cases.backends import open_sandbox

    cases = {case.title: case for case in CASES}
    with open_sandbox(backend) as sandbox:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        print(json.dumps(len(cases)), flush=True)
        for number, line in enumerate(sys.stdin):
            title, mode = line.rstrip("\n").split("\t")
            jobs = cases[title].jobs(mode, number)  # type: ignore[arg-type]
            before = time.process_time()
            found = {result.id: result for result in sandbox.run(jobs)}
            result, after = found[f"{title}-{mode}"], found[f"{title}-{mode} innocent"]
            answer = {
                "verdict": result.verdict,
                "detail": result.detail[:300],
                "innocent": after.verdict,
                "cpu": time.process_time() - before,
            }
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
