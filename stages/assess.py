"""assess: what a model's later turns do to its first answers, on held-out questions."""

from typing import Any

import orjson
import polars as pl

from data.identity import digest
from data.rows import polars_schema
from data.table import Rows
from data.turns import Assessed, Dialogue
from pipeline.errors import UserError
from pipeline.model import AnyModel
from pipeline.run import current_run
from pipeline.stage import stage
from pipeline.work import work
from stages.correction import correction_of_counts
from stages.scores import Measured, write_scores
from stages.verdicts import QUESTION, answering, score_of

__all__ = ["assess", "count_turns"]


def assess(dialogues: Rows[Dialogue], model: AnyModel, judge: str = "truth") -> Rows[Assessed]:
    """Count how many dialogues were right at first and at last, and write accuracy, CL, CS, RSS and
    the flips (stages.correction) to the run's scores.parquet. The table returned has one row per
    question. Where no dialogue has a second turn, only the accuracy of the first is written."""
    if (run := current_run()) is None:
        raise UserError("assess makes a table of a run: call it in a flow.")
    assessed = count_turns(dialogues, judge, model.fingerprint)
    frame = assessed.frame()
    counts = [frame[c].to_numpy() for c in ("samples", "first_right", "kept", "fixed")]
    found = correction_of_counts(*counts)
    if not dialogues.frame().select((pl.col("turns").list.len() > 1).any()).item():
        found = {"direct": found["direct"]}
    told = int((frame["samples"] > 0).sum())
    most = int(frame["samples"].max() or 0)  # type: ignore[arg-type]
    untold = int(frame["untold"].sum())
    note = f"{untold} dialogues left out: {judge} could not tell" if untold else None
    write_scores(
        run,
        assessed,
        [
            Measured(metric, *values, told, most, model.fingerprint, note)
            for metric, values in found.items()
        ],
    )
    return assessed


@stage(reads=Dialogue, writes=Assessed, whole=True, name="assess")
def count_turns(dialogues: pl.DataFrame, judge: str, model: str) -> pl.DataFrame:
    """One row a question. A dialogue whose first or last answer the judge could not tell is
    counted as untold; one without any answer was wrong."""
    here, found = work(), dict[str, dict[str, Any]]()
    for row in dialogues.iter_rows(named=True):
        problem = _question(row)
        count = found.setdefault(problem, _nothing(problem, model))
        count["parents"].append(row["id"])
        answers = answering(row["turns"])
        ends = (answers[0], answers[-1]) if answers else ()
        scores = [score_of(row, judge, turn) for turn in ends] or [0.0, 0.0]
        if any(score is None for score in scores):
            count["untold"] += 1
            continue
        first, last = (score is not None and score > 0.5 for score in scores)
        count["samples"] += 1
        count["first_right"] += first
        count["last_right"] += last
        count["kept"] += first and last
        count["fixed"] += last and not first
        count["broken"] += first and not last
    rows = [row | {"id": here.row_id([row["problem"]])} for row in found.values()]
    return pl.DataFrame(rows, schema=polars_schema(Assessed))


def _question(row: Any) -> str:
    """The same for all dialogues about a question, whatever model and run they are of."""
    key = [row[column] for column in QUESTION]
    return digest(orjson.dumps(key))[:16]


def _nothing(problem: str, model: str) -> dict[str, Any]:
    counts = ("samples", "first_right", "last_right", "kept", "fixed", "broken", "untold")
    return {"problem": problem, "model": model, "parents": [], **dict.fromkeys(counts, 0)}
