"""Random numbers: repeatable from a seed, and from the machine."""

import os
import random


def repeatable(seed: int) -> bool:
    a, b = random.Random(seed), random.Random(seed)
    return [a.random() for _ in range(5)] == [b.random() for _ in range(5)]


def shuffled(items: list[int], seed: int) -> list[int]:
    random.seed(seed)
    return random.sample(items, len(items))


def about_half(count: int) -> bool:
    random.seed()
    heads = sum(random.choice((0, 1)) for _ in range(count))
    return 0.3 * count < heads < 0.7 * count


def from_the_machine(count: int) -> bool:
    system = random.SystemRandom()
    dice = [system.randint(1, 6) for _ in range(count)]
    return set(dice) <= set(range(1, 7)) and os.urandom(16) != os.urandom(16)


def pi(points: int) -> float:
    rng = random.Random(1)
    inside = sum(rng.random() ** 2 + rng.random() ** 2 < 1 for _ in range(points))
    return 4 * inside / points


# tests
assert repeatable(42)
assert sorted(shuffled([1, 2, 3, 4], 7)) == [1, 2, 3, 4]
assert shuffled(list(range(10)), 3) == shuffled(list(range(10)), 3)
assert about_half(2000)
assert from_the_machine(50)
assert abs(pi(20000) - 3.14159) < 0.05
