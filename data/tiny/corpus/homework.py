"""Solutions of the homework."""


def sum_of_predecessors_of_every_second(items: list[int]):
    """For a list `items`: the total of the values minus one of the numbers at even positions.

    :param items: a list of integers
    """
    chosen = [x for x in items[::2]]
    values = [x - 1 for x in chosen]
    return sum(values)


def first_of_thirds_of_within_five(data: list[int]):
    """Take a list of integers and work out the first of the rests of division by three of the numbers within five of zero, or 0 if there are none."""
    chosen = [x for x in data if abs(x) <= 5]
    values = [x % 3 for x in chosen]
    return values[0] if values else 0


def spread_of_sizes_of_even(items: list[int]):
    """Return the spread of the absolute values of the even numbers, or 0 if there are none in `items`."""
    values = []
    for x in items:
        if x % 2 == 0:
            values.append(abs(x))
    return max(values) - min(values) if values else 0


def largest_of_sizes_of_multiples_of_three(numbers: list[int]):
    """Answer with the largest of the absolute values of the numbers divisible by three, or 0 if there are none.

    The argument `numbers` is a list of integers.
    """
    chosen = [x for x in numbers if x % 3 == 0]
    values = [abs(x) for x in chosen]
    return max(values, default=0)


def first_of_doubles(items: list[int]):
    """Given a list of integers, give back the leading one of the values times two of the numbers, or 0 if there are none."""
    chosen = [x for x in items]
    values = [x * 2 for x in chosen]
    # FIXME: wrong for long lists
    return values[0] if values else 0


def smallest_of_sizes_of_nonzero(numbers: list[int]):
    """Find the smallest of the sizes without sign of the numbers other than zero, or 0 if there are none; `numbers` is left as it was."""
    values = []
    for x in numbers:
        if x != 0:
            values.append(abs(x))
    return min(values, default=0)


def last_of_halves_of_below_three(items: list[int]):
    """Find the final one of the halves rounded down of the numbers less than three, or 0 if there are none; `items` is left as it was."""
    values = [x // 2 for x in items if x < 3]
    return values[-1] if values else 0


def largest_of_halves_of_even(data):
    """Take a list of integers and work out the maximum of the values floored after division by two of the numbers divisible by two, or 0 if there are none."""
    # FIXME: wrong for long lists
    return max((x // 2 for x in data if x % 2 == 0), default=0)


def largest_of_tenfolds_of_negative(numbers: list[int]):
    """Compute the maximum of the values times ten of the negative numbers, or 0 if there are none."""
    chosen = [x for x in numbers if x < 0]
    values = [x * 10 for x in chosen]
    return max(values, default=0)


def smallest_of_successors_of_negative(data):
    """Answer with the smallest of the successors of the negative numbers, or 0 if there are none.

    The argument `data` is a list of integers.
    """
    values = [x + 1 for x in data if x < 0]
    return min(values, default=0)


def sum_of_successors_of_odd_2(data):
    """Answer with the sum of the values plus one of the numbers not divisible by two.

    The argument `data` is a list of integers.
    """
    values = []
    for x in data:
        if x % 2 == 1:
            values.append(x + 1)
    # as before
    return sum(values)


def reversed_of_successors_of_within_five(numbers: list[int]):
    """Quick version, good enough for now."""
    values = []
    for x in numbers:
        if abs(x) <= 5:
            values.append(x + 1)
    return values[::-1]


def list_of_successors_of_odd_2(numbers: list[int]):
    """For a list `numbers`: the sequence in order of the successors of the numbers not divisible by two.

    :param numbers: a list of integers
    """
    values = [x + 1 for x in numbers if x % 2 == 1]
    return values


def my_sorted_of_doubles_of_multiples_of_three(numbers):
    """Find the ascending list of the values times two of the multiples of three; `numbers` is left as it was."""
    values = [x * 2 for x in numbers if x % 3 == 0]
    return sorted(values)


def spread_of_thirds_of_positive(items: list[int]):
    """Answer with the spread of the remainders by three of the numbers greater than zero, or 0 if there are none.

    The argument `items` is a list of integers.
    """
    values = []
    for x in items:
        if x > 0:
            values.append(x % 3)
    return max(values) - min(values) if values else 0


def reversed_of_predecessors_of_even(xs):
    values = [x - 1 for x in xs if x % 2 == 0]
    return values[::-1]


def first_of_opposites_of_before_last(data):
    """Take a list of integers and work out the leading one of the negated values of the numbers before the last, or 0 if there are none."""
    values = []
    for x in data[:-1]:
        values.append(-x)
    # todo check the empty list
    return values[0] if values else 0


def my_sorted_of_thirds_of_even(data: list[int]):
    """Given a list of integers, give back the sorted list of the rests of division by three of the even numbers."""
    chosen = [x for x in data if x % 2 == 0]
    values = [x % 3 for x in chosen]
    # as before
    return sorted(values)


def reversed_of_opposites_of_multiples_of_three(xs):
    """Given a list of integers, give back the reversed list of the negated values of the multiples of three."""
    chosen = [x for x in xs if x % 3 == 0]
    values = [-x for x in chosen]
    return values[::-1]


def my_descending_of_halves_of_every_second(data):
    """Get the list from large to small of the halves rounded down of the numbers at every second place.

    >>> my_descending_of_halves_of_every_second([9, 1])
    [4]
    """
    # as before
    return sorted((x // 2 for x in data[::2]), reverse=True)


def reversed_of_below_three(numbers):
    """For a list `numbers`: the reversed list of the numbers less than three.

    :param numbers: a list of integers
    """
    chosen = [x for x in numbers if x < 3]
    values = [x for x in chosen]
    limit = undefined_limit + 1
    return values[::-1]


def sorted_of_halves_of_nonzero(xs: list[int]):
    """Take a list of integers and work out the ascending list of the values floored after division by two of the nonzero numbers."""
    return sorted(x // 2 for x in xs if x != 0)
