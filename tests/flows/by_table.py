"""Flows small enough to do by hand: a scripted model whose answers are a table, and the tables that
a run made, without ids and digests."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from data.shards import read_dropped
from pipeline.flow import Flow
from pipeline.scripted import ScriptedModel, scripted_from_file

PROMPTS = Path(__file__).parent.parent.parent / "stages" / "prompts"

MODEL = '''
import json
from pathlib import Path

HERE = Path(__file__)


class Talk:
    """The n-th time that a prompt is asked gives its n-th answer, the last one for ever after."""

    def __init__(self):
        self.table = json.loads(HERE.with_suffix(".json").read_text())

    def next(self, prompt):
        with HERE.with_suffix(".asked").open("a") as file:
            file.write(json.dumps(prompt) + "\\n")
        answers = self.table[prompt]
        return answers.pop(0) if len(answers) > 1 else answers[0]


TALK = Talk()


def answer(prompt, seed):
    return TALK.next(prompt.strip())
'''


def model(folder: Path, table: Mapping[str, str | list[str]], name: str = "model") -> str:
    """A model by its word in settings; `table` has the answer, or answers, to each prompt."""
    lists = {p: [a] if isinstance(a, str) else a for p, a in table.items()}
    (folder / f"{name}.json").write_text(json.dumps(lists))
    (folder / f"{name}.py").write_text(MODEL)
    return f"scripted:{folder / name}.py:answer"


def asked(folder: Path, name: str = "model") -> list[str]:
    """Every prompt that the model got so far, in order."""
    path = folder / f"{name}.asked"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def says(name: str, **values: str) -> str:
    """A prompt of stages/prompts with its placeholders filled."""
    text = (PROMPTS / f"{name}.md").read_text().strip()
    for key, value in values.items():
        text = text.replace("{{" + key + "}}", value)
    return text


def questions(path: Path, **gold: str) -> str:
    """A source of questions, each with its known answer."""
    lines = [
        {"id": q, "instruction": q, "gold": a, "family": "sums", "entry": ""}
        for q, a in gold.items()
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


def start(flow: Flow, folder: Path, settings: Mapping[str, Any]) -> Path:
    """Run the flow, and start it again: the second start changes nothing and asks nothing."""
    flow.start(folder / "run", settings)
    files, prompts = _files(folder / "run"), [p.read_bytes() for p in folder.glob("*.asked")]
    flow.start(folder / "run", settings)
    assert _files(folder / "run") == files
    assert [p.read_bytes() for p in folder.glob("*.asked")] == prompts
    return folder / "run"


def _files(run: Path) -> dict[str, bytes]:
    found = [*run.rglob("*.parquet"), *run.rglob(".stage.json")]
    return {str(path.relative_to(run)): path.read_bytes() for path in sorted(found)}


def stages(run: Path, phase: str) -> list[str]:
    """The stages of a phase, in the order in which the flow calls them."""
    names = [p.name.partition("-") for p in (run / phase).iterdir()]
    return [name for _, _, name in sorted(names, key=lambda n: int(n[0]))]


def folder_of(run: Path, label: str, nth: int = 0) -> Path:
    """The folder of the `nth` stage of that name in a phase: "iteration-0/chats"."""
    phase, _, stage = label.partition("/")
    number = [n for n, name in enumerate(stages(run, phase), 1) if name == stage][nth]
    return run / phase / f"{number}-{stage}"


def table(run: Path, label: str, nth: int = 0) -> list[dict[str, Any]]:
    """The rows of a table."""
    return pl.read_parquet(folder_of(run, label, nth) / "*.parquet").to_dicts()


def dropped(run: Path, label: str, nth: int = 0) -> list[str]:
    """Why rows are not in a table, sorted."""
    frame = read_dropped(folder_of(run, label, nth))
    return sorted(frame["dropped"]) if frame.height else []


def record(run: Path, label: str, nth: int = 0) -> dict[str, Any]:
    """What the record of a stage says that it was made from."""
    return json.loads((folder_of(run, label, nth) / ".stage.json").read_text())["identity"]


def dialogues(run: Path, label: str, nth: int = 0) -> dict[str, list[list[str]]]:
    """Question -> the texts of its dialogues' turns; with what was asked checked elsewhere."""
    found: dict[str, list[list[str]]] = {}
    for row in table(run, label, nth):
        found.setdefault(row["instruction"], []).append([t["text"] for t in row["turns"]])
    return found


def verdicts(run: Path, label: str, nth: int = 0) -> dict[str, list[list[tuple[Any, ...]]]]:
    """Question -> the verdicts on each of its dialogues: judge, turn, score, said."""
    found: dict[str, list[list[tuple[Any, ...]]]] = {}
    for row in table(run, label, nth):
        said = [(v["judge"].partition("@")[0], v["turn"], v["score"], v["said"])
                for v in row["verdicts"]]  # fmt: skip
        found.setdefault(row["instruction"], []).append(said)
    return found


def models(run: Path, label: str, nth: int = 0) -> set[str]:
    """The digests of the models whose turns are in a table of dialogues."""
    return {turn["model"] for row in table(run, label, nth) for turn in row["turns"]}


def lesson(*contents: str, weight: float = 1.0) -> tuple[Any, ...]:
    """A conversation of user and assistant in turn, of which the last message is trained on."""
    roles = ["user", "assistant"] * (len(contents) // 2)
    last = len(contents) - 1
    messages = [(r, c, n == last) for n, (r, c) in enumerate(zip(roles, contents, strict=True))]
    return tuple(messages), weight


def lessons(run: Path, label: str, nth: int = 0) -> list[tuple[Any, ...]]:
    """The conversations of a table, sorted, to compare with `lesson`s."""
    return sorted(
        (tuple((m["role"], m["content"], m["train"]) for m in row["messages"]), row["weight"])
        for row in table(run, label, nth)
    )


def pairs(run: Path, label: str, nth: int = 0) -> list[tuple[Any, ...]]:
    """The pairs of a table, sorted: prompt (user's messages), chosen, rejected, weight."""
    rows = table(run, label, nth)
    messages = [m for row in rows for m in row["prompt"]]
    assert {(m["role"], m["train"]) for m in messages} <= {("user", False)}
    return sorted(
        (*(m["content"] for m in row["prompt"]), row["chosen"], row["rejected"], row["weight"])
        for row in rows
    )


def scores(run: Path, iteration: str) -> dict[str, float]:
    """Metric -> value, of one phase; of a metric written twice, the last."""
    frame = pl.read_parquet(run / "scores.parquet").filter(iteration=iteration)
    return dict(zip(frame["metric"], frame["value"], strict=True))


def notes(run: Path, metric: str = "promotion") -> list[tuple[str, str]]:
    """The notes on a metric, with their iteration."""
    frame = pl.read_parquet(run / "scores.parquet").filter(metric=metric)
    return list(zip(frame["iteration"], frame["note"], strict=True))


def tuned(model: str, *phases: str) -> str:
    """The digest of the model that training made in those phases, one after the other."""
    found: ScriptedModel = scripted_from_file(model.removeprefix("scripted:"))
    for phase in phases:
        found = found.tuned(Path("runs") / phase / "stage")
    return found.fingerprint
