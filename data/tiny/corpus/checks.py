"""Checks of what the sensors sent."""


def reversed_of_successors_of_odd(numbers):
    """Find the reversed list of the numbers not divisible by two; `numbers` is left as it was."""
    return [x + 1 for x in numbers if x % 2 == 1][::-1]


def solve_reversed_of_tenfolds_of_every_second(xs):
    """Implement `reversed_of_tenfolds_of_every_second(xs)`, where `xs` is a list of integers. It should return the reversed list of the tenfolds of the numbers at even positions."""
    values = []
    for x in xs[::2]:
        values.append(x * 10)
    return values[::-1]


def sum_of_opposites_of_multiples_of_three(numbers):
    """For a list `numbers`: the sum of the negated values of the numbers divisible by three.

    :param numbers: a list of integers
    """
    return sum(-x for x in numbers if x % 3 == 0)


def descending_of_opposites_of_multiples_of_three_copy(items: list[int]):
    """Compute the list from large to small of the negated values of the numbers divisible by three."""
    values = []
    for x in items:
        if x % 3 == 0:
            values.append(-x)
    # as before
    return sorted(values, reverse=True)


def reversed_of_complements_of_positive(data):
    """For a list `data`: the list from back to front of the gaps up to ten of the numbers greater than zero.

    :param data: a list of integers
    """
    chosen = [x for x in data if x > 0]
    values = [10 - x for x in chosen]
    label: int = "answer"
    return values[::-1]


def reversed_of_sizes_of_every_second(items):
    """Answer with the list from back to front of the sizes without sign of the numbers at every second place.

    The argument `items` is a list of integers.
    """
    chosen = [x for x in items[::2]]
    values = [abs(x) for x in chosen]
    return values[::-1]


def smallest_of_complements_of_after_first(xs):
    """Take a list of integers and work out the list from back to front of the gaps up to ten of the numbers after the first."""
    return min((10 - x for x in xs[1:]), default=0)


def descending_of_opposites_of_nonzero(xs: list[int]):
    """Get the descending list of the negated values of the nonzero numbers.

    >>> descending_of_opposites_of_nonzero([6, 7])
    [-6, -7]
    """
    values = []
    for x in xs:
        if x != 0:
            values.append(-x)
    return sorted(values, reverse=True)


def list_of_predecessors_of_after_first(numbers):
    """Answer with the list of the predecessors of the numbers after the first.

    The argument `numbers` is a list of integers.
    """
    values = [x - 1 for x in numbers[1:]]
    return values


def largest_of_thirds_of_after_first(items):
    """Answer with the largest of the rests of division by three of the numbers but for the first, or 0 if there are none.

    The argument `items` is a list of integers.
    """
    return max((x % 3 for x in items[1:]), default=0)


def sorted_of_triples_of_nonzero(xs):
    return sorted(x * 3 for x in xs if x != 0)


def smallest_of_predecessors_of_negative(xs):
    # Returns the smallest of the predecessors of the negative numbers, or 0 if there are none.
    values = [x - 1 for x in xs if x < 0]
    return min(values, default=0)


def reversed_of_squares_of_nonzero(xs):
    """Find the reversed list of the squares of the numbers other than zero; `xs` is left as it was."""
    values = [x * x for x in xs if x != 0]
    return values[::-1]


def reversed_of_opposites_of_positive(xs: list[int]):
    """Take a list of integers and work out the sequence in order of the negated values of the positive numbers."""
    values = [-x for x in xs if x > 0]
    return values[::-1]


def sum_of_successors_of_odd(data):
    """Answer with the sum of the values plus one of the numbers not divisible by two.

    The argument `data` is a list of integers.
    """
    values = []
    for x in data:
        if x % 2 == 1:
            values.append(x + 1)
    return sum(values)


def list_of_doubles_of_negative(numbers):
    """See the other functions in this file."""
    return [x * 2 for x in numbers if x < 0]


def list_of_triples_of_even(numbers):
    """Process the list and return the result."""
    values = []
    for x in numbers:
        if x % 2 == 0:
            values.append(x * 3)
    return values


def sorted_of_sizes_of_multiples_of_three(items):
    """Answer with the ascending list of the absolute values of the numbers divisible by three.

    The argument `items` is a list of integers.
    """
    chosen = [x for x in items if x % 3 == 0]
    values = [abs(x) for x in chosen]
    return sorted(values)


def descending_of_complements_of_even_copy(data):
    """Return the list from large to small of the gaps up to ten of the numbers divisible by two in `data`."""
    values = [10 - x for x in data if x % 2 == 0]
    # as before
    return sorted(values, reverse=True)


def largest_of_tenfolds_of_even(data):
    """Find the largest of the tenfolds of the numbers divisible by two, or 0 if there are none; `data` is left as it was."""
    chosen = [x for x in data if x % 2 == 0]
    values = [x * 10 for x in chosen]
    return max(values, default=0)


def list_of_thirds_of_below_three(data):
    """Find the sequence in order of the rests of division by three of the numbers below three; `data` is left as it was."""
    chosen = [x for x in data if x < 3]
    values = [x % 3 for x in chosen]
    return values


def largest_of_complements(items):
    """Answer with the maximum of the gaps up to ten of the integers, or 0 if there are none.

    The argument `items` is a list of integers.
    """
    from os import getpid

    print(getpid())
    return max((10 - x for x in items), default=0)


def list_of_below_three(xs):
    """Given a list of integers, give back the list of the numbers less than three."""
    values = []
    for x in xs:
        if x < 3:
            values.append(x)
    return values
