import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.kinds import Chat
from data.turns import Dialogue
from pipeline.errors import SettingError
from pipeline.stage import Stage
from stages.views import View, _chats
from tests.stages.dialogues import talk, talks

SAID = ("first", "Verdict: wrong", "last")


def row_of(*texts: str, **more) -> dict:
    """A dialogue that was asked "ask 0", "ask 1", ..."""
    row = talk(*texts, **more)
    for number, turn in enumerate(row["turns"]):
        turn["asked"] = f"ask {number}"
    return row


def made(*views: View, rows=None):
    frame = talks(*(rows or [row_of(*SAID)]))
    return Stage(_chats, Dialogue, Chat, "chats").apply(frame, views)


def contents(*views: View) -> list[list[str]]:
    return [[m["content"] for m in row] for row in made(*views).kept["messages"].to_list()]


def test_a_view_is_a_turn_as_the_answer_to_what_was_asked_there():
    assert contents(View(0)) == [["ask 0", "first"]]
    assert contents(View()) == [["ask 2", "last"]]
    assert contents(View(-2)) == [["ask 1", "Verdict: wrong"]]


def test_a_view_may_answer_what_was_asked_at_another_turn():
    assert contents(View(2, asked=0)) == [["ask 0", "last"]]
    assert contents(View(-1, asked=-3)) == [["ask 0", "last"]]


def test_a_view_shows_as_much_of_the_conversation_before_as_it_says():
    assert contents(View(2, history=1)) == [["ask 1", "Verdict: wrong", "ask 2", "last"]]
    whole = ["ask 0", "first", "ask 1", "Verdict: wrong", "ask 2", "last"]
    assert contents(View(2, history=None)) == contents(View(2, history=9)) == [whole]
    assert contents(View(2, asked=0, history=None)) == [["ask 0", "last"]]


def test_a_history_below_zero_is_refused():
    with pytest.raises(SettingError, match="history is -2"):
        View(history=-2)


def test_several_views_are_so_many_rows_of_one_dialogue_with_their_weights():
    def longer(row, turn: int) -> float:
        return float(len(row["turns"][turn]["text"]))

    found = made(View(1), View(2, weight=0.5), View(0, weight=longer)).kept
    assert found["weight"].to_list() == [1.0, 0.5, 5.0]
    assert found["id"].n_unique() == 3
    assert found["parents"].to_list() == [["0"]] * 3


def test_what_a_dialogue_has_no_turn_for_is_left_out_and_without_any_it_is_dropped():
    rows = [row_of(*SAID), row_of("only"), row_of()]
    found = made(View(1), View(0), rows=rows)
    assert found.kept["parents"].to_list() == [["0"], ["0"], ["1"]]
    assert found.reasons == {"nothing to train on": 1}
    assert found.dropped["id"].to_list() == ["2"]


@pytest.mark.parametrize(
    ("row", "view"),
    [(row_of(" \n"), View()), (row_of("x"), View(weight=0.0)), (row_of("x"), View(weight=-1.0))],
)
def test_empty_answers_and_weights_of_nothing_are_not_trained_on(row, view):
    assert made(view, rows=[row]).kept.is_empty()


PLACES = st.integers(-5, 5)


@given(
    st.integers(0, 4),
    st.builds(View, PLACES, st.none() | PLACES, st.none() | st.integers(0, 5)),
)
def test_of_every_view_the_last_message_alone_is_trained_on(turns, view):
    row = row_of(*(f"turn {number}" for number in range(turns)))
    seen = view.of(row)
    if seen is None:
        places = [p for p in (view.said, view.asked) if p is not None]
        assert any(not -turns <= place < turns for place in places)
        return
    messages, _ = seen
    assert [m["train"] for m in messages] == [False] * (len(messages) - 1) + [True]
    assert [m["role"] for m in messages] == ["user", "assistant"] * (len(messages) // 2)
    assert messages[-1]["content"] == row["turns"][view.said]["text"]
    asked = view.said if view.asked is None else view.asked
    assert messages[-2]["content"] == row["turns"][asked]["asked"]
