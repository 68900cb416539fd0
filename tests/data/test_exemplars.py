import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import data
from stages.parse_response import Response, function_names, runnable_code, split_response
from stages.seed_filters import static_reason
from stages.type_check import type_errors


def read(name):
    lines = Path(data.__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


EXEMPLARS = read("exemplars.jsonl")
JUDGED = read("judge_exemplars.jsonl")


def answer(exemplar):
    return f"{exemplar['response']}\n\n<tests>\n{exemplar['tests']}\n"


@pytest.mark.parametrize("exemplar", EXEMPLARS, ids=lambda exemplar: exemplar["concepts"][0])
def test_an_exemplar_is_an_answer_that_passes_its_own_tests(exemplar):
    response = split_response(answer(exemplar))
    assert isinstance(response, Response), response
    assert response == Response(exemplar["response"], exemplar["tests"])
    program = [sys.executable, "-I", "-W", "error", "-c", runnable_code(response)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_every_seed_passes_the_filters_that_real_seeds_have_to_pass():
    seeds = [exemplar["seed"] for exemplar in EXEMPLARS + JUDGED]
    assert [static_reason(seed) for seed in seeds] == [None] * len(seeds)
    assert type_errors(seeds) == [None] * len(seeds)


def test_exemplars_have_the_same_fields_and_fill_every_category_and_difficulty():
    fields = ("seed", "category", "difficulty", "language", "concepts", "instruction")
    assert {tuple(exemplar) for exemplar in EXEMPLARS} == {(*fields, "response", "tests")}
    assert len(EXEMPLARS) >= 12
    assert set(Counter(exemplar["category"] for exemplar in EXEMPLARS)) == {
        "function",
        "class",
        "program",
    }
    assert {exemplar["difficulty"] for exemplar in EXEMPLARS} == {"easy", "medium", "hard"}
    assert {exemplar["language"] for exemplar in EXEMPLARS} == {"Python"}


def test_no_two_exemplars_share_an_instruction_or_names():
    assert len({exemplar["instruction"] for exemplar in EXEMPLARS}) == len(EXEMPLARS)
    names = [function_names(runnable_code(Response(e["response"], ""))) for e in EXEMPLARS]
    assert len(set(names)) == len(EXEMPLARS)
    assert all(len(exemplar["instruction"].split()) <= 200 for exemplar in EXEMPLARS)


def test_the_judge_sees_as_many_yes_as_no():
    assert Counter(judged["answer"] for judged in JUDGED) == {"yes": 4, "no": 4}
