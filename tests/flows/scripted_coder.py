"""A scripted model for SelfCodeAlign: right, wrong, weak, endless and noisy answers, by seed."""

import random
import re

NOISY = "import sys\nfor _ in range(40):\n    sys.stdout.write('x' * 100_000)\n"


def answer(prompt: str, seed: int) -> str:
    draw = random.Random(seed)
    if prompt.endswith("### Answer\n"):
        return draw.choice(["yes", "yes", "yes", "no", "hm"])
    if prompt.endswith("### Concepts\n"):
        return "sum, integers"
    if prompt.endswith("### Task\n"):
        number = draw.randrange(100_000)
        return f"Write a function `add_{number}(xs)` that returns the sum of `xs` plus {number}."
    return respond(prompt, draw)


def respond(prompt: str, draw: random.Random) -> str:
    found = re.search(r"`(\w+)\(", prompt)
    assert found, prompt
    name, plus = found[1], int((re.search(r"plus (\d+)", prompt) or ["", "0"])[1])
    right = f"def {name}(xs):\n    return sum(xs) + {plus}\n"
    test = f"assert {name}([1, 2]) == {3 + plus}\nassert {name}([]) == {plus}\n"
    kinds = {
        "right": (right, test),
        "wrong": (f"def {name}(xs):\n    return len(xs) - 1\n", test),
        "forged": (f"import os\ndef {name}(xs):\n    os._exit(0)\n", test),
        "noisy": (NOISY + right, test),
        "weak": (right, f"assert {name}([1]) is not 0.5\n"),
        "idle": (right, "assert 1 + 1 == 2\n"),
    }
    kind = draw.choice([*kinds, "right", "right", "prose", "endless"])
    if kind == "prose":
        return "I would rather not."
    if kind == "endless":
        return "word " * 5000
    program, tests = kinds[kind]
    return f"```python\n{program}```\n\n<tests>\n```python\n{tests}```\n</tests>"
