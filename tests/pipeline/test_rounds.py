import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SettingError
from pipeline.rounds import Rounds

KEPT = st.lists(st.integers(), max_size=6)


@pytest.mark.parametrize(
    ("window", "within"),
    [("this", ["c"]), ("two", ["c", "b"]), ("all", ["c", "b", "a"])],
)
def test_the_window_is_what_is_trained_on_with_this_iteration_first(window, within):
    assert Rounds(window=window).within(["a", "b", "c"]) == within
    assert Rounds(window=window).within(["a"]) == ["a"]


@given(KEPT)
def test_a_window_holds_the_smaller_ones_and_all_holds_everything(kept):
    this, two, everything = (Rounds(window=w).within(kept) for w in ("this", "two", "all"))
    assert everything == kept[::-1]
    assert everything[: len(two)] == two
    assert two[: len(this)] == this
    assert (len(this), len(two)) == (min(1, len(kept)), min(2, len(kept)))


def test_a_word_stands_for_one_of_three_models():
    found = [Rounds().pick(word, "b", "l", "p") for word in ("base", "last", "best")]
    assert found == ["b", "l", "p"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"iterations": 0}, "iterations is 0"),
        ({"rows": 0}, "rows is 0"),
        ({"rows": -1}, "rows is -1"),
    ],
)
def test_rounds_without_an_iteration_or_a_row_are_refused(settings, said):
    with pytest.raises(SettingError, match=f"{said}, wanted at least 1"):
        Rounds(**settings)


def test_rounds_with_the_same_settings_are_the_same():
    assert Rounds(rows=3) == Rounds(rows=3) != Rounds(rows=4)
