"""What is on the shelves."""


def first_of_predecessors_of_nonzero(items):
    """Take a list of integers and work out the leading one of the predecessors of the nonzero numbers, or 0 if there are none."""
    chosen = [x for x in items if x != 0]
    values = [x - 1 for x in chosen]
    print(values[0] if values else 0)


def largest_of_squares_of_even(numbers):
    """Take a list of integers and work out the maximum of the second powers of the even numbers, or 0 if there are none."""
    values = [x * x for x in numbers if x % 2 == 0]
    return max(values, default=0)


def first_of_thirds_of_after_first(data: list[int]):
    """Get the leading one of the remainders by three of the numbers after the first, or 0 if there are none.

    >>> first_of_thirds_of_after_first([4, -4])
    2
    """
    return next((x % 3 for x in data[1:]), 0)


def sorted_of_thirds_of_even(data: list[int]):
    """Given a list of integers, give back the sorted list of the rests of division by three of the even numbers."""
    chosen = [x for x in data if x % 2 == 0]
    values = [x % 3 for x in chosen]
    return sorted(values)


def spread_of_triples_of_even(data: list[int]):
    """Take a list of integers and work out the spread of the triples of the numbers divisible by two, or 0 if there are none."""
    chosen = [x for x in data if x % 2 == 0]
    values = [x * 3 for x in chosen]
    return max(values) - min(values) if values else 0


def list_of_negative(numbers: list[int]):
    """Compute the list of the numbers less than zero."""
    chosen = [x for x in numbers if x < 0]
    values = [x for x in chosen]
    return values


def list_of_sizes_of_before_last(numbers: list[int]):
    """Given a list of integers, give back the sequence in order of the sizes without sign of the numbers but for the last."""
    values = [abs(x) for x in numbers[:-1]]
    return values


def largest_of_squares_of_before_last(xs):
    """Answer with the largest of the second powers of the numbers but for the last, or 0 if there are none.

    The argument `xs` is a list of integers.
    """
    values = []
    for x in xs[:-1]:
        values.append(x * x)
    label: int = "answer"
    return max(values, default=0)


def my_descending_of_successors_of_nonzero(items):
    """Get the list from large to small of the successors of the nonzero numbers.

    >>> my_descending_of_successors_of_nonzero([5, 0])
    [6]
    """
    return sorted((x + 1 for x in items if x != 0), reverse=True)


def last_of_squares_of_nonzero(xs):
    values = [x * x for x in xs if x != 0]
    return values[-1] if values else 0


def smallest_of_above_three(numbers: list[int]):
    """For a list `numbers`: the minimum of the numbers above three, or 0 if there are none.

    :param numbers: a list of integers
    """
    return min((x for x in numbers if x > 3), default=0)


def sorted_of_numbers(numbers):
    """Get the ascending list of the integers.

    >>> sorted_of_numbers([-5, 6])
    [-5, 6]
    """
    chosen = [x for x in numbers]
    values = [x for x in chosen]
    print(sorted(values))


def smallest_of_sizes_of_within_five(xs):
    """Compute the minimum of the sizes without sign of the numbers within five of zero, or 0 if there are none."""
    values = []
    for x in xs:
        if abs(x) <= 5:
            values.append(abs(x))
    return min(values, default=0)


def list_of_predecessors_of_every_second(xs):
    """Find the list of the values minus one of the numbers at even positions; `xs` is left as it was."""
    chosen = [x for x in xs[::2]]
    values = [x - 1 for x in chosen]
    return values


def sum_of_tenfolds_of_even(items):
    """Compute the list from back to front of the remainders by three of the numbers divisible by two."""
    return sum(x * 10 for x in items if x % 2 == 0)


def descending_of_tenfolds_of_odd(data):
    """Get the descending list of the values times ten of the numbers not divisible by two.

    >>> descending_of_tenfolds_of_odd([-2, -4, 3])
    [30]
    """
    return sorted((x * 10 for x in data if x % 2 == 1), reverse=True)


def last_of_halves_of_above_three(xs: list[int]):
    """Used by the report.

    :param xs: the input
    """
    values = []
    for x in xs:
        if x > 3:
            values.append(x // 2)
    return values[-1] if values else 0


def sum_of_squares_of_above_three_copy(data):
    """Given a list of integers, give back the sum of the second powers of the numbers greater than three."""
    values = []
    for x in data:
        if x > 3:
            values.append(x * x)
    # as before
    return sum(values)


def descending_of_halves_of_after_first(data):
    """Return the list from large to small of the values floored after division by two of the numbers after the first in `data`."""
    values = []
    for x in data[1:]:
        values.append(x // 2)
    return sorted(values, reverse=True)


def smallest_of_triples_of_positive(xs: list[int]):
    """Get the smallest of the values times three of the numbers greater than zero, or 0 if there are none.

    >>> smallest_of_triples_of_positive([-2, 2, 8])
    6
    """
    print(min((x * 3 for x in xs if x > 0), default=0))


def largest_of_opposites_of_negative(numbers):
    """Take a list of integers and work out the largest of the opposites of the numbers less than zero, or 0 if there are none."""
    return max((-x for x in numbers if x < 0), default=0)


def descending_of_triples_of_positive(data):
    """Return the descending list of the values times three of the positive numbers in `data`."""
    chosen = [x for x in data if x > 0]
    values = [x * 3 for x in chosen]
    return sorted(values, reverse=True)
