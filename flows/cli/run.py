"""`ratchet run` and `ratchet resume`: start a loop, or go on with it."""

import inspect
import os
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from data.errors import UserError
from flows.cli.find import open_flow
from flows.cli.folders import Summary, check_name, find_run, next_name, phases, typed
from flows.cli.mistakes import INTERRUPTED, MISTAKES
from flows.cli.preview import as_toml
from flows.cli.terminal import progress_bars, put, say
from pipeline.flow import Flow
from pipeline.identity import differences
from pipeline.settings import defaults, from_toml, from_words, merge, plain, resolve

__all__ = ["resume", "run"]


def run(
    word: str, words: Sequence[str], runs: Path, name: str | None, preview: bool, prefect: bool
) -> None:
    """Start the flow `word` with the settings `words`, or go on where it stopped."""
    flow, reference = open_flow(word)
    given = _settings(words)
    name = check_name(name) if name else next_name(runs, flow.name)
    if preview:
        _preview(flow, reference, given, runs / name, prefect)
        return
    resolve(flow.function, given)  # a mistake in the settings must leave no folder behind
    if (runs / name / "run.json").exists():
        before = Summary.of(runs / name)
        say(f"{name} exists (state: {before.state}) and goes on where it stopped")
    _drive(flow, runs / name, given, reference, prefect, typed(runs / name))


def _settings(words: Sequence[str]) -> dict[str, Any]:
    """TOML files in their order, then the words; later wins."""
    found: dict[str, Any] = {}
    for word in words:
        if "=" not in word:
            if not word.endswith(".toml"):
                raise UserError(
                    f"{word!r} is neither a setting (key=value) nor a settings file (x.toml)."
                )
            found = merge(found, from_toml(Path(word)))
    return merge(found, from_words([word for word in words if "=" in word]))


def _preview(
    flow: Flow, reference: str, given: Mapping[str, Any], folder: Path, prefect: bool
) -> None:
    """What would run, as TOML that `ratchet run` takes; writes nothing."""
    values = resolve(flow.function, given)
    all_of_them = {
        key: values.get(key, default)
        for key, default in defaults(flow.function).items()
        if key in values or default is not inspect.Parameter.empty
    }
    file = inspect.getsourcefile(flow.function)
    how = "under Prefect" if prefect else "without Prefect"
    lines = [f"flow {flow.name} ({file})", f"run {folder}, {how}"]
    if (folder / "run.json").exists():
        run = Summary.of(folder)
        if changes := differences(run.facts["settings"], plain(values)):
            changed = "\n  ".join(changes)
            raise UserError(
                f"The run {run.name} exists with other settings:\n  {changed}\n"
                "Give the new settings a run of their own: --name ANOTHER"
            )
        lines.append(f"the run exists (state: {run.state}) and would go on where it stopped")
    put("\n".join(f"# {line}" for line in lines), "", as_toml(plain(all_of_them)).rstrip())


def resume(name: str, runs: Path, prefect: bool) -> None:
    """Go on with a run: its folder knows its flow, settings and working directory."""
    found = find_run(runs, name)
    folder, again = found.absolute(), typed(found)
    run = Summary.of(folder)
    if run.state == "done":
        say(f"{name} was done; what is missing is made again")
    where = Path(run.facts["cwd"])
    if not where.is_dir():
        raise UserError(
            f"{name} was started in {where}, which is no longer there; its settings may name files "
            f"by paths from there. Make that folder (or a link) and resume again."
        )
    os.chdir(where)
    flow, reference = open_flow(run.facts["reference"])
    _drive(flow, folder, run.facts["settings"], reference, prefect, again)


def _drive(
    flow: Flow,
    folder: Path,
    settings: Mapping[str, Any],
    reference: str,
    prefect: bool,
    again: str,
) -> None:
    """Start the flow. `again` is how a command names the run from where the user is."""
    name, began = folder.name, time.time()
    bars = progress_bars()
    say(f"run {name} of {flow.name} in {folder}")
    try:
        flow.start(folder, settings, reference=reference, progress=bars, prefect=prefect)
    except KeyboardInterrupt:
        bars.close()
        put(f"stopped; resume with: ratchet resume {again}", error=True)
        raise typer.Exit(INTERRUPTED) from None
    except SystemExit as error:
        bars.close()
        put(f"stopped; resume with: ratchet resume {again}", error=True)
        raise typer.Exit(error.code if isinstance(error.code, int) else 1) from None
    except MISTAKES as error:
        bars.close()
        if not _began(folder, began) or "ratchet resume" in str(error):
            raise
        raise UserError(
            f"{error}\nThen go on with: ratchet resume {again}\n"
            "The run keeps its settings; others need another --name."
        ) from error
    except Exception:
        bars.close()
        put(
            f"{name} failed; what is committed stays. Go on with: ratchet resume {again}",
            error=True,
        )
        put(traceback.format_exc().rstrip(), error=True)
        raise typer.Exit(1) from None
    bars.close()
    _ended(folder, again)


def _began(folder: Path, since: float) -> bool:
    """Whether this start got as far as the run's first stage."""
    if not phases(folder):
        return False
    starts = Summary.of(folder).starts
    return bool(starts) and starts[-1] >= since


def _ended(folder: Path, again: str) -> None:
    from flows.cli.funnel import read_scores
    from flows.cli.scores import scores_parts

    put(f"{folder.name} is done: its tables are in {folder}")
    if scores := read_scores(folder):
        put(*scores_parts(scores))
    put(f"\nWhat became of the rows: ratchet show {again}")
