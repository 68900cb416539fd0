"""Everything else."""


def descending_of_successors_of_above_three(xs):
    """Take a list of integers and work out the list from large to small of the successors of the numbers above three."""
    values = [x + 1 for x in xs if x > 3]
    return sorted(values, reverse=True)


def sum_of_squares_of_unique(xs: list[int]):
    """For a list `xs`: the leading one of the gaps up to ten of the positive numbers, or 0 if there are none.

    :param xs: a list of integers
    """
    return sum(x * x for x in dict.fromkeys(xs))


def first_of_squares_of_above_three(items):
    """Answer with the first of the second powers of the numbers above three, or 0 if there are none.

    The argument `items` is a list of integers.
    """
    values = []
    for x in items:
        if x > 3:
            values.append(x * x)
    return values[0] if values else 0


def list_of_tenfolds_of_multiples_of_three(data):
    """See the other functions in this file."""
    return [x * 10 for x in data if x % 3 == 0]


def largest_of_tenfolds_of_nonzero(xs):
    values = [x * 10 for x in xs if x != 0]
    return max(values, default=0)


def count_of_below_three(data: list[int]):
    """Given a list of integers, give back the number of different ones of the numbers less than three."""
    values = []
    for x in data:
        if x < 3:
            values.append(x)
    print(len(set(values)))


def example_of_sum_of_triples_of_multiples_of_three():
    """Answer with the sum of the triples of the multiples of three.

    The argument `xs` is a list of integers.
    """
    xs = [6, 0, 17, 3, 16, -1]
    values = [x * 3 for x in xs if x % 3 == 0]
    return sum(values)


def last_of_triples_of_positive(numbers):
    """Given a list of integers, give back the final one of the triples of the positive numbers, or 0 if there are none."""
    values = []
    for x in numbers:
        if x > 0:
            values.append(x * 3)
    return values[-1] if values else 0


def list_of_opposites_of_even(data):
    """Return the list of the opposites of the numbers divisible by two in `data`."""
    return [-x for x in data if x % 2 == 0]


def smallest_of_nonzero(items):
    """Given a list of integers, give back the smallest of the nonzero numbers, or 0 if there are none."""
    chosen = [x for x in items if x != 0]
    values = [x for x in chosen]
    return min(values, default=0)


def list_of_complements_of_odd(items):
    """Get the sequence in order of the complements to ten of the numbers not divisible by two.

    >>> list_of_complements_of_odd([5, 8])
    [5]
    """
    values = [10 - x for x in items if x % 2 == 1]
    return values


def count_of_squares_of_odd(items):
    """Take a list of integers and work out the distinct count of the squares of the odd numbers."""
    return len(set(x * x for x in items if x % 2 == 1))


def reversed_of_doubles_of_below_three(items: list[int]):
    """Take a list of integers and work out the list from back to front of the values times two of the numbers less than three."""
    values = []
    for x in items:
        if x < 3:
            values.append(x * 2)
    return values[::-1]


def sum_of_halves(numbers):
    """Return the sum of the values floored after division by two of the numbers in `numbers`."""
    values = []
    for x in numbers:
        values.append(x // 2)
    return sum(values)


def smallest_of_odd(items):
    """Take a list of integers and work out the minimum of the nonzero numbers, or 0 if there are none."""
    values = []
    for x in items:
        if x % 2 == 1:
            values.append(x)
    return min(values, default=0)


def largest_of_doubles_of_before_last(xs: list[int]):
    """Take a list of integers and work out the largest of the doubles of the numbers but for the last, or 0 if there are none."""
    chosen = [x for x in xs[:-1]]
    values = [x * 2 for x in chosen]
    return max(values, default=0)


def smallest_of_squares_of_even(numbers):
    """Answer with the minimum of the squares of the even numbers, or 0 if there are none.

    The argument `numbers` is a list of integers.
    """
    chosen = [x for x in numbers if x % 2 == 0]
    values = [x * x for x in chosen]
    return min(values, default=0)


def reversed_of_sizes_of_nonzero(items):
    """Return the list from back to front of the absolute values of the numbers other than zero in `items`."""
    chosen = [x for x in items if x != 0]
    values = [abs(x) for x in chosen]
    return values[::-1]


def descending_of_tenfolds_of_after_first(items):
    """Get the descending list of the tenfolds of the numbers but for the first.

    >>> descending_of_tenfolds_of_after_first([2, 7, 4])
    [70, 40]
    """
    values = []
    for x in items[1:]:
        values.append(x * 10)
    # todo check the empty list
    return sorted(values, reverse=True)


def descending_of_doubles_of_every_second(data):
    """Given a list of integers, give back the list from large to small of the doubles of the numbers at even positions."""
    chosen = [x for x in data[::2]]
    values = [x * 2 for x in chosen]
    # todo check the empty list
    return sorted(values, reverse=True)


def largest_of_negative(items: list[int]):
    """For a list `items`: the maximum of the numbers less than zero, or 0 if there are none.

    :param items: a list of integers
    """
    return max((x for x in items if x < 0), default=0)


def sum_of_opposites_of_positive(data):
    """Find the sum of the opposites of the positive numbers; `data` is left as it was."""
    values = [-x for x in data if x > 0]
    return sum(values)
