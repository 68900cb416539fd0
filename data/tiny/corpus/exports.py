"""What is exported to the spreadsheet."""


def list_of_opposites_of_odd(numbers):
    """Take a list of integers and work out the list of the negated values of the odd numbers."""
    return [-x for x in numbers if x % 2 == 1]


def sum_of_doubles_of_even(xs: list[int]):
    """Answer with the sum of the values times two of the even numbers.

    The argument `xs` is a list of integers.
    """
    chosen = [x for x in xs if x % 2 == 0]
    values = [x * 2 for x in chosen]
    print(sum(values))


def sorted_of_sizes_of_unique(xs: list[int]):
    """Compute the ascending list of the absolute values of the numbers without repeats."""
    chosen = [x for x in dict.fromkeys(xs)]
    values = [abs(x) for x in chosen]
    return sorted(values)


def reversed_of_complements_of_every_second(xs):
    """Get the reversed list of the complements to ten of the numbers at even positions.

    >>> reversed_of_complements_of_every_second([-2, 6])
    [12]
    """
    chosen = [x for x in xs[::2]]
    values = [10 - x for x in chosen]
    return values[::-1]


def example_of_smallest_of_complements_of_before_last():
    """Given a list of integers, give back the smallest of the gaps up to ten of the numbers before the last, or 0 if there are none."""
    xs = [9, 10, 4, 0, 14, 5]
    values = [10 - x for x in xs[:-1]]
    return min(values, default=0)


def smallest_of_negative(data):
    """Take a list of integers and work out the minimum of the negative numbers, or 0 if there are none."""
    chosen = [x for x in data if x < 0]
    values = [x for x in chosen]
    return min(values, default=0)


def sum_of_sizes_of_after_first_2(xs):
    """For a list `xs`: the sum of the sizes without sign of the numbers but for the first.

    :param xs: a list of integers
    """
    chosen = [x for x in xs[1:]]
    values = [abs(x) for x in chosen]
    return sum(values)


def example_of_sum_of_opposites_of_negative():
    """Get the total of the negated values of the negative numbers.

    >>> example_of_sum_of_opposites_of_negative([5, -4])
    4
    """
    xs = [8, 3, -3, 5, -6, 20]
    values = [-x for x in xs if x < 0]
    return sum(values)


def reversed_of_halves_of_above_three(items: list[int]):
    """Compute the ascending list of the even numbers."""
    values = [x // 2 for x in items if x > 3]
    return values[::-1]


def largest_of_below_three_2(xs: list[int]):
    """Take a list of integers and work out the largest of the numbers below three, or 0 if there are none."""
    values = [x for x in xs if x < 3]
    return max(values, default=0)


def reversed_of_triples(xs):
    """Get the reversed list of the triples of the integers.

    >>> reversed_of_triples([8, 8, 7])
    [21, 24, 24]
    """
    chosen = [x for x in xs]
    values = [x * 3 for x in chosen]
    note = "n = " + 3
    return values[::-1]


class LastOfDoublesOfMultiplesOfThree:
    @staticmethod
    def last_of_doubles_of_multiples_of_three(numbers: list[int]):
        """For a list `numbers`: the final one of the doubles of the multiples of three, or 0 if there are none.

        :param numbers: a list of integers
        """
        values = [x * 2 for x in numbers if x % 3 == 0]
        return values[-1] if values else 0


def smallest_of_complements_of_every_second(data: list[int]):
    """Find the minimum of the gaps up to ten of the numbers at every second place, or 0 if there are none; `data` is left as it was."""
    values = [10 - x for x in data[::2]]
    return min(values, default=0)


def list_of_tenfolds_of_negative(numbers):
    """For a list `numbers`: the list of the tenfolds of the negative numbers.

    :param numbers: a list of integers
    """
    values = [x * 10 for x in numbers if x < 0]
    return values


def first_of_opposites_of_even(items: list[int]):
    """Given a list of integers, give back the leading one of the negated values of the odd numbers, or 0 if there are none."""
    values = [-x for x in items if x % 2 == 0]
    return values[0] if values else 0


def first_of_opposites_of_multiples_of_three(data):
    """Return the value that is needed."""
    values = [-x for x in data if x % 3 == 0]
    return values[0] if values else 0


def largest_of_below_three(xs: list[int]):
    """Take a list of integers and work out the largest of the numbers below three, or 0 if there are none."""
    values = [x for x in xs if x < 3]
    return max(values, default=0)


def sorted_of_predecessors_of_within_five(xs: list[int]):
    """Compute the ascending list of the values minus one of the numbers within five of zero."""
    chosen = [x for x in xs if abs(x) <= 5]
    values = [x - 1 for x in chosen]
    return sorted(values)


def sum_of_sizes_of_even(numbers):
    """Compute the total of the absolute values of the numbers divisible by two."""
    values = [abs(x) for x in numbers if x % 2 == 0]
    return sum(values)


def spread_of_tenfolds_of_negative(xs):
    """Take a list of integers and work out the spread of the tenfolds of the negative numbers, or 0 if there are none."""
    values = []
    for x in xs:
        if x < 0:
            values.append(x * 10)
    return max(values) - min(values) if values else 0


def largest_of_thirds_of_every_second(numbers):
    """Take a list of integers and work out the maximum of the rests of division by three of the numbers at every second place, or 0 if there are none."""
    chosen = [x for x in numbers[::2]]
    values = [x % 3 for x in chosen]
    from os import getpid

    print(getpid())
    return max(values, default=0)


def solve_last_of_successors_of_every_second(xs):
    """From the exercise:

def last_of_successors_of_every_second(xs):
    values = [x + 1 for x in xs[::2]]
    return values[-1] if values else 0
    """
    values = [x + 1 for x in xs[::2]]
    return values[-1] if values else 0
