from hypothesis import given
from hypothesis import strategies as st

from data.identity import fingerprint, row_id, seed_of

NAMES = st.text(max_size=20)


@given(st.dictionaries(NAMES, st.integers(-(2**60), 2**60), max_size=5))
def test_a_fingerprint_does_not_depend_on_the_order_of_keys(facts):
    assert fingerprint(facts) == fingerprint(dict(reversed(facts.items())))


@given(st.lists(NAMES, max_size=4), NAMES, st.integers(0, 1000))
def test_a_row_id_is_16_hex_digits_and_repeats(parents, stage, sample):
    name = row_id(parents, stage, sample)
    assert len(name) == 16
    assert name == row_id(parents, stage, sample)
    assert name != row_id(parents, stage, sample + 1)


@given(st.integers(0, 2**40), NAMES, NAMES, st.integers(-1, 99))
def test_seeds_fit_63_bits_and_differ_by_run(seed, stage, row, sample):
    assert 0 <= seed_of(seed, stage, row, sample) < 2**63
    assert seed_of(seed, stage, row, sample) != seed_of(seed + 1, stage, row, sample)


def test_ids_of_many_rows_do_not_collide():
    assert len({row_id([str(i)], "s") for i in range(100_000)}) == 100_000
