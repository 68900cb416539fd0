"""The preference stage: what happens around the trainer. What the trainer does is in test_dpo."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data.kinds import Chat
from data.shards import read_dropped
from data.sources import records
from data.tiny import BASE
from data.turns import Pair
from pipeline.errors import ContractError, ModelError
from pipeline.flow import Flow
from pipeline.load import load
from pipeline.model import AnyModel, Model
from pipeline.run import Run
from pipeline.scripted import ScriptedModel
from stages.prefer import Preference, prefer

QUICK = Preference(batch_size=2, max_steps=2, save_steps=0, learning_rate=1e-4)


def pair(chosen: str, rejected: str) -> dict[str, object]:
    prompt = [{"role": "user", "content": "Say it.", "train": False}]
    return {"prompt": prompt, "chosen": chosen, "rejected": rejected, "weight": 1.0}


def preferred(
    folder: Path, rows: list[dict[str, object]], base: AnyModel, *more: Any, **settings: Any
) -> AnyModel:
    found: list[AnyModel] = []

    def loop(run: Run) -> None:
        found.append(prefer(base, load(records(rows), Pair), *more, **settings))

    Flow(loop, "loop").start(folder, {})
    return found[0]


def test_a_model_and_pairs_go_in_and_a_model_comes_out(tmp_path: Path) -> None:
    rows = [pair("one", "two"), pair("two", "three"), pair("a", "long " * 2000), pair("b", "b")]
    model = preferred(tmp_path / "run", rows, Model(BASE), QUICK)
    assert model.fingerprint != Model(BASE).fingerprint
    folder = tmp_path / "run" / "prepare" / "2-prefer"
    assert pl.read_parquet(folder / "*.parquet").height == 2
    assert [r.split(":")[0] for r in read_dropped(folder)["dropped"]] == [
        "too long",
        "no difference",
    ]
    record = json.loads((folder / ".stage.json").read_text())
    assert record["rows_in"] == 4
    assert record["dropped"] == {"too long": 1, "no difference": 1}
    assert record["tokens"] > 0


def test_the_reference_is_part_of_what_the_result_is(tmp_path: Path) -> None:
    answers = {name: ScriptedModel(lambda prompt, seed: "x", name=name) for name in ("one", "two")}
    found = {}
    for reference in (None, "one", "two"):
        folder = tmp_path / str(reference)
        given = answers[reference] if reference else None
        preferred(folder, [pair("a", "b")], answers["one"], QUICK, given)
        record = json.loads((folder / "prepare" / "2-prefer" / ".stage.json").read_text())
        found[reference] = record["identity"]["reference"]
    assert found[None] == found["one"] != found["two"]


def test_a_scripted_model_is_renamed_and_its_pairs_are_kept(tmp_path: Path) -> None:
    base = ScriptedModel(lambda prompt, seed: "x")
    model = preferred(tmp_path / "run", [pair("a", "b"), pair("c", "c")], base)
    assert isinstance(model, ScriptedModel)
    assert model.name == "scripted>prepare"
    assert pl.read_parquet(tmp_path / "run" / "prepare" / "2-prefer" / "*.parquet").height == 2


def test_what_is_no_table_of_pairs_is_refused_of_a_scripted_model_too(tmp_path: Path) -> None:
    base: Any = ScriptedModel(lambda prompt, seed: "x")
    chat = {"messages": [], "weight": 1.0}

    def loop(run: Run, kind: str) -> None:
        table = load(records([chat]), Chat)
        given: Any = [table] if kind == "list" else table
        prefer(base, given)

    with pytest.raises(ContractError, match="prefer reads Pair, and Chat lacks its columns chosen"):
        Flow(loop, "loop").start(tmp_path / "chat", {"kind": "chat"})
    with pytest.raises(ContractError, match="prefer got a list"):
        Flow(loop, "loop").start(tmp_path / "list", {"kind": "list"})


def test_no_pair_to_train_on_says_where_to_look(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no row is left to train on.*ratchet show run"):
        preferred(tmp_path / "run", [], Model(BASE), QUICK)


def test_pairs_that_cannot_be_trained_on_all_stop_the_stage_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"1 x no difference.*two answers that differ"):
        preferred(tmp_path / "run", [pair("a", "a")], Model(BASE), QUICK)


def test_to_a_loss_that_compares_with_nothing_a_reference_is_no_part_of_the_result(
    tmp_path: Path,
) -> None:
    free, base = Preference(losses={"simpo": 1.0}), ScriptedModel(lambda prompt, seed: "x")
    found = []
    for reference in (None, ScriptedModel(lambda prompt, seed: "y")):
        folder = tmp_path / str(len(found))
        preferred(folder, [pair("a", "b")], base, free, reference)
        found.append(json.loads((folder / "prepare/2-prefer/.stage.json").read_text())["identity"])
    assert found[0] == found[1]


def test_a_reference_with_another_vocabulary_is_refused(base_model: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="has another vocabulary"):
        preferred(tmp_path / "run", [pair("a", "b")], Model(BASE), QUICK, Model(base_model))


def test_a_scripted_reference_of_a_real_model_is_refused(tmp_path: Path) -> None:
    scripted = ScriptedModel(lambda prompt, seed: "x")
    with pytest.raises(ModelError, match="cannot be the reference"):
        preferred(tmp_path / "run", [pair("a", "b")], Model(BASE), QUICK, scripted)
