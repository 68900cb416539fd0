"""What is wrong with many functions in real files, and what the loop's filters must drop.

Each kind of dirt is a function from a combination of the small world to a function's text.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from data.tiny.phrases import docstring, phrase, vague_docstring
from data.tiny.programs import body, program, snippet
from data.tiny.world import Combination

__all__ = ["DIRT", "contaminated", "mismatched", "near_duplicate", "vague"]


def _lines(text: str) -> tuple[str, list[str]]:
    head, *rest = text.split("\n")
    return head, rest


def unfinished(combination: Combination, rng: random.Random) -> str:
    remark = rng.choice(
        ("TODO: faster", "FIXME: wrong for long lists", "todo check the empty list")
    )
    text = snippet(combination, rng)
    at = text.rindex("\n")
    return f"{text[:at]}\n    # {remark}{text[at:]}"


def no_value(combination: Combination, rng: random.Random) -> str:
    """It prints what it should return."""
    text = snippet(combination, rng)
    at = text.rindex("    return ")
    return f"{text[:at]}    print({text[at + len('    return ') :]})"


def no_docstring(combination: Combination, rng: random.Random) -> str:
    return program(combination, rng.choice(("inline", "values", "steps", "loop")))


def comment_for_docstring(combination: Combination, rng: random.Random) -> str:
    head, rest = _lines(program(combination, rng.choice(("values", "steps", "loop"))))
    return "\n".join([head, f"    # Returns {phrase(combination)}.", *rest])


def no_arguments(combination: Combination, rng: random.Random) -> str:
    xs = [rng.randint(-9, 20) for _ in range(6)]
    lines = [f"    xs = {xs}", *body(combination, "values")]
    name = f"example_of_{combination.name}"
    return "\n".join(
        [f"def {name}():", f'    """{docstring(combination, name, "xs", rng)}"""', *lines]
    )


def forbidden_import(combination: Combination, rng: random.Random) -> str:
    """It reaches for the machine on its way."""
    text = snippet(combination, rng)
    at = text.rindex("\n")
    reach = rng.choice(
        (
            '    import os\n\n    if os.environ.get("VERBOSE"):\n        print("done")',
            '    import sys\n\n    sys.stderr.write("done\\n")',
            "    from os import getpid\n\n    print(getpid())",
            '    import subprocess\n\n    subprocess.run(["true"], check=True)',
        )
    )
    return f"{text[:at]}\n{reach}{text[at:]}"


def type_error(combination: Combination, rng: random.Random) -> str:
    """A type checker refuses it; some of it would even run on an empty list."""
    text = snippet(combination, rng)
    at = text.rindex("\n")
    wrong = rng.choice(
        (
            '    label: int = "answer"',
            "    size = len(5)",
            '    note = "n = " + 3',
            "    limit = undefined_limit + 1",
            "    [].push(1)",
        )
    )
    return f"{text[:at]}\n{wrong}{text[at:]}"


def too_long(combination: Combination, rng: random.Random) -> str:
    """Every case written out: far more than anybody wants to read."""
    head, rest = _lines(snippet(combination, rng))
    at = next(i for i, line in enumerate(rest) if line.endswith('"""')) + 1
    name = head[4 : head.index("(")]
    xs = head[head.index("(") + 1 : head.index(")")].split(":")[0]
    cases = [[rng.randint(-9, 9) for _ in range(3)] for _ in range(90)]
    written = [f"    if {xs} == {case}:\n        return {combination(case)}" for case in cases]
    return "\n".join([head.replace(name, f"table_of_{name}"), *rest[:at], *written, *rest[at:]])


def other_quotes(combination: Combination, rng: random.Random) -> str:
    return snippet(combination, rng).replace('"""', "'''")


def in_a_class(combination: Combination, rng: random.Random) -> str:
    """A method is no top-level function."""
    lines = ["    " + line if line else line for line in snippet(combination, rng).split("\n")]
    title = "".join(word.title() for word in combination.name.split("_"))
    return "\n".join([f"class {title}:", "    @staticmethod", *lines])


# Kind, how many of it. Most of these no longer reach the judge.
DIRT: Sequence[tuple[Callable[[Combination, random.Random], str], int]] = (
    (unfinished, 18),
    (no_value, 14),
    (no_docstring, 12),
    (comment_for_docstring, 6),
    (no_arguments, 8),
    (forbidden_import, 12),
    (type_error, 12),
    (too_long, 1),
    (other_quotes, 4),
    (in_a_class, 4),
)


def near_duplicate(text: str, rng: random.Random) -> str:
    """The same function as somebody else copied it: another name, a remark more."""
    name = text[4 : text.index("(")]
    copied = text.replace(name, rng.choice((f"my_{name}", f"{name}_2", f"{name}_copy")))
    if rng.random() < 0.5:
        at = copied.rindex("\n")
        copied = f"{copied[:at]}\n    # as before{copied[at:]}"
    return copied


def contaminated(combination: Combination, rng: random.Random, row: dict[str, str]) -> str:
    """A problem of the held-out set, word for word, in a docstring."""
    quoted = rng.choice((row["instruction"], f"From the exercise:\n\n{row['solution']}\n    "))
    xs = "xs"
    lines = body(combination, rng.choice(("values", "loop")))
    return "\n".join([f"def solve_{combination.name}({xs}):", f'    """{quoted}"""', *lines])


def vague(combination: Combination, rng: random.Random) -> str:
    return snippet(combination, rng, vague_docstring("{xs}", rng))


def mismatched(combination: Combination, rng: random.Random, other: Combination) -> str:
    """A docstring that was true of another function, or of an earlier version of this one."""
    if rng.random() < 0.5:
        part = rng.choice(("filter", "map", "reduce"))
        near = replace(combination, **{part: getattr(other, part)})
        other = near if near != combination else other
    return snippet(combination, rng, docstring(other, combination.name, "{xs}", rng))
