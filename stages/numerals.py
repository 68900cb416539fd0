"""The values of written numbers: thousands, decimals, exponents, fractions, percent; exact."""

import re
from fractions import Fraction

__all__ = ["number", "same_number"]

ROUNDING = Fraction(1, 10**6)

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?"
    r"(?:\.(?P<decimals>[0-9]*))?(?:[eE](?P<exponent>[+-]?[0-9]{1,3}))?"
)
_FRACTION = re.compile(
    r"([+-]?)(?:([0-9]+) ?(?=\\))?"
    r"(?:\\[dt]?frac ?(?:\{ ?([+-]?[0-9]+) ?\} ?\{ ?([+-]?[0-9]+) ?\}|([0-9]) ?([0-9]))"
    r"|([0-9]+) ?/ ?([0-9]+))"
)
_THOUSANDS = re.compile(r"(?<=[0-9])(?:\{,\}|,?\\[,!])(?=[0-9]{3})")
_MONEY = re.compile(r"([+-]?)\\?\$")
_POWER = re.compile(r" ?(?:\\times|\\cdot|\*|\u00d7) ?10 ?(?:\^|\*\*) ?\{?([+-]?[0-9]{1,3})\}?$")


def same_number(found: str, gold: str) -> bool:
    """By value. A fraction and a decimal are compared to 6 places; 50% is 50 and is 0.5."""
    one, other = _value(found.removesuffix("%")), number(gold)
    if one is None or other is None:
        return False
    if _is_fraction(found) and one.denominator == 1 and not _is_fraction(gold):
        return False  # a division that was left to do
    percent = found.endswith("%") - gold.endswith("%")
    # a value that has hardly six places is no zero
    margin = min(ROUNDING, abs(other) / 1000) if _is_fraction(found) != _is_fraction(gold) else 0
    return any(abs(each - other) <= margin for each in (one, one / Fraction(100) ** percent))


def number(text: str) -> Fraction | None:
    """The value of a known answer that is a number; digits with a zero before them are a code."""
    return None if re.match("0[0-9]", text) else _value(text.removesuffix("%"))


def _value(text: str) -> Fraction | None:
    """The value of digits, with thousands, decimals and exponent, or of a fraction of them."""
    text = text.replace("\N{MINUS SIGN}", "-").rstrip("\\ ")
    if match := _MONEY.match(text):
        text = match[1] + text[match.end() :]
    text = _THOUSANDS.sub(",", text)
    if match := _FRACTION.fullmatch(text):
        sign, whole, *digits = match.groups()
        above, below = (int(d) for d in digits if d is not None)
        if below == 0 or (whole and (above < 0 or below < 0)):
            return None
        part = int(whole or 0) + Fraction(above, below)
        return -part if sign == "-" else part
    match = _NUMBER.fullmatch(_POWER.sub(r"e\1", text))
    if not match or not (match["whole"] or match["decimals"]):
        return None
    whole, decimals = (match["whole"] or "0").replace(",", ""), match["decimals"] or ""
    value = Fraction(int(whole + decimals), 10 ** len(decimals))
    value *= Fraction(10) ** int(match["exponent"] or 0)
    return -value if match["sign"] == "-" else value


def _is_fraction(text: str) -> bool:
    return "/" in text or "frac" in text
