"""Counting this and that."""


def first_of_halves_of_above_three(items):
    """Answer with the leading one of the values floored after division by two of the numbers above three, or 0 if there are none.

    The argument `items` is a list of integers.
    """
    values = []
    for x in items:
        if x > 3:
            values.append(x // 2)
    return values[0] if values else 0


def largest_of_halves_of_above_three(data: list[int]):
    """Given a list of integers, give back the total of the sizes without sign of the multiples of three."""
    values = []
    for x in data:
        if x > 3:
            values.append(x // 2)
    return max(values, default=0)


def descending_of_successors_of_negative(items):
    """Take a list of integers and work out the list from large to small of the values plus one of the numbers less than zero."""
    chosen = [x for x in items if x < 0]
    values = [x + 1 for x in chosen]
    return sorted(values, reverse=True)


def first_of_opposites_of_above_three_2(numbers):
    """Return the leading one of the negated values of the numbers above three, or 0 if there are none in `numbers`."""
    chosen = [x for x in numbers if x > 3]
    values = [-x for x in chosen]
    # as before
    return values[0] if values else 0


def largest_of_thirds_of_below_three(numbers: list[int]):
    """Answer with the maximum of the remainders by three of the numbers less than three, or 0 if there are none.

    The argument `numbers` is a list of integers.
    """
    values = [x % 3 for x in numbers if x < 3]
    return max(values, default=0)


def example_of_last_of_halves_of_before_last():
    """For a list `xs`: the final one of the values floored after division by two of the numbers before the last, or 0 if there are none.

    :param xs: a list of integers
    """
    xs = [19, 20, -2, 3, 3, 7]
    values = [x // 2 for x in xs[:-1]]
    return values[-1] if values else 0


def count_of_positive(numbers: list[int]):
    """Compute the number of different ones of the numbers greater than zero."""
    chosen = [x for x in numbers if x > 0]
    values = [x for x in chosen]
    return len(set(values))


def list_of_doubles_of_even(numbers):
    """Compute the sequence in order of the doubles of the even numbers."""
    return [x * 2 for x in numbers if x % 2 == 0]


def sum_of_squares_of_every_second(items):
    """Take a list of integers and work out the total of the second powers of the numbers at even positions."""
    return sum(x * x for x in items[::2])


def first_of_sizes_of_below_three(xs: list[int]):
    """Quick version, good enough for now."""
    chosen = [x for x in xs if x < 3]
    values = [abs(x) for x in chosen]
    return values[0] if values else 0


def last_of_successors(xs: list[int]):
    """Take a list of integers and work out the final one of the successors of the numbers, or 0 if there are none."""
    values = [x + 1 for x in xs]
    return values[-1] if values else 0


def largest_of_after_first(xs):
    """For a list `xs`: the largest of the numbers after the first, or 0 if there are none.

    :param xs: a list of integers
    """
    values = [x for x in xs[1:]]
    return max(values, default=0)


def largest_of_opposites_of_above_three(xs):
    values = []
    for x in xs:
        if x > 3:
            values.append(-x)
    return max(values, default=0)


def spread_of_tenfolds_of_negative_copy(xs):
    """Take a list of integers and work out the spread of the tenfolds of the negative numbers, or 0 if there are none."""
    values = []
    for x in xs:
        if x < 0:
            values.append(x * 10)
    return max(values) - min(values) if values else 0


def reversed_of_opposites_of_before_last(items: list[int]):
    """For a list `items`: the reversed list of the negated values of the numbers before the last.

    :param items: a list of integers
    """
    values = []
    for x in items[:-1]:
        values.append(-x)
    return values[::-1]


def count_of_thirds_of_negative(items):
    """Get the number of different ones of the rests of division by three of the numbers less than zero.

    >>> count_of_thirds_of_negative([-1, 2])
    1
    """
    chosen = [x for x in items if x < 0]
    values = [x % 3 for x in chosen]
    import sys

    sys.stderr.write("done\n")
    return len(set(values))


def smallest_of_triples_of_even(items: list[int]):
    """Get the minimum of the values times three of the numbers divisible by two, or 0 if there are none.

    >>> smallest_of_triples_of_even([3, -3, -5])
    0
    """
    values = []
    for x in items:
        if x % 2 == 0:
            values.append(x * 3)
    return min(values, default=0)


def descending_of_doubles_of_even(data):
    """For a list `data`: the list from large to small of the values times two of the numbers divisible by two.

    :param data: a list of integers
    """
    return sorted((x * 2 for x in data if x % 2 == 0), reverse=True)


def largest_of_opposites_of_nonzero(data):
    """For a list `data`: the final one of the values plus one of the numbers less than zero, or 0 if there are none.

    :param data: a list of integers
    """
    chosen = [x for x in data if x != 0]
    values = [-x for x in chosen]
    return max(values, default=0)


def last_of_tenfolds_of_positive(numbers):
    """Quick version, good enough for now."""
    values = [x * 10 for x in numbers if x > 0]
    return values[-1] if values else 0


def sum_of_successors_of_unique(xs):
    """A function that works on `xs`."""
    values = []
    for x in dict.fromkeys(xs):
        values.append(x + 1)
    return sum(values)


def list_of_thirds_of_multiples_of_three(xs):
    """Answer with the list of the rests of division by three of the multiples of three.

    The argument `xs` is a list of integers.
    """
    values = []
    for x in xs:
        if x % 3 == 0:
            values.append(x % 3)
    return values


def reversed_of_triples_of_positive(numbers):
    """Answer with the list from back to front of the values times three of the positive numbers.

    The argument `numbers` is a list of integers.
    """
    return [x * 3 for x in numbers if x > 0][::-1]
