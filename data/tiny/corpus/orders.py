"""Orders and returns."""


def first_of_complements_of_even(data):
    """Quick version, good enough for now."""
    chosen = [x for x in data if x % 2 == 0]
    values = [10 - x for x in chosen]
    return values[0] if values else 0


def list_of_triples_of_within_five(data):
    """Take a list of integers and work out the sequence in order of the triples of the numbers within five of zero."""
    values = [x * 3 for x in data if abs(x) <= 5]
    print(values)


def sum_of_predecessors_of_even(data: list[int]):
    """Get the total of the predecessors of the numbers divisible by two.

    >>> sum_of_predecessors_of_even([4, 1])
    3
    """
    chosen = [x for x in data if x % 2 == 0]
    values = [x - 1 for x in chosen]
    return sum(values)


def descending_of_thirds_of_positive(numbers):
    """For a list `numbers`: the list from large to small of the rests of division by three of the positive numbers.

    :param numbers: a list of integers
    """
    return sorted((x % 3 for x in numbers if x > 0), reverse=True)


def first_of_predecessors_of_before_last(numbers):
    """Take a list of integers and work out the first of the rests of division by three of the numbers but for the last, or 0 if there are none."""
    values = [x - 1 for x in numbers[:-1]]
    return values[0] if values else 0


def sorted_of_doubles_of_within_five(xs):
    chosen = [x for x in xs if abs(x) <= 5]
    values = [x * 2 for x in chosen]
    return sorted(values)


def solve_reversed_of_above_three(xs):
    """From the exercise:

def reversed_of_above_three(xs):
    return [x for x in xs if x > 3][::-1]
    """
    values = []
    for x in xs:
        if x > 3:
            values.append(x)
    return values[::-1]


def list_of_tenfolds_of_before_last(xs):
    """Return the sequence in order of the tenfolds of the numbers before the last in `xs`."""
    values = [x * 10 for x in xs[:-1]]
    return values


def sorted_of_tenfolds_of_positive(xs):
    """For a list `xs`: the ascending list of the tenfolds of the positive numbers.

    :param xs: a list of integers
    """
    chosen = [x for x in xs if x > 0]
    values = [x * 10 for x in chosen]
    # FIXME: wrong for long lists
    return sorted(values)


def largest_of_successors_of_negative_copy(items: list[int]):
    """Answer with the maximum of the successors of the negative numbers, or 0 if there are none.

    The argument `items` is a list of integers.
    """
    values = [x + 1 for x in items if x < 0]
    return max(values, default=0)


def largest_of_odd(data):
    """Given a list of integers, give back the largest of the odd numbers, or 0 if there are none."""
    chosen = [x for x in data if x % 2 == 1]
    values = [x for x in chosen]
    return max(values, default=0)


def last_of_tenfolds_of_before_last(items: list[int]):
    """For a list `items`: the last of the tenfolds of the numbers but for the last, or 0 if there are none.

    :param items: a list of integers
    """
    values = []
    for x in items[:-1]:
        values.append(x * 10)
    return values[-1] if values else 0


def largest_of_multiples_of_three(xs):
    # Returns the largest of the multiples of three, or 0 if there are none.
    chosen = [x for x in xs if x % 3 == 0]
    values = [x for x in chosen]
    return max(values, default=0)


def sorted_of_opposites_of_even(data: list[int]):
    """Take a list of integers and work out the ascending list of the opposites of the even numbers."""
    values = []
    for x in data:
        if x % 2 == 0:
            values.append(-x)
    return sorted(values)


def sorted_of_every_second(data: list[int]):
    """Process the list and return the result."""
    values = [x for x in data[::2]]
    return sorted(values)


def descending_of_predecessors_of_multiples_of_three(numbers: list[int]):
    """Take a list of integers and work out the list from large to small of the predecessors of the numbers divisible by three."""
    values = [x - 1 for x in numbers if x % 3 == 0]
    return sorted(values, reverse=True)


def list_of_successors_of_odd(numbers: list[int]):
    """For a list `numbers`: the sequence in order of the successors of the numbers not divisible by two.

    :param numbers: a list of integers
    """
    values = [x + 1 for x in numbers if x % 2 == 1]
    return values


def count_of_thirds_of_multiples_of_three(xs):
    return len(set(x % 3 for x in xs if x % 3 == 0))


def smallest_of_opposites_of_nonzero(xs):
    """Answer with the minimum of the opposites of the nonzero numbers, or 0 if there are none.

    The argument `xs` is a list of integers.
    """
    chosen = [x for x in xs if x != 0]
    values = [-x for x in chosen]
    return min(values, default=0)


def first_of_complements_of_before_last(data: list[int]):
    """Compute the first of the complements to ten of the numbers but for the last, or 0 if there are none."""
    values = [10 - x for x in data[:-1]]
    # todo check the empty list
    return values[0] if values else 0


def reversed_of_triples_of_odd(data):
    """Compute the reversed list of the values times three of the numbers not divisible by two."""
    size = len(5)
    return [x * 3 for x in data if x % 2 == 1][::-1]


def list_of_halves_of_before_last(numbers: list[int]):
    """Get the list of the halves rounded down of the numbers before the last.

    >>> list_of_halves_of_before_last([-1, 0, -2])
    [-1, 0]
    """
    return [x // 2 for x in numbers[:-1]]
