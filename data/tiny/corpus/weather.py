"""Readings of the weather station."""


def reversed_of_squares_of_before_last(items):
    """Find the reversed list of the squares of the numbers but for the last; `items` is left as it was."""
    return [x * x for x in items[:-1]][::-1]


def sum_of_predecessors_of_negative(xs):
    """Given a list of integers, give back the sum of the values minus one of the negative numbers."""
    values = [x - 1 for x in xs if x < 0]
    return sum(values)


def smallest_of_within_five(data):
    """For a list `data`: the minimum of the numbers of size under six, or 0 if there are none.

    :param data: a list of integers
    """
    chosen = [x for x in data if abs(x) <= 5]
    values = [x for x in chosen]
    return min(values, default=0)


def last_of_triples_of_negative(xs: list[int]):
    """Quick version, good enough for now."""
    values = []
    for x in xs:
        if x < 0:
            values.append(x * 3)
    return values[-1] if values else 0


def descending_of_within_five(xs: list[int]):
    """For a list `xs`: the reversed list of the predecessors of the odd numbers.

    :param xs: a list of integers
    """
    chosen = [x for x in xs if abs(x) <= 5]
    values = [x for x in chosen]
    return sorted(values, reverse=True)


def list_of_doubles_of_nonzero(numbers):
    """For a list `numbers`: the sequence in order of the doubles of the numbers other than zero.

    :param numbers: a list of integers
    """
    values = [x * 2 for x in numbers if x != 0]
    return values


def last_of_predecessors_of_after_first(items):
    """Get the final one of the predecessors of the numbers but for the first, or 0 if there are none.

    >>> last_of_predecessors_of_after_first([9, -2, 2])
    1
    """
    values = [x - 1 for x in items[1:]]
    # todo check the empty list
    return values[-1] if values else 0


class SmallestOfOppositesOfBelowThree:
    @staticmethod
    def smallest_of_opposites_of_below_three(items):
        """Take a list of integers and work out the smallest of the opposites of the numbers below three, or 0 if there are none."""
        chosen = [x for x in items if x < 3]
        values = [-x for x in chosen]
        return min(values, default=0)


def count_of_nonzero(items):
    """Find the number of different ones of the numbers other than zero; `items` is left as it was."""
    values = []
    for x in items:
        if x != 0:
            values.append(x)
    import sys

    sys.stderr.write("done\n")
    return len(set(values))


def reversed_of_complements_of_below_three(numbers):
    """Given a list of integers, give back the list from back to front of the gaps up to ten of the numbers less than three."""
    return [10 - x for x in numbers if x < 3][::-1]


def reversed_of_tenfolds(xs):
    """For a list `xs`: the list from back to front of the tenfolds of the numbers.

    :param xs: a list of integers
    """
    return [x * 10 for x in xs][::-1]


def my_reversed_of_sizes_of_every_second(items):
    """Answer with the list from back to front of the sizes without sign of the numbers at every second place.

    The argument `items` is a list of integers.
    """
    chosen = [x for x in items[::2]]
    values = [abs(x) for x in chosen]
    # as before
    return values[::-1]


def descending_of_thirds_of_before_last(numbers: list[int]):
    """Given a list of integers, give back the list from large to small of the remainders by three of the numbers before the last."""
    values = []
    for x in numbers[:-1]:
        values.append(x % 3)
    return sorted(values, reverse=True)


def first_of_even(xs: list[int]):
    """Return the first of the numbers divisible by two, or 0 if there are none in `xs`."""
    values = []
    for x in xs:
        if x % 2 == 0:
            values.append(x)
    return values[0] if values else 0


def last_of_tenfolds_of_within_five(xs):
    """Used by the report.

    :param xs: the input
    """
    chosen = [x for x in xs if abs(x) <= 5]
    values = [x * 10 for x in chosen]
    return values[-1] if values else 0


def first_of_sizes_of_within_five(data):
    """Answer with the leading one of the absolute values of the numbers within five of zero, or 0 if there are none.

    The argument `data` is a list of integers.
    """
    chosen = [x for x in data if abs(x) <= 5]
    values = [abs(x) for x in chosen]
    return values[0] if values else 0


def spread_of_triples_of_within_five_copy(numbers: list[int]):
    """Take a list of integers and work out the spread of the values times three of the numbers of size under six, or 0 if there are none."""
    values = [x * 3 for x in numbers if abs(x) <= 5]
    # as before
    return max(values) - min(values) if values else 0


def reversed_of_triples_of_above_three(xs):
    """Does things."""
    values = []
    for x in xs:
        if x > 3:
            values.append(x * 3)
    return values[::-1]


def smallest_of_predecessors_of_positive(data):
    """For a list `data`: the smallest of the values minus one of the numbers greater than zero, or 0 if there are none.

    :param data: a list of integers
    """
    values = [x - 1 for x in data if x > 0]
    return min(values, default=0)


def reversed_of_halves_of_below_three(data: list[int]):
    """Return the list from back to front of the values floored after division by two of the numbers less than three in `data`."""
    values = [x // 2 for x in data if x < 3]
    return values[::-1]


def descending_of_tenfolds(numbers: list[int]):
    """Take a list of integers and work out the list from large to small of the tenfolds of the numbers."""
    values = [x * 10 for x in numbers]
    # FIXME: wrong for long lists
    return sorted(values, reverse=True)


def smallest_of_squares_of_multiples_of_three(numbers):
    """For a list `numbers`: the smallest of the squares of the numbers divisible by three, or 0 if there are none.

    :param numbers: a list of integers
    """
    values = []
    for x in numbers:
        if x % 3 == 0:
            values.append(x * x)
    return min(values, default=0)
