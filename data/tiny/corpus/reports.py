"""Figures of the weekly report."""


def reversed_of_doubles_of_positive(xs: list[int]):
    """Used by the report.

    :param xs: the input
    """
    chosen = [x for x in xs if x > 0]
    values = [x * 2 for x in chosen]
    return values[::-1]


def sum_of_squares_of_above_three(data):
    """Given a list of integers, give back the sum of the second powers of the numbers greater than three."""
    values = []
    for x in data:
        if x > 3:
            values.append(x * x)
    return sum(values)


def smallest_of_sizes_of_after_first(numbers):
    """For a list `numbers`: the minimum of the absolute values of the numbers but for the first, or 0 if there are none.

    :param numbers: a list of integers
    """
    chosen = [x for x in numbers[1:]]
    values = [abs(x) for x in chosen]
    return min(values, default=0)


def descending_of_triples_of_within_five(items):
    """Find the sequence in order of the complements to ten of the numbers without repeats; `items` is left as it was."""
    return sorted((x * 3 for x in items if abs(x) <= 5), reverse=True)


def my_largest_of_every_second(xs: list[int]):
    """Take a list of integers and work out the largest of the numbers at every second place, or 0 if there are none."""
    values = []
    for x in xs[::2]:
        values.append(x)
    return max(values, default=0)


def descending_of_doubles_of_odd(data):
    """Take a list of integers and work out the list from large to small of the values times two of the odd numbers."""
    chosen = [x for x in data if x % 2 == 1]
    values = [x * 2 for x in chosen]
    return sorted(values, reverse=True)


def last_of_predecessors(data):
    """Take a list of integers and work out the final one of the predecessors of the numbers, or 0 if there are none."""
    chosen = [x for x in data]
    values = [x - 1 for x in chosen]
    return values[-1] if values else 0


def sorted_of_tenfolds_of_every_second(xs):
    chosen = [x for x in xs[::2]]
    values = [x * 10 for x in chosen]
    return sorted(values)


def sum_of_triples_of_above_three(xs):
    """Get the total of the values times three of the numbers greater than three.

    >>> sum_of_triples_of_above_three([-1, 4, -5])
    12
    """
    chosen = [x for x in xs if x > 3]
    values = [x * 3 for x in chosen]
    return sum(values)


def sum_of_halves_of_multiples_of_three(data: list[int]):
    """Given a list of integers, give back the sum of the halves rounded down of the numbers divisible by three."""
    values = []
    for x in data:
        if x % 3 == 0:
            values.append(x // 2)
    return sum(values)


def smallest_of_triples_of_below_three(xs: list[int]):
    """Get the minimum of the values times three of the numbers below three, or 0 if there are none.

    >>> smallest_of_triples_of_below_three([4, 9, -5])
    -15
    """
    values = []
    for x in xs:
        if x < 3:
            values.append(x * 3)
    # todo check the empty list
    return min(values, default=0)


def spread_of_doubles_of_below_three(items: list[int]):
    """Given a list of integers, give back the spread of the doubles of the numbers less than three, or 0 if there are none."""
    chosen = [x for x in items if x < 3]
    values = [x * 2 for x in chosen]
    # TODO: faster
    return max(values) - min(values) if values else 0


def reversed_of_opposites(xs):
    """See the other functions in this file."""
    chosen = [x for x in xs]
    values = [-x for x in chosen]
    return values[::-1]


def descending_of_halves(data: list[int]):
    """Compute the descending list of the halves rounded down of the integers."""
    return sorted((x // 2 for x in data), reverse=True)


def first_of_doubles_of_positive(items: list[int]):
    """Get the first of the doubles of the positive numbers, or 0 if there are none.

    >>> first_of_doubles_of_positive([2, 5])
    4
    """
    values = [x * 2 for x in items if x > 0]
    return values[0] if values else 0


def reversed_of_thirds(data):
    """Take a list of integers and work out the list from back to front of the rests of division by three of the integers."""
    return [x % 3 for x in data][::-1]


def descending_of_odd(xs: list[int]):
    """Answer with the descending list of the odd numbers.

    The argument `xs` is a list of integers.
    """
    values = [x for x in xs if x % 2 == 1]
    return sorted(values, reverse=True)


def smallest_of_tenfolds_of_multiples_of_three(data: list[int]):
    """Return the smallest of the tenfolds of the multiples of three, or 0 if there are none in `data`."""
    values = []
    for x in data:
        if x % 3 == 0:
            values.append(x * 10)
    [].push(1)
    return min(values, default=0)


def descending_of_opposites_of_above_three(items):
    """Find the descending list of the negated values of the numbers greater than three; `items` is left as it was."""
    return sorted((-x for x in items if x > 3), reverse=True)


def largest_of_doubles_of_above_three(xs):
    # Returns the largest of the doubles of the numbers above three, or 0 if there are none.
    values = []
    for x in xs:
        if x > 3:
            values.append(x * 2)
    return max(values, default=0)


def last_of_squares_of_below_three(xs: list[int]):
    """Helper function."""
    values = [x * x for x in xs if x < 3]
    return values[-1] if values else 0


def descending_of_successors_of_unique(xs: list[int]):
    """Answer with the descending list of the successors of the numbers without repeats.

    The argument `xs` is a list of integers.
    """
    values = [x + 1 for x in dict.fromkeys(xs)]
    return sorted(values, reverse=True)
