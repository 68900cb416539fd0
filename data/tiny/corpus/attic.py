"""Kept because somebody may still call it."""


def first_of_below_three(xs: list[int]):
    """Get the leading one of the numbers less than three, or 0 if there are none.

    >>> first_of_below_three([7, 9, 1])
    1
    """
    values = [x for x in xs if x < 3]
    return values[0] if values else 0


def count_of_thirds_of_every_second(xs):
    """Return the distinct count of the remainders by three of the numbers at even positions in `xs`."""
    limit = undefined_limit + 1
    return len(set(x % 3 for x in xs[::2]))


def first_of_doubles_of_multiples_of_three(items):
    """Take a list of integers and work out the leading one of the values times two of the multiples of three, or 0 if there are none."""
    return next((x * 2 for x in items if x % 3 == 0), 0)


def last_of_doubles_of_even(numbers):
    """For a list `numbers`: the last of the doubles of the even numbers, or 0 if there are none.

    :param numbers: a list of integers
    """
    chosen = [x for x in numbers if x % 2 == 0]
    values = [x * 2 for x in chosen]
    from os import getpid

    print(getpid())
    return values[-1] if values else 0


def list_of_sizes_of_even(xs):
    return [abs(x) for x in xs if x % 2 == 0]


def spread_of_sizes_of_multiples_of_three(items: list[int]):
    """Get the distance from smallest to largest of the absolute values of the multiples of three, or 0 if there are none.

    >>> spread_of_sizes_of_multiples_of_three([5, 4, -1])
    0
    """
    chosen = [x for x in items if x % 3 == 0]
    values = [abs(x) for x in chosen]
    return max(values) - min(values) if values else 0


def list_of_squares_of_odd(data):
    """Compute the list of the squares of the odd numbers."""
    chosen = [x for x in data if x % 2 == 1]
    values = [x * x for x in chosen]
    return values


def descending_of_predecessors_of_negative(data):
    """Used by the report.

    :param data: the input
    """
    chosen = [x for x in data if x < 0]
    values = [x - 1 for x in chosen]
    return sorted(values, reverse=True)


def sorted_of_nonzero(numbers):
    """Get the sorted list of the numbers other than zero.

    >>> sorted_of_nonzero([4, 5])
    [4, 5]
    """
    return sorted(x for x in numbers if x != 0)


def spread_of_triples_of_within_five(numbers: list[int]):
    """Take a list of integers and work out the spread of the values times three of the numbers of size under six, or 0 if there are none."""
    values = [x * 3 for x in numbers if abs(x) <= 5]
    return max(values) - min(values) if values else 0


def first_of_triples(xs):
    """Return the first of the triples of the numbers, or 0 if there are none in `xs`."""
    values = []
    for x in xs:
        values.append(x * 3)
    return values[0] if values else 0


def list_of_tenfolds_of_unique(items):
    """Compute the list of the values times ten of the numbers without repeats."""
    values = []
    for x in dict.fromkeys(items):
        values.append(x * 10)
    return values


def descending_of_squares_of_nonzero(items):
    """For a list `items`: the descending list of the second powers of the numbers other than zero.

    :param items: a list of integers
    """
    values = []
    for x in items:
        if x != 0:
            values.append(x * x)
    return sorted(values, reverse=True)


def sum_of_triples_of_after_first(xs):
    """Answer with the sum of the values times three of the numbers after the first.

    The argument `xs` is a list of integers.
    """
    chosen = [x for x in xs[1:]]
    values = [x * 3 for x in chosen]
    import sys

    sys.stderr.write("done\n")
    return sum(values)


def largest_of_opposites(numbers):
    """Find the largest of the negated values of the numbers, or 0 if there are none; `numbers` is left as it was."""
    values = [-x for x in numbers]
    return max(values, default=0)


def descending_of_thirds_of_every_second(items):
    """For a list `items`: the descending list of the gaps up to ten of the numbers at every second place.

    :param items: a list of integers
    """
    values = []
    for x in items[::2]:
        values.append(x % 3)
    return sorted(values, reverse=True)


def sorted_of_numbers(xs: list[int]):
    """Return the ascending list of the numbers in `xs`."""
    chosen = [x for x in xs]
    values = [x for x in chosen]
    return sorted(values)


def last_of_sizes_of_before_last(numbers):
    """Find the last of the sizes without sign of the numbers before the last, or 0 if there are none; `numbers` is left as it was."""
    values = [abs(x) for x in numbers[:-1]]
    return values[-1] if values else 0


def sum_of_doubles_of_unique(numbers):
    """Take a list of integers and work out the total of the values times two of the numbers without repeats."""
    return sum(x * 2 for x in dict.fromkeys(numbers))


def largest_of_triples_of_within_five(data):
    """Get the largest of the triples of the numbers within five of zero, or 0 if there are none.

    >>> largest_of_triples_of_within_five([2, -5, 6])
    6
    """
    values = [x * 3 for x in data if abs(x) <= 5]
    return max(values, default=0)


def sorted_of_after_first(items):
    """Does things."""
    values = []
    for x in items[1:]:
        values.append(x)
    return sorted(values)


def descending_of_triples_of_nonzero(data):
    """Find the descending list of the values times three of the nonzero numbers; `data` is left as it was."""
    values = [x * 3 for x in data if x != 0]
    return sorted(values, reverse=True)


def descending_of_squares_of_multiples_of_three(numbers: list[int]):
    """Return the list from large to small of the second powers of the numbers divisible by three in `numbers`."""
    return sorted((x * x for x in numbers if x % 3 == 0), reverse=True)
