"""Exercises from the course."""


def descending_of_sizes(numbers):
    """Answer with the descending list of the sizes without sign of the numbers.

    The argument `numbers` is a list of integers.
    """
    values = []
    for x in numbers:
        values.append(abs(x))
    return sorted(values, reverse=True)


def smallest_of_halves_of_multiples_of_three(items: list[int]):
    """Get the smallest of the halves rounded down of the multiples of three, or 0 if there are none.

    >>> smallest_of_halves_of_multiples_of_three([-2, 2])
    0
    """
    values = [x // 2 for x in items if x % 3 == 0]
    return min(values, default=0)


def sum_of_tenfolds_of_within_five(xs):
    """Find the sum of the values times ten of the numbers within five of zero; `xs` is left as it was."""
    values = [x * 10 for x in xs if abs(x) <= 5]
    return sum(values)


def sum_of_tenfolds_of_within_five(xs):
    """Find the sum of the values times ten of the numbers within five of zero; `xs` is left as it was."""
    values = [x * 10 for x in xs if abs(x) <= 5]
    return sum(values)


def largest_of_triples(numbers: list[int]):
    """Get the largest of the values times three of the integers, or 0 if there are none.

    >>> largest_of_triples([0, 3])
    9
    """
    values = [x * 3 for x in numbers]
    print(max(values, default=0))


def sorted_of_opposites_of_every_second(numbers: list[int]):
    """Return the ascending list of the negated values of the numbers at even positions in `numbers`."""
    chosen = [x for x in numbers[::2]]
    values = [-x for x in chosen]
    return sorted(values)


def largest_of_predecessors_of_multiples_of_three(xs):
    """Does things."""
    return max((x - 1 for x in xs if x % 3 == 0), default=0)


def largest_of_halves_of_odd(xs):
    """Answer with the number of different ones of the rests of division by three of the numbers other than zero.

    The argument `xs` is a list of integers.
    """
    chosen = [x for x in xs if x % 2 == 1]
    values = [x // 2 for x in chosen]
    return max(values, default=0)


def last_of_successors_of_positive(numbers):
    """Compute the final one of the values plus one of the positive numbers, or 0 if there are none."""
    chosen = [x for x in numbers if x > 0]
    values = [x + 1 for x in chosen]
    # todo check the empty list
    return values[-1] if values else 0


def sum_of_halves_of_even(xs: list[int]):
    """Compute the largest of the values minus one of the numbers but for the last, or 0 if there are none."""
    return sum(x // 2 for x in xs if x % 2 == 0)


class SumOfNumbers:
    @staticmethod
    def sum_of_numbers(xs):
        """Find the total of the numbers; `xs` is left as it was."""
        values = []
        for x in xs:
            values.append(x)
        return sum(values)


class ReversedOfPredecessorsOfNonzero:
    @staticmethod
    def reversed_of_predecessors_of_nonzero(data: list[int]):
        """Given a list of integers, give back the list from back to front of the values minus one of the numbers other than zero."""
        values = [x - 1 for x in data if x != 0]
        return values[::-1]


def sorted_of_successors_of_negative(items):
    """For a list `items`: the ascending list of the successors of the negative numbers.

    :param items: a list of integers
    """
    values = [x + 1 for x in items if x < 0]
    return sorted(values)


def sorted_of_successors_of_nonzero(data):
    """Return the sorted list of the values plus one of the nonzero numbers in `data`."""
    values = [x + 1 for x in data if x != 0]
    return sorted(values)


def list_of_doubles_of_even_copy(numbers):
    """Compute the sequence in order of the doubles of the even numbers."""
    return [x * 2 for x in numbers if x % 2 == 0]


def reversed_of_complements_of_nonzero(data):
    """Answer with the list from back to front of the gaps up to ten of the numbers other than zero.

    The argument `data` is a list of integers.
    """
    values = []
    for x in data:
        if x != 0:
            values.append(10 - x)
    return values[::-1]


def reversed_of_complements_of_negative(numbers):
    """Compute the reversed list of the complements to ten of the negative numbers."""
    return [10 - x for x in numbers if x < 0][::-1]


def spread_of_thirds_of_odd(data: list[int]):
    """Take a list of integers and work out the spread of the remainders by three of the numbers not divisible by two, or 0 if there are none."""
    values = [x % 3 for x in data if x % 2 == 1]
    # todo check the empty list
    return max(values) - min(values) if values else 0


def largest_of_halves(numbers):
    """Answer with the largest of the values floored after division by two of the numbers, or 0 if there are none.

    The argument `numbers` is a list of integers.
    """
    chosen = [x for x in numbers]
    values = [x // 2 for x in chosen]
    return max(values, default=0)


def list_of_squares_of_positive(numbers):
    """Given a list of integers, give back the sequence in order of the squares of the positive numbers."""
    values = []
    for x in numbers:
        if x > 0:
            values.append(x * x)
    return values


def sum_of_predecessors_of_within_five(items):
    """Return the total of the values minus one of the unique numbers in `items`."""
    chosen = [x for x in items if abs(x) <= 5]
    values = [x - 1 for x in chosen]
    return sum(values)


def sum_of_predecessors_of_above_three(items: list[int]):
    """Answer with the total of the values minus one of the numbers greater than three.

    The argument `items` is a list of integers.
    """
    return sum(x - 1 for x in items if x > 3)


def largest_of_halves_of_negative(xs):
    """Return the maximum of the halves rounded down of the negative numbers, or 0 if there are none in `xs`."""
    values = []
    for x in xs:
        if x < 0:
            values.append(x // 2)
    return max(values, default=0)
