import pytest

from stages.self_check import self_check


@pytest.mark.parametrize(
    ("answers", "scores", "chosen"),
    [
        (["7", "7.0", "8"], [0.0, 0.0, 1.0], 0),  # certain: the judge is not heard
        (["7", "8", "7", "8"], [0.0, 1.0, 0.0, 1.0], 1),
        (["7", "8", "7", "8", "7"], [0.0, 1.0, 1.0, None, 0.0], 1),
        (["7", "8"], [0.0, 0.0], 0),  # none is left: all vote
        (["7", "8"], [None, None], 0),
        ([None, "8"], [1.0, 0.0], 1),
        ([None, None], [1.0, 1.0], None),
        ([], [], None),
    ],
)
def test_where_answers_disagree_those_judged_wrong_do_not_vote(answers, scores, chosen):
    assert self_check(answers, scores) == chosen


def test_how_certain_a_majority_must_be_is_the_users():
    answers, scores = ["7", "7", "7", "8"], [0.0, 0.0, 0.0, 1.0]
    assert self_check(answers, scores, certainty=3) == 0
    assert self_check(answers, scores, certainty=4) == 3
