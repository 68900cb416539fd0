from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.numerals import number, same_number


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_a_decimal_has_its_value_however_it_is_written(digits, places):
    value = Fraction(digits, 10**places)
    text = f"{digits / 10**places:,.{places}f}" if abs(digits) < 2**50 else str(digits)
    if text != str(digits):
        assert number(text) == number(text.replace(",", "")) == value
    assert number(f"{digits}e-{places}") == value


@given(st.fractions(), st.fractions())
def test_fractions_are_compared_exactly(one, other):
    texts = [f"\\frac{{{abs(f.numerator)}}}{{{f.denominator}}}" for f in (one, other)]
    assert same_number(*texts) == (abs(one) == abs(other))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5", Fraction(2469, 2)),
        ("-.5", Fraction(-1, 2)),
        ("7.", Fraction(7)),
        (r"-\frac{1}{2}", Fraction(-1, 2)),
        (r"\frac12", Fraction(1, 2)),
        (r"\frac{-1}{2}", Fraction(-1, 2)),
        (r"\frac 1 2", Fraction(1, 2)),
        (r"\frac{1}{-0}", None),
        (r"-1\frac{1}{2}", Fraction(-3, 2)),
        (r"1\frac{-1}{2}", None),
        (r"10,\!000", Fraction(10000)),
        ("-$1{,}234", Fraction(-1234)),
        (r"3\,4", None),
        (r"2 \times 10^{-3}", Fraction(1, 500)),
        ("12%", Fraction(12)),
        ("\N{MINUS SIGN}3", Fraction(-3)),
        ("1/0", None),
        ("1,23", None),
        ("0101", None),
        ("1.2.3", None),
        (".", None),
        ("-", None),
        ("", None),
        ("seven", None),
        ("\N{ARABIC-INDIC DIGIT SEVEN}", None),
    ],
)
def test_the_value_of_a_known_answer(text, value):
    assert number(text) == value


def test_a_fraction_and_a_decimal_agree_to_six_places_and_other_numbers_exactly():
    assert same_number("0.333333", "1/3")
    assert not same_number("0.33333", "1/3")
    assert not same_number("0.3333331", "0.333333")


def test_a_small_fraction_is_not_the_same_as_zero():
    assert not same_number("0", "1/13983816")
    assert same_number("7.1511e-8", "1/13983816")


def test_a_division_that_was_left_to_do_is_no_whole_number():
    assert not same_number("6/2", "3")
    assert same_number("6/2", "3/1")
    assert same_number("3/2", "1.5")


def test_a_percentage_is_read_both_ways_and_no_third():
    assert [same_number(each, "50") for each in ("50%", "5000%", "0.5%", "500%")] == [
        True,
        True,
        False,
        False,
    ]
    assert [same_number(each, "50%") for each in ("50", "0.5", "50%", "0.5%")] == [
        True,
        True,
        True,
        False,
    ]
