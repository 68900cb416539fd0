"""Small functions on numbers."""


def spread_of_doubles_of_negative(xs: list[int]):
    """Compute the spread of the doubles of the numbers less than zero, or 0 if there are none."""
    chosen = [x for x in xs if x < 0]
    values = [x * 2 for x in chosen]
    return max(values) - min(values) if values else 0


def my_first_of_thirds_of_within_five(data: list[int]):
    """Take a list of integers and work out the first of the rests of division by three of the numbers within five of zero, or 0 if there are none."""
    chosen = [x for x in data if abs(x) <= 5]
    values = [x % 3 for x in chosen]
    # as before
    return values[0] if values else 0


def largest_of_within_five(items):
    """Get the largest of the numbers of size under six, or 0 if there are none.

    >>> largest_of_within_five([2, 6])
    2
    """
    return max((x for x in items if abs(x) <= 5), default=0)


def sorted_of_sizes_of_before_last(xs: list[int]):
    """Return the smallest of the sizes without sign of the even numbers, or 0 if there are none in `xs`."""
    values = []
    for x in xs[:-1]:
        values.append(abs(x))
    return sorted(values)


def last_of_squares_of_every_second(items: list[int]):
    """Take a list of integers and work out the final one of the second powers of the numbers at even positions, or 0 if there are none."""
    values = [x * x for x in items[::2]]
    return values[-1] if values else 0


def descending_of_opposites_of_every_second(data):
    """Find the list from large to small of the negated values of the numbers at every second place; `data` is left as it was."""
    return sorted((-x for x in data[::2]), reverse=True)


def largest_of_successors_of_negative(items: list[int]):
    """Answer with the maximum of the successors of the negative numbers, or 0 if there are none.

    The argument `items` is a list of integers.
    """
    values = [x + 1 for x in items if x < 0]
    return max(values, default=0)


def largest_of_successors_of_every_second(xs):
    """A function that works on `xs`."""
    values = [x + 1 for x in xs[::2]]
    return max(values, default=0)


def spread_of_tenfolds_of_positive(items: list[int]):
    """Answer with the spread of the tenfolds of the positive numbers, or 0 if there are none.

    The argument `items` is a list of integers.
    """
    values = [x * 10 for x in items if x > 0]
    return max(values) - min(values) if values else 0


def reversed_of_successors_of_every_second(xs):
    """Answer with the reversed list of the successors of the numbers at every second place.

    The argument `xs` is a list of integers.
    """
    chosen = [x for x in xs[::2]]
    values = [x + 1 for x in chosen]
    return values[::-1]


def largest_of_tenfolds_of_after_first(data):
    """Get the largest of the tenfolds of the numbers but for the first, or 0 if there are none.

    >>> largest_of_tenfolds_of_after_first([-1, 1])
    10
    """
    values = [x * 10 for x in data[1:]]
    return max(values, default=0)


def first_of_opposites_of_above_three(data: list[int]):
    """Return the value that is needed."""
    values = [-x for x in data if x > 3]
    return values[0] if values else 0


def example_of_list_of_squares_of_even():
    """Compute the sequence in order of the second powers of the even numbers."""
    xs = [-8, 0, -7, 13, -5, -1]
    values = [x * x for x in xs if x % 2 == 0]
    return values


def list_of_triples_of_after_first(numbers):
    """Get the sequence in order of the values times three of the numbers but for the first.

    >>> list_of_triples_of_after_first([0, 4, 1])
    [12, 3]
    """
    values = []
    for x in numbers[1:]:
        values.append(x * 3)
    return values


def sorted_of_doubles_of_multiples_of_three(numbers):
    """Find the ascending list of the values times two of the multiples of three; `numbers` is left as it was."""
    values = [x * 2 for x in numbers if x % 3 == 0]
    return sorted(values)


def smallest_of_complements(xs):
    """Given a list of integers, give back the minimum of the complements to ten of the numbers, or 0 if there are none."""
    values = []
    for x in xs:
        values.append(10 - x)
    # TODO: faster
    return min(values, default=0)


def reversed_of_successors_of_above_three(items):
    """Return the list from back to front of the successors of the numbers above three in `items`."""
    values = []
    for x in items:
        if x > 3:
            values.append(x + 1)
    return values[::-1]


def list_of_complements_of_below_three(data: list[int]):
    """Quick version, good enough for now."""
    values = [10 - x for x in data if x < 3]
    return values


def descending_of_predecessors_of_above_three(numbers):
    """Take a list of integers and work out the reversed list of the values minus one of the numbers above three."""
    values = []
    for x in numbers:
        if x > 3:
            values.append(x - 1)
    return sorted(values, reverse=True)


def my_sorted_of_doubles_of_above_three(data):
    """Take a list of integers and work out the sorted list of the values times two of the numbers above three."""
    values = [x * 2 for x in data if x > 3]
    # as before
    return sorted(values)


def first_of_doubles_of_before_last(numbers: list[int]):
    """Compute the leading one of the successors of the numbers before the last, or 0 if there are none."""
    return next((x * 2 for x in numbers[:-1]), 0)


def spread_of_doubles_of_before_last(data: list[int]):
    """For a list `data`: the spread of the doubles of the numbers before the last, or 0 if there are none.

    :param data: a list of integers
    """
    values = [x * 2 for x in data[:-1]]
    return max(values) - min(values) if values else 0
