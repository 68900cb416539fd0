import importlib.metadata
import json

import pytest

from data.errors import UserError
from data.gym import gym
from data.python_tree import Problem
from data.sources import source

GCD = "[families.gcd]\nmax_value = {most}\n"
SUMS = "[families.chain_sum]\nmax_terms = 3\n"


def written(folder, text: str, name: str = "questions.toml"):
    (folder / name).write_text(text)
    return folder / name


def questions(path) -> list[dict]:
    return [r for r in gym(path).read() if isinstance(r, dict)]


def test_questions_come_family_by_family_in_turn_with_gold_and_entry(tmp_path):
    path = written(tmp_path, f"size = 3\n{SUMS}{GCD.format(most=60)}")
    found = questions(path)
    assert [r["family"] for r in found] == ["chain_sum", "gcd"] * 3
    assert gym(path).size == 6
    for row in found:
        assert json.loads(row["entry"])["answer"] == row["gold"]
        assert row["instruction"] == row["instruction"].strip()


def test_a_question_of_which_many_answers_are_right_has_no_gold(tmp_path):
    (row,) = questions(written(tmp_path, "size = 1\n[families.graph_color]\n"))
    assert row["gold"] == ""
    assert json.loads(row["entry"])["metadata"]


def test_the_same_file_gives_the_same_questions_and_another_seed_others(tmp_path):
    one = written(tmp_path, f"size = 5\nseed = 1\n{GCD.format(most=999)}")
    two = written(tmp_path, f"size = 5\nseed = 9999\n{GCD.format(most=999)}", "two.toml")
    assert questions(one) == questions(one)
    assert source(str(one)).fingerprint == gym(one).fingerprint
    assert not {r["instruction"] for r in questions(one)} & {
        r["instruction"] for r in questions(two)
    }


def test_questions_and_ids_are_distinct_and_an_exhausted_family_says_how_many_are_missing(tmp_path):
    path = written(tmp_path, "size = 50\n[families.gcd]\nmin_value = 1\nmax_value = 4\n")
    found = list(gym(path).read())
    rows, problem = found[:-1], found[-1]
    assert isinstance(problem, Problem)
    assert problem.path == "gcd"
    assert problem.reason.startswith(f"{50 - len(rows)} questions fewer")
    assert 1 < len(rows) < 50
    for column in ("id", "instruction"):
        assert len({r[column] for r in rows if isinstance(r, dict)}) == len(rows)


def test_what_is_in_the_file_left_out_is_not_asked(tmp_path):
    few = "[families.gcd]\nmin_value = 1\nmax_value = 6\n"
    written(tmp_path, f"size = 8\nseed = 1\n{few}", "held_out.toml")
    path = written(tmp_path, f'size = 30\nseed = 2\nleave_out = "held_out.toml"\n{few}')
    held_out = {r["instruction"] for r in questions(tmp_path / "held_out.toml")}
    without = written(tmp_path, f"size = 30\nseed = 2\n{few}", "without.toml")
    assert held_out & {r["instruction"] for r in questions(without)}
    assert not held_out & {r["instruction"] for r in questions(path)}


def test_the_fingerprint_is_of_the_settings_and_of_the_file_left_out(tmp_path):
    text = f'leave_out = "held_out.toml"\n{GCD.format(most=60)}'
    written(tmp_path, f"size = 2\n{SUMS}", "held_out.toml")
    path = written(tmp_path, text)
    before = gym(path).fingerprint
    written(tmp_path, f"# the same\n{text}")
    assert gym(path).fingerprint == before
    written(tmp_path, f"size = 3\n{SUMS}", "held_out.toml")
    other = gym(path).fingerprint
    assert other != before
    written(tmp_path, text.replace("60", "61"))
    assert gym(path).fingerprint not in (before, other)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("size = ", r"questions\.toml is no TOML"),
        ("", "has nothing; wanted size, seed, a table"),
        ("size = 3", "has size; wanted size, seed, a table"),
        ("sise = 3\n" + SUMS, "has sise, families; wanted size"),
        ("families = 3", "has families; wanted"),
        ("size = -1\n" + SUMS, "size is -1, wanted a whole number from 0 up"),
        ("seed = true\n" + SUMS, "seed is True, wanted a whole number"),
        ("[families.gdc]", "no family 'gdc' with the settings {}"),
        ("[families]\ngcd = 3", "no family 'gcd' with the settings 3"),
        ("[families.gcd]\nmax_valu = 3", "'gcd' with the settings {'max_valu': 3}: .*max_valu"),
        ("[families.gcd]\nmax_value = 'x'", "no family 'gcd' with the settings"),
        ("[families.gcd]\nmin_value = 9\nmax_value = 3", "max_value must be > min_value"),
        ("[families.gcd]\nmax_value = 9.5", "no family 'gcd' with the settings"),
        ("[families.gcd]\nseed = 3", "no family 'gcd' with the settings {'seed': 3}"),
        ("leave_out = 'away.toml'\n" + SUMS, r"no file .*away\.toml.*In that folder: questions"),
        ("leave_out = 3\n" + SUMS, r"no file .*3"),
        ("leave_out = 'wrong.toml'\n" + SUMS, "no family 'gdc'"),
        ("leave_out = 'questions.toml'\n" + SUMS, "leaves out questions itself"),
    ],
)
def test_a_mistake_is_said_in_one_message_before_anything_is_asked(tmp_path, text, said):
    written(tmp_path, "[families.gdc]", "wrong.toml")
    with pytest.raises(UserError, match=said):
        gym(written(tmp_path, text))


def test_a_missing_file_and_a_missing_reasoning_gym_name_the_remedy(tmp_path, monkeypatch):
    path = written(tmp_path, SUMS)
    with pytest.raises(UserError, match=r"Check the spelling of the path"):
        gym(tmp_path / "question.toml")

    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    with pytest.raises(UserError, match="pip install reasoning-gym"):
        gym(path)
