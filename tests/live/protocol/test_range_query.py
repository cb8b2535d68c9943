import pytest

from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.range_query import RangeAsk, parse_range
from stoppress.live.protocol.refusals import Refusal


def test_a_query_is_read_whole():
    query = b"stream=posts:42&below=0-2026&limit=100&after=7-5be0cd19137e21fa&x=1&x=2&y="
    ask = parse_range(query)
    assert ask == RangeAsk("posts:42", "0-2026", 100, Cursor(7, "5be0cd19137e21fa"))
    assert ask.cursors == {"posts:42": None}
    assert parse_range(b"stream=posts") == RangeAsk("posts", None, None, None)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        (b"", "ask for a stream: ?stream=NAME"),
        (b"stream=Posts", "a stream name has a-z 0-9 : _ - and at most 64 characters"),
        (b"stream=a&stream=a", "stream is given twice"),
        (b"stream=a&below=", "below is an order: 1 to 200 printable ASCII characters"),
        (b"stream=a&limit=0", "limit is a whole number from 1 to 100"),
        (b"stream=a&limit=101", "limit is a whole number from 1 to 100"),
        (b"stream=a&after=5", "after is a cursor, as the stream's frames have it"),
        (b"stream=n\xff", "the query cannot be read"),
        (b"&".join([b"stream=a", *[b"x=1"] * 20]), "the query cannot be read"),
        (b"stream=a&x=" + b"n" * 7990, "the query is longer than 8000 bytes"),
    ],
)
def test_a_malformed_query_is_refused_with_a_message(query, why):
    with pytest.raises(Refusal) as refused:
        parse_range(query)
    assert (refused.value.code, refused.value.reason) == (4400, why)


def test_a_query_of_the_most_fields_and_bytes_is_read():
    assert parse_range(b"&".join([b"stream=a", *[b"x=1"] * 19])).stream == "a"
    assert parse_range(b"stream=a&x=" + b"n" * 7989).stream == "a"
