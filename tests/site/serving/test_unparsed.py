from hypothesis import given
from hypothesis import strategies as st

from stoppress.site.serving.unparsed import EMPTY_LINE, SLICE_BYTES, Unparsed

BYTES = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n\r\n", b"a"]), max_size=30).map(b"".join)


def slices(unparsed):
    while unparsed.left:
        yield bytes(unparsed.take())


@given(st.lists(BYTES, max_size=6))
def test_slices_are_the_added_bytes_and_end_with_each_empty_line(parts):
    unparsed, taken = Unparsed(), []
    for part in parts:
        unparsed.add(part)
        taken += slices(unparsed)
    whole = b"".join(parts)
    assert b"".join(taken) == whole
    ends, at = set(), 0
    for piece in taken:
        at += len(piece)
        ends.add(at)
    first = whole.find(EMPTY_LINE)
    while first >= 0:
        assert first + len(EMPTY_LINE) in ends
        first = whole.find(EMPTY_LINE, first + len(EMPTY_LINE))


@given(st.integers(0, 3), st.integers(-4, 4))
def test_a_slice_without_an_empty_line_has_an_end(cut, near):
    unparsed, whole = Unparsed(), b"a" * (SLICE_BYTES + near) + EMPTY_LINE + b"b" * SLICE_BYTES
    unparsed.add(whole[:cut])
    taken = list(slices(unparsed))
    unparsed.add(whole[cut:])
    taken += slices(unparsed)
    assert b"".join(taken) == whole and max(map(len, taken)) <= SLICE_BYTES
    assert [piece for piece in taken if piece.endswith(EMPTY_LINE[len(piece) * -1 :])]


def test_a_slice_of_a_body_of_known_length_has_the_length_asked_for():
    unparsed = Unparsed()
    unparsed.add(b"a\r\n\r\nbcGET")
    assert bytes(unparsed.take(7)) == b"a\r\n\r\nbc"
    assert bytes(unparsed.take()) == b"GET"
    assert not unparsed.left


def test_added_bytes_follow_the_remaining_ones():
    unparsed = Unparsed()
    unparsed.add(b"a\r\n\r\nb")
    unparsed.take()
    unparsed.add(b"c")
    assert unparsed.left == 2
    assert bytes(unparsed.take()) == b"bc"


def test_a_whole_buffer_is_taken_without_a_copy():
    unparsed, data = Unparsed(), b"GET / HTTP/1.1\r\n\r\n"
    unparsed.add(data)
    assert unparsed.take() is data
