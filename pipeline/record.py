"""The record of a stage: `.stage.json`, written before its first shard and marked done after its
last, so that an interrupted stage cannot be gone on with under other settings."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from data.identity import fingerprint
from data.shards import replace_file
from pipeline.errors import RunError
from pipeline.identity import differences

__all__ = ["Record", "read_record"]

NAME = ".stage.json"


def read_record(folder: Path) -> dict[str, Any] | None:
    """The record in a stage's folder; None when there is none yet."""
    path = folder / NAME
    if not path.exists():
        return None
    try:
        return orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise RunError(
            f"{path} is damaged ({error}). Delete {folder} to have the stage start over, then "
            "resume."
        ) from error


@dataclass
class Record:
    """What a stage is (`identity`, with its fingerprint), by which code, and how far it got.
    `facts` is the whole record as it was found."""

    folder: Path
    stage: str
    identity: dict[str, Any]
    code: dict[str, str]
    state: str = "running"
    started: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        return fingerprint([self.stage, self.identity])

    @property
    def done(self) -> bool:
        return self.state == "done"

    @classmethod
    def open(
        cls, folder: Path, stage: str, identity: dict[str, Any], code: dict[str, str]
    ) -> "Record":
        """The record in `folder`, made now if there is none. Raises RunError when the folder was
        written by another stage, other settings, or (unfinished) other code."""
        record = cls(folder, stage, identity, code, started=time.time())
        found = read_record(folder)
        if found is None:
            folder.mkdir(parents=True, exist_ok=True)
            record._write({})
            return record
        if found["stage"] != stage or found["identity"] != identity:
            raise RunError(
                f"{folder} was made with other settings:\n  "
                + "\n  ".join(_changes(found, stage, identity))
                + "\nUse another --name for the new settings, or put the old ones back."
            )
        record.state, record.started, record.facts = found["state"], found["started"], found
        if not record.done and found["code"] != code:
            changed = [f for f in {**found["code"], **code} if found["code"].get(f) != code.get(f)]
            raise RunError(
                f"The code of the stage {stage} ({', '.join(changed)}) changed while {folder} was "
                "unfinished, and one table is made by one code. Undo the change, or delete that "
                "folder to have the stage start over."
            )
        return record

    def reopen(self) -> None:
        """Take back that the stage is done."""
        self.state = "running"
        self._write({})

    def finish(self, facts: dict[str, Any]) -> None:
        """Mark the stage done. `facts` are its counts, for people and `ratchet show`."""
        self.state = "done"
        self._write(facts)

    def _write(self, facts: dict[str, Any]) -> None:
        ended = time.time() if self.done else None
        body = {
            "stage": self.stage,
            "state": self.state,
            "fingerprint": self.fingerprint,
            "identity": self.identity,
            "code": self.code,
            "started": self.started,
            "ended": ended,
            **facts,
        }
        replace_file(self.folder / NAME, orjson.dumps(body, option=orjson.OPT_INDENT_2))


def _changes(found: dict[str, Any], stage: str, identity: dict[str, Any]) -> list[str]:
    if found["stage"] != stage:
        return [f"it holds the stage {found['stage']}, not {stage}"]
    return differences(found["identity"], identity)
