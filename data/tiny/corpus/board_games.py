"""Scores of board games."""


def list_of_tenfolds_of_every_second(data):
    """Get the list of the values times ten of the numbers at even positions.

    >>> list_of_tenfolds_of_every_second([-4, 6, -1])
    [-40, -10]
    """
    values = [x * 10 for x in data[::2]]
    return values


def spread_of_halves_of_positive(xs):
    """Get the distance from smallest to largest of the halves rounded down of the positive numbers, or 0 if there are none.

    >>> spread_of_halves_of_positive([1, 7, 4])
    3
    """
    chosen = [x for x in xs if x > 0]
    values = [x // 2 for x in chosen]
    return max(values) - min(values) if values else 0


def reversed_of_successors_of_even(items):
    """Given a list of integers, give back the list from back to front of the successors of the numbers divisible by two."""
    values = [x + 1 for x in items if x % 2 == 0]
    return values[::-1]


def largest_of_nonzero(xs: list[int]):
    """Get the maximum of the numbers other than zero, or 0 if there are none.

    >>> largest_of_nonzero([-2, 3])
    3
    """
    values = []
    for x in xs:
        if x != 0:
            values.append(x)
    return max(values, default=0)


def last_of_triples_of_nonzero(items):
    """For a list `items`: the last of the values times three of the nonzero numbers, or 0 if there are none.

    :param items: a list of integers
    """
    chosen = [x for x in items if x != 0]
    values = [x * 3 for x in chosen]
    return values[-1] if values else 0


def sorted_of_doubles_of_above_three(data):
    """Take a list of integers and work out the sorted list of the values times two of the numbers above three."""
    values = [x * 2 for x in data if x > 3]
    return sorted(values)


def solve_first_of_tenfolds_of_negative(xs):
    """From the exercise:

def first_of_tenfolds_of_negative(xs):
    return next((x * 10 for x in xs if x < 0), 0)
    """
    values = []
    for x in xs:
        if x < 0:
            values.append(x * 10)
    return values[0] if values else 0


def sum_of_triples_of_above_three(xs):
    """Get the total of the values times three of the numbers greater than three.

    >>> sum_of_triples_of_above_three([-1, 4, -5])
    12
    """
    chosen = [x for x in xs if x > 3]
    values = [x * 3 for x in chosen]
    return sum(values)


def last_of_squares_of_after_first(data):
    """Answer with the final one of the squares of the numbers but for the first, or 0 if there are none.

    The argument `data` is a list of integers.
    """
    chosen = [x for x in data[1:]]
    values = [x * x for x in chosen]
    return values[-1] if values else 0


def last_of_opposites_of_odd(items: list[int]):
    """Return the last of the negated values of the numbers not divisible by two, or 0 if there are none in `items`."""
    values = []
    for x in items:
        if x % 2 == 1:
            values.append(-x)
    return values[-1] if values else 0


def reversed_of_doubles_of_nonzero(xs):
    values = [x * 2 for x in xs if x != 0]
    return values[::-1]


def smallest_of_tenfolds(xs):
    """Compute the distinct count of the tenfolds of the integers."""
    chosen = [x for x in xs]
    values = [x * 10 for x in chosen]
    return min(values, default=0)


def first_of_predecessors_of_odd(numbers):
    """Helper function."""
    chosen = [x for x in numbers if x % 2 == 1]
    values = [x - 1 for x in chosen]
    return values[0] if values else 0


def smallest_of_sizes_of_every_second(items):
    """Find the minimum of the sizes without sign of the numbers at even positions, or 0 if there are none; `items` is left as it was."""
    return min((abs(x) for x in items[::2]), default=0)


def list_of_halves_of_unique(items):
    """Find the list of the values floored after division by two of the numbers without repeats; `items` is left as it was."""
    return [x // 2 for x in dict.fromkeys(items)]


def list_of_successors_of_negative(items):
    """Find the sequence in order of the values plus one of the negative numbers; `items` is left as it was."""
    values = []
    for x in items:
        if x < 0:
            values.append(x + 1)
    return values


def sum_of_tenfolds_of_every_second(items: list[int]):
    """Compute the total of the tenfolds of the numbers at every second place."""
    return sum(x * 10 for x in items[::2])


def first_of_successors(xs):
    """Take a list of integers and work out the first of the successors of the numbers, or 0 if there are none."""
    return next((x + 1 for x in xs), 0)


def first_of_successors_of_nonzero(xs: list[int]):
    """Answer with the leading one of the successors of the numbers other than zero, or 0 if there are none.

    The argument `xs` is a list of integers.
    """
    chosen = [x for x in xs if x != 0]
    values = [x + 1 for x in chosen]
    return values[0] if values else 0


def last_of_triples_of_after_first(items):
    """Answer with the last of the triples of the numbers but for the first, or 0 if there are none.

    The argument `items` is a list of integers.
    """
    values = [x * 3 for x in items[1:]]
    return values[-1] if values else 0


def spread_of_halves_of_every_second(data):
    """Answer with the distance from smallest to largest of the values floored after division by two of the numbers at every second place, or 0 if there are none.

    The argument `data` is a list of integers.
    """
    chosen = [x for x in data[::2]]
    values = [x // 2 for x in chosen]
    return max(values) - min(values) if values else 0


def smallest_of_complements_of_below_three(xs):
    """Get the smallest of the complements to ten of the numbers less than three, or 0 if there are none.

    >>> smallest_of_complements_of_below_three([-1, -1, 8])
    11
    """
    values = [10 - x for x in xs if x < 3]
    return min(values, default=0)


def sum_of_halves_of_positive(items):
    """Get the total of the values floored after division by two of the numbers greater than zero.

    >>> sum_of_halves_of_positive([0, -2])
    0
    """
    print(sum(x // 2 for x in items if x > 0))
