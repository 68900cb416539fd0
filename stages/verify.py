r"""Whether an answer is the known one: as text, number or expression, or by its family's verifier.

    final_answer("3 + 4 is 7.\nAnswer: $7.0$")      "$7.0$"
    same_answer("$7.0$", "7")                         True

Answers are hostile. Text and numbers are compared here, by patterns that are linear in the text.
Expressions (by math-verify) and families (by reasoning-gym) are compared in a process whose
processor time and memory are limited (stages.checker_run): what it does not find the same within
them is not. No word of an answer is evaluated: mathematics is what consists of numbers, operators,
single letters and LaTeX commands, and only families whose verifier evaluates nothing are asked.
"""

import re

from pipeline.errors import UserError
from stages.checker import FAMILIES, MATHS
from stages.numerals import number, same_number
from stages.verified_families import VERIFIED

__all__ = ["final_answer", "plain", "same_answer", "verified"]

LONGEST = 400  # characters of an expression
LONGEST_ANSWER = 20_000  # characters that a family's verifier gets

_ANSWER = re.compile(r"^[ \t>*_#]*(?:the |my )?(?:final )?answer[ \t*_]*:[ \t*_]*", re.I | re.M)
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")
_WRAPPED = (
    ("$$", "$$"),
    ("$", "$"),
    (r"\(", r"\)"),
    (r"\[", r"\]"),
    ("**", "**"),
    ("`", "`"),
    (r"\text{", "}"),
    (r"\textbf{", "}"),
    (r"\mathrm{", "}"),
    (r"\mathbf{", "}"),
)
_CODE = re.compile(r"0[0-9]+|[0-9]+(?:[-:/.][0-9]+)+")  # digits of no value: a code, a date, a time
_UNIT = re.compile(
    r"(?:\\[ ,;!]|[\s~])*(?:\\(?:text|mathrm|mbox)\{[^{}]*\}|\^?\{?(?:\\circ|\\degree|°)\}?)$"
)
_SIZED = re.compile(r"\\(?:left|right)(?![A-Za-z])")
_NO_EQUATION = re.compile(r"=[^()]*(?:[,;](?![0-9])|\b(?:and|or)\b)|[<>!~]\s*$")
_COMMAND = re.compile(
    r"\\(?:begin|end)\{[a-z]?matrix\}"
    r"|\\(?!operatorname|text|math|mbox)[A-Za-z]+|\\[ ,;:!{}|%\\]"
)
_MATHEMATICS = re.compile(r"[\w\s+\-*/^=<>{}()\[\]|.,:;!%°±≤≥≠&]*")
_WORD = re.compile(r"[^\W\d_]{2}|__")
_ROOT = re.compile(r"(?<![\\A-Za-z])sqrt ?\(([^()]*)\)")
_FUNCTION = re.compile(r"(?<![\\A-Za-z])(pi|sin|cos|tan|log|ln|exp)(?![A-Za-z])")
_SIGNS = str.maketrans(
    {
        "\N{MINUS SIGN}": "-",
        "\N{MULTIPLICATION SIGN}": r"\times ",
        "·": r"\cdot ",
        "²": "^2",
        "³": "^3",
        "∞": r"\infty ",
    }
)
_OPTION = re.compile(r"\([a-z]\)")
_PART = re.compile(r"[\[\]()]|[^\s,;\[\]()]+")


def final_answer(text: str) -> str | None:
    r"""What follows the last line that begins with "Answer:", up to a blank line; without one, what
    the last \boxed{...} holds. None where there is neither, or nothing in it."""
    if not (found := [*_ANSWER.finditer(text)]):
        return _boxed(text)
    begin = found[-1]
    answer = _PARAGRAPH.split(text[begin.end() :].lstrip(), maxsplit=1)[0].strip()
    told = answer.rstrip(". ")
    bare = told.rstrip("*_")
    if (mark := told[len(bare) :]) and begin[0].count(mark) % 2:
        answer = bare.rstrip()  # what it ends began with the line, or with the answer
    return answer or None


def _boxed(text: str) -> str | None:
    _, box, inside = text.rpartition(r"\boxed{")
    depth = 1
    for place, letter in enumerate(inside if box else ""):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth == 0:
            return inside[:place].strip() or None
    return None


def plain(answer: str) -> str:
    r"""The answer without what only dresses it: white space, case, a final dot, \boxed{}, $...$,
    the parentheses of an option's letter."""
    text = _undressed(answer).casefold()
    return text[1] if _OPTION.fullmatch(text) else text


def _undressed(answer: str) -> str:
    text = " ".join((_boxed(answer) or answer).split())
    while True:
        before, text = text, text.rstrip(". ").lstrip()
        for start, end in _WRAPPED:
            inside = text[len(start) : -len(end)]
            if text == f"{start}{inside}{end}" and start not in inside and end not in inside:
                text = inside.strip()
        if text == before:
            return text


def same_answer(found: str, gold: str) -> bool:
    """Whether two answers say the same: the same text, the same number, the same things in a row,
    or expressions that math-verify finds equal.

    Where a number is wanted only a number will do: the sum that was asked for is equal to it, and
    no answer. An expression equals each of its forms, so questions about a form need a family.
    """
    if plain(found) == plain(gold):
        return plain(gold) != ""
    left, right = _undressed(found), _undressed(gold)
    if len(left) > LONGEST or len(right) > LONGEST:
        return False
    left, right = (_UNIT.sub("", _SIZED.sub("", text)) for text in (left, right))
    if number(right) is not None:
        before, _, value = left.rpartition("=")  # of several answers the last one is no answer
        return not _NO_EQUATION.search(before) and same_number(value.strip(), right)
    if _CODE.fullmatch(right):
        return False
    parts, others = _PART.findall(right), _PART.findall(left)
    if len(parts) > 1 and all(number(p) is not None or p.isalpha() or p in "[]()" for p in parts):
        same = len(parts) == len(others) and all(map(_same_part, others, parts))
        if same or parts[0] != "(":
            return same  # as mathematics, what stands in a row would be a set, in any order
    left, right = _as_latex(left), _as_latex(right)
    if not (_mathematical(left) and _mathematical(right)):
        return False
    return bool(MATHS.ask({"gold": right, "found": left}))


def verified(found: str | None, gold: str, family: str = "", entry: str = "") -> bool:
    """Whether the answer is right: by the verifier of the family where the question has an `entry`,
    else by `gold`. No answer is not right. Raises UserError for a family that has no verifier, or
    one that evaluates what it verifies."""
    if found is None:
        return False
    if not entry:
        return same_answer(found, gold)
    if family not in VERIFIED:
        raise UserError(
            f"Questions of the family {family!r} cannot be verified by reasoning-gym: it has no "
            "such family, or one whose verifier evaluates code or takes wrong answers. Leave the "
            'column `entry` of these rows "": their answers are then compared with `gold`.'
        )
    if len(found) > LONGEST_ANSWER:
        return False
    for answer in dict.fromkeys((found, _undressed(found))):
        right = FAMILIES.ask({"family": family, "entry": entry, "found": answer})
        if isinstance(right, str):
            raise UserError(
                f"The `entry` of a question of the family {family!r} is none that the verifier of "
                f"reasoning-gym reads ({right}). Wanted: the JSON of what reasoning-gym made, with "
                'its "answer" and "metadata".'
            )
        if right:
            return True
    return False


def _same_part(found: str, gold: str) -> bool:
    same_text = found.casefold() == gold.casefold()
    return same_text or (number(gold) is not None and same_number(found, gold))


def _as_latex(text: str) -> str:
    text = _ROOT.sub(r"\\sqrt{\1}", text.replace("**", "^").translate(_SIGNS))
    return _FUNCTION.sub(r"\\\1", text)


def _mathematical(text: str) -> bool:
    """Whether it is an expression and nothing else: no words, of which letters would be factors."""
    rest = _COMMAND.sub(" ", text)
    return bool(_MATHEMATICS.fullmatch(rest)) and not _WORD.search(rest) and not text.isalpha()
