"""Writes held_out.jsonl and corpus/*.py, the same every time.

python -m data.tiny.make
"""

import json
import random
from functools import cache

from data.tiny import CORPUS, FOLDER
from data.tiny.dirt import DIRT, contaminated, mismatched, near_duplicate, vague
from data.tiny.phrases import instruction
from data.tiny.programs import hidden_tests, program, snippet
from data.tiny.world import Combination, split, world

__all__ = ["corpus", "held_out", "main"]

GOOD, VAGUE, MISMATCHED = 250, 35, 35
NEAR_DUPLICATES, EXACT_DUPLICATES, CONTAMINATED = 24, 5, 8
OF_BASE = 0.1  # the share of the corpus that the base model was trained on

FILES = {
    "accounts": "Numbers of the monthly accounts.",
    "attic": "Kept because somebody may still call it.",
    "board_games": "Scores of board games.",
    "charts": "What goes into the charts.",
    "checks": "Checks of what the sensors sent.",
    "class_notes": "Exercises from the course.",
    "counters": "Counting this and that.",
    "dice": "Rolls of dice.",
    "exports": "What is exported to the spreadsheet.",
    "garden": "Readings from the garden.",
    "homework": "Solutions of the homework.",
    "inventory": "What is on the shelves.",
    "lists": "Small functions on lists.",
    "misc": "Everything else.",
    "numbers_toolbox": "Small functions on numbers.",
    "orders": "Orders and returns.",
    "puzzles": "Puzzles from the newspaper.",
    "reports": "Figures of the weekly report.",
    "sports": "Results of the club.",
    "weather": "Readings of the weather station.",
}


@cache
def held_out() -> tuple[dict[str, str], ...]:
    """Problems for evaluation; the tests are never shown to a model."""
    rng = random.Random(21)
    rows = []
    for number, combination in enumerate(split().held_out):
        rows.append(
            {
                "id": f"tiny/{number:03d}",
                "instruction": instruction(combination, rng),
                "entry_point": combination.name,
                "tests": "\n".join(hidden_tests(combination, world(), rng)),
                "solution": program(combination, "inline"),
            }
        )
    return tuple(rows)


def _functions(rng: random.Random) -> list[str]:
    """The corpus before it is put into files: the good, the dirty, the copied and the leaked."""
    base, free = list(split().base), list(split().free)
    rng.shuffle(free)

    def draw() -> Combination:
        return rng.choice(base) if rng.random() < OF_BASE else free.pop()

    good = [snippet(draw(), rng) for _ in range(GOOD)]
    dirty = [make(draw(), rng) for make, count in DIRT for _ in range(count)]
    judged = [vague(draw(), rng) for _ in range(VAGUE)]
    judged += [mismatched(draw(), rng, rng.choice(base)) for _ in range(MISMATCHED)]
    copied = [near_duplicate(text, rng) for text in rng.sample(good, NEAR_DUPLICATES)]
    copied += rng.sample(good, EXACT_DUPLICATES)
    rows = held_out()
    leaked = []
    for number in rng.sample(range(len(rows)), CONTAMINATED):
        leaked.append(contaminated(split().held_out[number], rng, rows[number]))
    return [*good, *dirty, *judged, *copied, *leaked]


def corpus() -> dict[str, str]:
    """File names and what is in them."""
    rng = random.Random(31)
    functions = _functions(rng)
    rng.shuffle(functions)
    files: dict[str, list[str]] = {name: [f'"""{about}"""'] for name, about in FILES.items()}
    for i, function in enumerate(functions):
        files[list(FILES)[i % len(FILES)]].append(function)
    return {f"{name}.py": "\n\n\n".join(parts) + "\n" for name, parts in files.items()}


def main() -> None:
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in held_out()]
    (FOLDER / "held_out.jsonl").write_text("".join(lines), encoding="utf-8")
    CORPUS.mkdir(exist_ok=True)
    for name, text in corpus().items():
        (CORPUS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
