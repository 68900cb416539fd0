from hypothesis import given
from hypothesis import strategies as st

from pipeline.journal import Journal

PIECES = st.lists(
    st.dictionaries(
        st.text(max_size=8), st.integers().filter(lambda n: abs(n) < 2**53), min_size=1, max_size=3
    ),
    min_size=1,
    max_size=6,
)


@given(PIECES, st.data())
def test_a_journal_cut_anywhere_replays_whole_records_and_goes_on(tmp_path_factory, pieces, data):
    path = tmp_path_factory.mktemp("journal") / "j"
    journal = Journal(path)
    ends = [0]
    for piece in pieces:
        journal.add(piece)
        ends.append(path.stat().st_size)
    journal.close()
    cut = data.draw(st.integers(0, ends[-1]))
    with path.open("r+b") as file:
        file.truncate(cut)
    whole = max(i for i, end in enumerate(ends) if end <= cut)
    expected: dict[str, int] = {}
    for piece in pieces[:whole]:
        expected |= piece
    again = Journal(path)
    assert again.done == expected
    again.add({"new": 1})
    again.close()
    assert Journal(path).done == expected | {"new": 1}


def test_a_damaged_record_ends_the_replay(tmp_path):
    path = tmp_path / "j"
    journal = Journal(path)
    journal.add({"a": 1})
    journal.add({"b": 2})
    journal.close()
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    assert Journal(path).done == {"a": 1}


def test_outside_a_run_it_is_kept_in_memory():
    journal = Journal()
    journal.add({"a": [1]})
    assert journal.done == {"a": [1]}
