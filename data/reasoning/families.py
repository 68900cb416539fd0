"""How each family of questions is worked out in short steps: `left = right`, line by line.

A working asks `step` for the right side of each line. `step` may give it wrong; what follows then
goes on from the wrong value, as it does for people. With `truly` every step is right, and the
result is the answer.
"""

import math
import re
from collections.abc import Callable

__all__ = ["FAMILIES", "Step", "lines_of", "solution", "truly", "work_out"]

Step = Callable[[str, str], str]
"""Told a line's left side and its right value, gives the value that is written down."""
Working = Callable[[str, Step], str]

MOST = 12  # lines: a wrong step may lead nowhere
LARGEST = 1_000_000  # whose factors are looked for


def truly(left: str, right: str) -> str:
    return right


def _terms(text: str, step: Step) -> str:
    tokens = re.findall(r"\d+|[-+]", text)
    total = int(tokens[0])
    for sign, number in zip(tokens[1::2], tokens[2::2], strict=True):
        value = total + int(number) if sign == "+" else total - int(number)
        total = int(step(f"{total} {sign} {number}", str(value)))
    return str(total)


def _chain_sum(question: str, step: Step) -> str:
    return _terms(question.partition(":")[2], step)


def _basic_arithmetic(question: str, step: Step) -> str:
    return _terms(question, step)


def _products(question: str, step: Step) -> str:
    a, b = map(int, re.findall(r"\d+", question))
    if b < 10 or b % 10 == 0:
        return step(f"{a} * {b}", str(a * b))
    tens, ones = b // 10 * 10, b % 10
    first = int(step(f"{a} * {tens}", str(a * tens)))
    second = int(step(f"{a} * {ones}", str(a * ones)))
    return step(f"{first} + {second}", str(first + second))


def _euclid(a: int, b: int, step: Step) -> int:
    for _ in range(MOST):
        if b <= 0:
            break
        a, b = b, int(step(f"{a} mod {b}", str(a % b)))
    return a


def _gcd(question: str, step: Step) -> str:
    a, b = map(int, re.findall(r"\d+", question))
    return str(_euclid(max(a, b), min(a, b), step))


def _lcm(question: str, step: Step) -> str:
    a, b = map(int, re.findall(r"\d+", question))
    high, low = max(a, b), min(a, b)
    for factor in range(1, MOST + 3):
        if step(f"{high * factor} mod {low}", str(high * factor % low)) == "0":
            return str(high * factor)
    return str(a * b)


def _simple_equations(question: str, step: Step) -> str:
    equation = re.split(r"equation: |satisfies: |: ", question, maxsplit=1)[1]
    left, _, right = equation.partition(" = ")
    total, factor = int(right), 1
    for term in re.findall(r"[-+]?\d*\*?[a-z]|[-+]?\d+", left.replace(" ", "")):
        if term[-1].isalpha():
            digits = re.sub(r"[^-\d]", "", term)
            factor = int(digits + "1") if digits in ("", "-") else int(digits)
        elif (number := int(term)) >= 0:
            total = int(step(f"{total} - {number}", str(total - number)))
        else:
            total = int(step(f"{total} + {-number}", str(total - number)))
    if factor == 1:
        return str(total)
    return step(f"{total} / {factor}", str(round(total / factor)))


def _number_filtering(question: str, step: Step) -> str:
    verb, _, _, relation, _, bound = question.split()[:6]
    bound, sign = int(bound), ">" if relation == "larger" else "<"
    kept = []
    for number in map(int, re.findall(r"'(\d+)'", question)):
        holds = number > bound if relation == "larger" else number < bound
        said = step(f"{number} {sign} {bound}", "yes" if holds else "no") == "yes"
        if said == (verb == "Keep"):
            kept.append(str(number))
    return str(kept)


def _count_bits(question: str, step: Step) -> str:
    number, ones = int(re.findall(r"\d+", question)[-1]), 0
    for _ in range(MOST):
        if number <= 0:
            break
        half, _, rest = step(f"{number} / 2", f"{number // 2} rest {number % 2}").split()
        number, ones = int(half), ones + int(rest)
    return str(ones)


def _spell_backward(question: str, step: Step) -> str:
    word = question.rpartition(" ")[2]
    return step(" ".join(word), " ".join(reversed(word))).replace(" ", "")


def _prime_factorization(question: str, step: Step) -> str:
    number, factors = int(re.findall(r"\d+", question)[0]), list[int]()
    if number > LARGEST:
        raise ValueError("no factors of it are looked for")
    while number > 1 and len(factors) < MOST:
        factor = next((n for n in range(2, math.isqrt(number) + 1) if number % n == 0), number)
        factors.append(factor)
        number = int(step(f"{number} / {factor}", str(number // factor)))
    return " × ".join(map(str, factors))  # noqa: RUF001  the question asks for this sign


def _letter_counting(question: str, step: Step) -> str:
    letter, text = re.findall(r'"(.*?)"', question, re.DOTALL)[:2]
    counts = []
    for word in text.split():
        count = word.lower().count(letter.lower())
        counts.append(int(step(f"{letter} in {' '.join(word)}", str(count))))
    if len(counts) < 2:
        return str(sum(counts))
    return step(" + ".join(map(str, counts)), str(sum(counts)))


def _fraction_simplification(question: str, step: Step) -> str:
    a, b = map(int, re.findall(r"(\d+)/(\d+)", question)[0])
    shared = _euclid(max(a, b), min(a, b), step)
    over, under = (int(step(f"{n} / {shared}", str(n // shared))) for n in (a, b))
    return f"{over}/{under}"


FAMILIES: dict[str, tuple[str, Working]] = {
    "chain_sum": ("State the final answer to the following arithmetic problem:", _chain_sum),
    "basic_arithmetic": ("Calculate ", _basic_arithmetic),
    "products": ("Solve the following multiplication:", _products),
    "gcd": ("Find the Greatest Common Divisor", _gcd),
    "lcm": ("Find the Least Common Multiple", _lcm),
    "simple_equations": (
        "Find the value of |Solve for |Determine the value of ",
        _simple_equations,
    ),
    "number_filtering": ("Keep all numbers |Remove all numbers ", _number_filtering),
    "count_bits": ("How many 1 bits ", _count_bits),
    "spell_backward": ("Spell this word backward", _spell_backward),
    "prime_factorization": ("Find the prime factorization", _prime_factorization),
    "letter_counting": ("How many times does the letter", _letter_counting),
    "fraction_simplification": ("Simplify the fraction", _fraction_simplification),
}
"""Each family: how its questions begin, and its working."""


def work_out(question: str, step: Step = truly) -> str | None:
    """The working of a question, ending with its answer; None for a question of no family, or one
    that makes no sense."""
    said: list[str] = []

    def written(left: str, right: str) -> str:
        value = step(left, right)
        said.append(f"{left} = {value}")
        if len(said) > 2 * MOST:
            raise ValueError("the working does not end")
        return value

    for begins, working in FAMILIES.values():
        if question.startswith(tuple(begins.split("|"))):
            try:
                answer = working(question, written)
            except (ValueError, IndexError, ArithmeticError):
                return None
            return "\n".join([*said, f"Answer: {answer}"])
    return None


def solution(question: str) -> str | None:
    """The right answer of a question, None where there is none."""
    worked = work_out(question)
    return None if worked is None else worked.rpartition("Answer: ")[2]


def lines_of(response: str) -> list[str]:
    """The lines of a working, without blanks."""
    return [line.strip() for line in response.splitlines() if line.strip()]
