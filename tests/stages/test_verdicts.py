import pytest
from dialogues import talk, talks

from pipeline.errors import ContractError, SettingError
from stages.verdicts import Found, answering, score_of, version, with_verdicts


def row_with(**found: list[Found]) -> dict:
    frame = talks(talk("a", "Verdict: right", "b"))
    for judge, each in found.items():
        frame = with_verdicts(frame, judge.replace("_", "@"), [each])
    return frame.row(0, named=True)


def test_feedback_is_no_answer():
    assert answering(row_with()["turns"]) == [0, 2]


def test_a_score_is_found_by_the_bare_name_of_its_judge():
    row = row_with(truth_1=[Found(0, 0.0, ""), Found(2, 1.0, "")], self_7=[Found(0, None, "")])
    assert [score_of(row, "truth", turn) for turn in (0, 2, -1, -2)] == [0.0, 1.0, 1.0, 0.0]
    assert score_of(row, "truth") == score_of(row, "truth@1")
    assert score_of(row, "self", 0) is None


def test_there_is_no_score_where_there_are_fewer_answers():
    assert score_of(row_with(), "truth", -3) is None
    assert score_of(talks(talk()).row(0, named=True), "truth") is None


def test_a_judge_that_did_not_see_the_turn_is_no_missing_score():
    row = row_with(truth_1=[Found(0, 1.0, "")])
    with pytest.raises(ContractError, match=r"no verdict of 'truht'; there is truth@1 \(turn 0\)"):
        score_of(row, "truht", 0)
    with pytest.raises(ContractError, match="Judge the table first, and all turns"):
        score_of(row, "truth", -1)


def test_two_versions_of_a_judge_must_be_told_apart():
    row = row_with(truth_1=[Found(0, 0.0, "")], truth_2=[Found(0, 1.0, "")])
    with pytest.raises(ContractError, match="truth@1 and truth@2"):
        score_of(row, "truth", 0)
    assert score_of(row, "truth@2", 0) == 1.0


def test_judging_again_replaces_the_verdicts_of_the_same_version_only():
    frame = talks(talk("a"))
    for judge, score in (("x@1", 0.0), ("x@2", 0.5), ("x@1", 1.0)):
        frame = with_verdicts(frame, judge, [[Found(0, score, "")]])
    found = {v["judge"]: v["score"] for v in frame["verdicts"][0]}
    assert found == {"x@1": 1.0, "x@2": 0.5}
    assert len(frame["verdicts"][0]) == 2


def test_judging_other_turns_later_keeps_the_verdicts_of_those_before():
    frame = with_verdicts(talks(talk("a", "b")), "x@1", [[Found(0, 0.0, "")]])
    frame = with_verdicts(frame, "x@1", [[Found(1, 1.0, "")]])
    assert [score_of(frame.row(0, named=True), "x", turn) for turn in (0, 1)] == [0.0, 1.0]


def test_a_score_that_is_no_number_is_missing():
    frame = with_verdicts(talks(talk("a")), "x@1", [[Found(0, float("nan"), "")]])
    assert score_of(frame.row(0, named=True), "x", 0) is None


def test_a_version_follows_from_the_parts_and_a_name_has_no_version_of_its_own():
    assert version("truth", 1) == version("truth", 1) != version("truth", 2)
    assert version("truth", 1).startswith("truth@")
    for name in ("truth@1", "rubric:2", ""):  # audits write "audit:NAME:recall"
        with pytest.raises(SettingError, match="without @ and :"):
            version(name)
