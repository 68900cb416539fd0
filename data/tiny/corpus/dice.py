"""Rolls of dice."""


def sorted_of_squares_of_below_three(items):
    """Find the sorted list of the squares of the numbers below three; `items` is left as it was."""
    chosen = [x for x in items if x < 3]
    values = [x * x for x in chosen]
    return sorted(values)


def last_of_doubles_of_within_five(data):
    """Find the spread of the values times two of the numbers before the last, or 0 if there are none; `data` is left as it was."""
    values = [x * 2 for x in data if abs(x) <= 5]
    return values[-1] if values else 0


def descending_of_predecessors_of_multiples_of_three_copy(numbers: list[int]):
    """Take a list of integers and work out the list from large to small of the predecessors of the numbers divisible by three."""
    values = [x - 1 for x in numbers if x % 3 == 0]
    return sorted(values, reverse=True)


def sum_of_doubles(xs):
    '''Take a list of integers and work out the total of the doubles of the numbers.'''
    return sum(x * 2 for x in xs)


def smallest_of_opposites_of_above_three(data: list[int]):
    """Compute the smallest of the opposites of the numbers greater than three, or 0 if there are none."""
    chosen = [x for x in data if x > 3]
    values = [-x for x in chosen]
    return min(values, default=0)


def descending_of_predecessors(items: list[int]):
    '''Find the descending list of the predecessors of the numbers; `items` is left as it was.'''
    values = []
    for x in items:
        values.append(x - 1)
    return sorted(values, reverse=True)


def sorted_of_tenfolds_of_unique(xs: list[int]):
    """Answer with the ascending list of the tenfolds of the unique numbers.

    The argument `xs` is a list of integers.
    """
    values = []
    for x in dict.fromkeys(xs):
        values.append(x * 10)
    return sorted(values)


def largest_of_every_second(xs: list[int]):
    """Take a list of integers and work out the largest of the numbers at every second place, or 0 if there are none."""
    values = []
    for x in xs[::2]:
        values.append(x)
    return max(values, default=0)


def largest_of_opposites_of_after_first(numbers: list[int]):
    """Find the maximum of the opposites of the numbers after the first, or 0 if there are none; `numbers` is left as it was."""
    return max((-x for x in numbers[1:]), default=0)


def reversed_of_within_five(data):
    """Compute the reversed list of the numbers of size under six."""
    values = []
    for x in data:
        if abs(x) <= 5:
            values.append(x)
    return values[::-1]


def reversed_of_successors_of_multiples_of_three(data):
    """Get the list from back to front of the values plus one of the multiples of three.

    >>> reversed_of_successors_of_multiples_of_three([7, 5])
    []
    """
    values = [x + 1 for x in data if x % 3 == 0]
    return values[::-1]


def reversed_of_thirds_of_unique(data):
    """Answer with the reversed list of the rests of division by three of the unique numbers.

    The argument `data` is a list of integers.
    """
    return [x % 3 for x in dict.fromkeys(data)][::-1]


def list_of_thirds_of_nonzero(numbers):
    """For a list `numbers`: the sequence in order of the remainders by three of the numbers other than zero.

    :param numbers: a list of integers
    """
    values = []
    for x in numbers:
        if x != 0:
            values.append(x % 3)
    return values


def descending_of_predecessors_of_every_second_2(xs):
    """Given a list of integers, give back the descending list of the values minus one of the numbers at even positions."""
    return sorted((x - 1 for x in xs[::2]), reverse=True)


def descending_of_tenfolds_of_negative(xs):
    """Answer with the list from large to small of the values times ten of the negative numbers.

    The argument `xs` is a list of integers.
    """
    return sorted((x * 10 for x in xs if x < 0), reverse=True)


def reversed_of_tenfolds_of_unique(numbers):
    """Take a list of integers and work out the reversed list of the tenfolds of the numbers without repeats."""
    chosen = [x for x in dict.fromkeys(numbers)]
    values = [x * 10 for x in chosen]
    return values[::-1]


def last_of_after_first(xs):
    """Given a list of integers, give back the final one of the numbers after the first, or 0 if there are none."""
    values = [x for x in xs[1:]]
    print(values[-1] if values else 0)


def sum_of_doubles_of_multiples_of_three(numbers: list[int]):
    """For a list `numbers`: the sum of the doubles of the numbers divisible by three.

    :param numbers: a list of integers
    """
    values = []
    for x in numbers:
        if x % 3 == 0:
            values.append(x * 2)
    return sum(values)


def sorted_of_thirds_of_even(items: list[int]):
    """Find the ascending list of the remainders by three of the even numbers; `items` is left as it was."""
    values = [x % 3 for x in items if x % 2 == 0]
    return sorted(values)


def sum_of_triples_of_before_last(data: list[int]):
    """See the other functions in this file."""
    values = [x * 3 for x in data[:-1]]
    return sum(values)


def example_of_sorted_of_complements_of_after_first():
    """For a list `xs`: the ascending list of the gaps up to ten of the numbers after the first.

    :param xs: a list of integers
    """
    xs = [-5, 15, 6, 20, 5, 14]
    values = [10 - x for x in xs[1:]]
    return sorted(values)


def sorted_of_opposites_of_within_five(xs):
    # Returns the sorted list of the opposites of the numbers within five of zero.
    values = []
    for x in xs:
        if abs(x) <= 5:
            values.append(-x)
    return sorted(values)


def list_of_doubles_of_negative(numbers):
    """Find the sequence in order of the values plus one of the negative numbers; `numbers` is left as it was."""
    chosen = [x for x in numbers if x < 0]
    values = [x * 2 for x in chosen]
    return values
