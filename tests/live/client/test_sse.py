import pytest

from stoppress.live.client.sse import EventStream

STREAM = (
    b": hello, proxy\r\n\r\n"
    b'event: hello\r\ndata: {"type":"hello"}\r\n\r\n'
    b"id: news@1-aa\nevent: event\ndata: one\ndata:two\ndata\n\n"
    b"data:  spaced\r\rid\rdata: last\r\r"
    b"event: nothing\n\n"
    b"retry: 10\nunknown: field\ndata: \xc3\xa9\n\n"
    b"id: with\0null\ndata: end\n\ndata: unfinished"
)
MESSAGES = [
    ("hello", '{"type":"hello"}', ""),
    ("event", "one\ntwo\n", "news@1-aa"),
    ("message", " spaced", "news@1-aa"),
    ("message", "last", ""),
    ("message", "é", ""),
    ("message", "end", ""),
]


def read(*pieces):
    stream = EventStream()
    return [tuple(message) for piece in pieces for message in stream.parse(piece)]


def test_the_parser_reads_an_event_stream_as_the_standard_says():
    assert read(STREAM) == MESSAGES


def test_the_parser_accepts_any_split_of_the_bytes():
    for cut in range(len(STREAM)):
        assert read(STREAM[:cut], STREAM[cut:]) == MESSAGES, cut
    assert read(*(bytes([byte]) for byte in STREAM)) == MESSAGES


@pytest.mark.parametrize("cut", range(5))
def test_a_byte_order_mark_at_the_beginning_is_skipped(cut):
    stream = b"\xef\xbb\xbfdata: x\n\n\xef\xbb\xbfdata: y\n\n"
    assert read(stream[:cut], stream[cut:]) == [("message", "x", "")]
