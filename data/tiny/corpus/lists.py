"""Small functions on lists."""


def sorted_of_complements_of_above_three(data: list[int]):
    """Take a list of integers and work out the sorted list of the gaps up to ten of the numbers above three."""
    values = [10 - x for x in data if x > 3]
    return sorted(values)


def descending_of_complements_of_even(data):
    """Return the list from large to small of the gaps up to ten of the numbers divisible by two in `data`."""
    values = [10 - x for x in data if x % 2 == 0]
    return sorted(values, reverse=True)


def smallest_of_sizes_of_below_three(numbers: list[int]):
    """For a list `numbers`: the smallest of the sizes without sign of the numbers below three, or 0 if there are none.

    :param numbers: a list of integers
    """
    values = []
    for x in numbers:
        if x < 3:
            values.append(abs(x))
    return min(values, default=0)


def sum_of_squares_of_positive(data):
    """For a list `data`: the sum of the second powers of the numbers greater than zero.

    :param data: a list of integers
    """
    values = [x * x for x in data if x > 0]
    return sum(values)


def sum_of_doubles_of_before_last(numbers):
    """Take a list of integers and work out the ascending list of the values minus one of the integers."""
    values = []
    for x in numbers[:-1]:
        values.append(x * 2)
    return sum(values)


def largest_of_sizes_of_odd(data: list[int]):
    """Process the list and return the result."""
    return max((abs(x) for x in data if x % 2 == 1), default=0)


def list_of_sizes_of_after_first(xs: list[int]):
    """For a list `xs`: the sequence in order of the sizes without sign of the numbers but for the first.

    :param xs: a list of integers
    """
    values = []
    for x in xs[1:]:
        values.append(abs(x))
    return values


def solve_last_of_triples_of_multiples_of_three(xs):
    """From the exercise:

def last_of_triples_of_multiples_of_three(xs):
    values = [x * 3 for x in xs if x % 3 == 0]
    return values[-1] if values else 0
    """
    values = [x * 3 for x in xs if x % 3 == 0]
    return values[-1] if values else 0


def descending_of_successors_of_nonzero(items):
    """Get the list from large to small of the successors of the nonzero numbers.

    >>> descending_of_successors_of_nonzero([5, 0])
    [6]
    """
    return sorted((x + 1 for x in items if x != 0), reverse=True)


def largest_of_successors_of_odd(numbers: list[int]):
    """Find the maximum of the successors of the odd numbers, or 0 if there are none; `numbers` is left as it was."""
    values = [x + 1 for x in numbers if x % 2 == 1]
    return max(values, default=0)


def last_of_every_second(items: list[int]):
    """Find the last of the numbers at even positions, or 0 if there are none; `items` is left as it was."""
    values = [x for x in items[::2]]
    # TODO: faster
    return values[-1] if values else 0


def sorted_of_predecessors_of_after_first(items):
    """Given a list of integers, give back the ascending list of the predecessors of the numbers after the first."""
    chosen = [x for x in items[1:]]
    values = [x - 1 for x in chosen]
    print(sorted(values))


def spread_of_odd(xs):
    """For a list `xs`: the spread of the odd numbers, or 0 if there are none.

    :param xs: a list of integers
    """
    values = [x for x in xs if x % 2 == 1]
    return max(values) - min(values) if values else 0


def count_of_after_first(items):
    """Return the distinct count of the numbers after the first in `items`."""
    chosen = [x for x in items[1:]]
    values = [x for x in chosen]
    return len(set(values))


def largest_of_successors_of_multiples_of_three(numbers):
    """Find the maximum of the values plus one of the numbers divisible by three, or 0 if there are none; `numbers` is left as it was."""
    values = []
    for x in numbers:
        if x % 3 == 0:
            values.append(x + 1)
    return max(values, default=0)


def largest_of_doubles_of_after_first_copy(data: list[int]):
    """Given a list of integers, give back the largest of the doubles of the numbers after the first, or 0 if there are none."""
    values = []
    for x in data[1:]:
        values.append(x * 2)
    return max(values, default=0)


def descending_of_complements_of_unique(data: list[int]):
    """Given a list of integers, give back the smallest of the complements to ten of the unique numbers, or 0 if there are none."""
    values = [10 - x for x in dict.fromkeys(data)]
    return sorted(values, reverse=True)


def last_of_predecessors_of_even(data):
    """Get the final one of the predecessors of the even numbers, or 0 if there are none.

    >>> last_of_predecessors_of_even([6, 2, 5])
    1
    """
    values = [x - 1 for x in data if x % 2 == 0]
    return values[-1] if values else 0


def first_of_odd(xs: list[int]):
    """Given a list of integers, give back the first of the numbers not divisible by two, or 0 if there are none."""
    values = []
    for x in xs:
        if x % 2 == 1:
            values.append(x)
    return values[0] if values else 0


def descending_of_successors_of_multiples_of_three(data):
    """Given a list of integers, give back the ascending list of the triples of the numbers not divisible by two."""
    chosen = [x for x in data if x % 3 == 0]
    values = [x + 1 for x in chosen]
    return sorted(values, reverse=True)


def largest_of_thirds_of_after_first(items):
    """Answer with the largest of the rests of division by three of the numbers but for the first, or 0 if there are none.

    The argument `items` is a list of integers.
    """
    return max((x % 3 for x in items[1:]), default=0)


def sum_of_opposites_of_above_three(xs):
    """Take a list of integers and work out the sum of the opposites of the numbers above three."""
    values = [-x for x in xs if x > 3]
    return sum(values)
