"""What became of a run's rows, stage by stage, as the run folder tells it, also while it grows."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from data.identity import digest_file
from data.shards import committed, read_stats
from flows.cli.folders import Summary, phases
from pipeline.code import ROOT
from pipeline.record import read_record

__all__ = ["Stage", "funnel", "read_scores"]


@dataclass(frozen=True)
class Stage:
    """One table of a run. `state` is done, running, or unfinished (nobody is at work on it);
    `expected` is how many rows there are to read, as far as that is known; `changed` says that the
    file which defines the stage is not the one that made the table."""

    phase: str
    name: str
    state: str
    rows_in: int
    rows_out: int
    dropped: dict[str, int]
    tokens: int
    seconds: float
    expected: int | None
    changed: bool

    @property
    def lost(self) -> int:
        return sum(self.dropped.values())


def funnel(folder: Path, run: Summary) -> list[Stage]:
    """The stages of a run, in the order in which the flow called them."""
    reference, made, found = run.facts.get("reference", ""), dict[str, Stage](), []
    flow_file = Path(reference.partition(".py")[0] + ".py") if ".py" in reference else None
    for phase in phases(folder):
        for table in sorted(phase.iterdir(), key=_number):
            if (record := read_record(table)) is None:
                continue
            source = made.get(record["identity"].get("reads", ""))
            stage = _stage(table, record, run.state, source, _changed(record["code"], flow_file))
            made[record["fingerprint"]] = stage
            found.append(stage)
    return found


def _number(table: Path) -> tuple[int, str]:
    number, _, name = table.name.partition("-")
    return int(number) if number.isdecimal() else 0, name


def _stage(
    table: Path, record: dict[str, Any], run: str, source: Stage | None, changed: bool
) -> Stage:
    done = record["state"] == "done"
    counts = record if done else _counted(table)
    return Stage(
        phase=table.parent.name,
        name=table.name,
        state="done" if done else "running" if run == "running" else "unfinished",
        rows_in=counts["rows_in"],
        rows_out=counts["rows_out"],
        dropped=dict(Counter(counts["dropped"]).most_common()),
        tokens=counts["tokens"],
        seconds=counts["seconds"],
        expected=source.rows_out if source and source.state == "done" else None,
        changed=changed,
    )


def _counted(table: Path) -> dict[str, Any]:
    """The counts of the shards committed so far."""
    stats = [read_stats(table, number) for number in committed(table)]
    dropped: Counter[str] = Counter()
    for each in stats:
        dropped.update(each.dropped)
    return {
        "rows_in": sum(s.rows_in for s in stats),
        "rows_out": sum(s.kept for s in stats),
        "dropped": dropped,
        "tokens": sum(s.tokens for s in stats),
        "seconds": round(sum(s.seconds for s in stats), 3),
    }


def _changed(code: dict[str, str], flow_file: Path | None) -> bool:
    """Whether a file that a table was made by is another one now."""
    beside = flow_file.parent if flow_file else ROOT
    for name, made_by in code.items():
        path = ROOT / name if (ROOT / name).is_file() else beside / name
        if path.is_file() and digest_file(path) != made_by:
            return True
    return False


def read_scores(folder: Path) -> list[dict[str, Any]]:
    """Every score of a run, in the order of its iterations."""
    path = folder / "scores.parquet"
    if not path.exists():
        return []
    import pyarrow.parquet as pq

    place = {phase.name: i for i, phase in enumerate(phases(folder))}

    def order(score: dict[str, Any]) -> tuple[int, int]:
        stage = str(score["id"]).rpartition("/")[0].rpartition("/")[2]
        return place.get(score["iteration"], len(place)), _number(Path(stage))[0]

    rows = pq.read_table(path).drop_columns(["parents"]).to_pylist()
    # NaN (an evaluation of no problems) is nothing that JSON or a picture could show
    plain = [orjson.loads(orjson.dumps(row)) for row in rows]
    return sorted(plain, key=order)
