"""Prefect as the coat: the flow is a Prefect flow and each stage a Prefect task, with names,
states, retries, logs and table artifacts. What is done is decided by the run folder alone; Prefect
gets handles, never tables, and caches nothing.

Without a server of the user's (PREFECT_API_URL) a temporary one runs on this machine. Its home is
private to the runs folder and the Prefect version (its database cannot go back); telemetry is off.
"""

import importlib.metadata
import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.errors import InfrastructureError
from pipeline.prefect_server import temporary_server
from pipeline.record import read_record
from pipeline.run import RETRIES, Run

__all__ = ["under_prefect"]


def under_prefect(run: Run, name: str, settings: dict[str, Any], body: Callable[[], None]) -> None:
    """Run `body` as the Prefect flow `name`, and each stage that it starts as a task."""
    if url := _chosen_server():
        os.environ["PREFECT_API_URL"] = url
    home = _prepare(run.folder.parent)
    if not url:
        run.progress.say("starting Prefect's temporary server (--plain does without)")
        os.environ["PREFECT_API_URL"] = temporary_server(home)
    finished = False

    def whole() -> None:
        nonlocal finished
        body()
        finished = True

    from prefect.exceptions import TerminationSignal

    try:
        _flow(run, name, whole)(settings)
    except TerminationSignal:
        raise SystemExit(143) from None
    except Exception as error:
        if not finished:
            raise
        # the tables are done; that Prefect could not be told changes nothing about them
        run.progress.say(f"Prefect was not told of the end: {error}")


def _flow(run: Run, name: str, body: Callable[[], None]) -> Any:
    import prefect
    from prefect.cache_policies import NO_CACHE
    from prefect.runtime import task_run
    from prefect.task_runners import ThreadPoolTaskRunner

    def again(_task: Any, _run: Any, state: Any) -> bool:
        return isinstance(state.result(raise_on_failure=False), InfrastructureError)

    def launch(stage: str, attempt: Callable[[int], None]) -> None:
        def work() -> None:
            attempt(int(task_run.run_count or 1))
            _report(run, stage)

        prefect.Task(
            work,
            name=stage,
            task_run_name=stage,
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=RETRIES - 1,
            retry_delay_seconds=[1, 2],
            retry_condition_fn=again,
        ).submit()

    def loop(settings: dict[str, Any]) -> None:
        run.launch = launch
        body()

    return prefect.Flow(
        loop,
        name=name,
        flow_run_name=run.folder.name,
        # a stage waits for the stages it reads: each needs a thread
        task_runner=ThreadPoolTaskRunner(max_workers=256),  # type: ignore[arg-type]
        validate_parameters=False,
        persist_result=False,
    )


def _chosen_server() -> str | None:
    """The user's server: from the environment, or the active profile of `prefect config set`."""
    if url := os.environ.get("PREFECT_API_URL"):
        return url
    path = Path(os.environ.get("PREFECT_PROFILES_PATH", Path.home() / ".prefect" / "profiles.toml"))
    try:
        profiles = tomllib.loads(path.read_text())
        return profiles["profiles"][profiles["active"]].get("PREFECT_API_URL")
    except (OSError, tomllib.TOMLDecodeError, KeyError):
        return None


def _report(run: Run, stage: str) -> None:
    """The stage's counts as a log line and a table artifact. The run does not depend on them."""
    from prefect.artifacts import create_table_artifact
    from prefect.logging import get_run_logger

    record = read_record(run.folder / stage)
    if record is None or record["state"] != "done":
        return
    columns = ("rows_in", "rows_out", "tokens", "seconds")
    counts = {c: record[c] for c in columns if c in record}
    table = [counts | {f"dropped: {r}": n for r, n in record.get("dropped", {}).items()}]
    get_run_logger().info("%s: %s", stage, ", ".join(f"{k} {v}" for k, v in table[0].items()))
    key = f"{run.folder.name}-{stage}".lower()
    key = "".join(c if c.isascii() and c.isalnum() else "-" for c in key)
    try:
        create_table_artifact(table, key=key, description=stage)
    except Exception as error:
        run.progress.say(f"Prefect did not take the artifact of {stage}: {error}")


def _prepare(runs: Path) -> Path:
    """Prefect's settings, where the user has not set them; they must stand before its import."""
    home = runs.absolute() / ".prefect" / importlib.metadata.version("prefect")
    wanted = {
        "PREFECT_HOME": str(home),
        "PREFECT_LOCAL_STORAGE_PATH": str(home / "storage"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "INFO",
        # errors are told once, by the command; Prefect's console would add their tracebacks
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "200",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "0.5",
    }
    for key, value in wanted.items():
        os.environ.setdefault(key, value)
    home = Path(os.environ["PREFECT_HOME"])
    home.mkdir(parents=True, exist_ok=True)
    return home
