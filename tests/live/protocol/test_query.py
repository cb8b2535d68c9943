import pytest

from stoppress.live.protocol.query import parse_ask
from stoppress.live.protocol.refusals import Refusal


def test_streams_are_read_with_their_cursors_as_they_came():
    ask = parse_ask(b"stream=news&stream=story:42@17-5be0cd19137e21fa&stream=x@rubbish&stream=y@")
    assert ask.cursors == {"news": None, "story:42": "17-5be0cd19137e21fa", "x": "rubbish", "y": ""}
    assert not ask.full
    assert parse_ask(b"stream=news&replay=all").full


def test_an_escaped_query_is_read_the_same():
    assert parse_ask(b"stream=story%3A42%4017-5be0cd19137e21fa").cursors == {
        "story:42": "17-5be0cd19137e21fa"
    }


@pytest.mark.parametrize(
    ("query", "why"),
    [
        (b"", "ask for a stream"),
        (b"stream=", "stream name"),
        (b"stream=News", "stream name"),
        (b"stream=../etc", "stream name"),
        (b"stream=news&stream=news", "twice"),
        (b"stream=news&stream=news@1-9f86d081884c7d65", "twice"),
        (b"&".join(b"stream=s%d" % n for n in range(65)), "at most 64"),
        (b"&".join(b"x=%d" % n for n in range(140)), "cannot be read"),
        (b"stream=n\xff", "cannot be read"),
        (b"stream=" + b"n" * 9000, "longer"),
    ],
)
def test_a_malformed_query_is_refused_with_a_message(query, why):
    with pytest.raises(Refusal, match=".*") as refused:
        parse_ask(query)
    assert refused.value.code == 4400 and why in refused.value.reason


def test_64_of_the_longest_names_with_the_longest_cursors_are_read():
    names = [f"s{n:02}" + "x" * 61 for n in range(64)]
    query = "&".join(f"stream={name}@{2**53}-5be0cd19137e21fa" for name in names)
    assert list(parse_ask(query.encode()).cursors) == names


def test_the_cursor_of_one_reader_does_not_reach_the_next():
    query = b"stream=news&stream=story:42"
    assert parse_ask(query, b"news@18-5be0cd19137e21fa").cursors["news"] == "18-5be0cd19137e21fa"
    assert parse_ask(query).cursors == {"news": None, "story:42": None}


def test_a_query_that_is_remembered_cannot_be_changed():
    with pytest.raises(TypeError):
        parse_ask(b"stream=news").cursors["news"] = "18-5be0cd19137e21fa"


def test_an_event_id_names_newer_cursors_for_streams_of_the_query_only():
    ask = parse_ask(
        b"stream=news&stream=story:42@1-5be0cd19137e21fa&stream=x&replay=all",
        b"story:42@19-5be0cd19137e21fa,other@3-5be0cd19137e21fa,news@18-5be0cd19137e21fa,x,\xff",
    )
    assert ask.cursors == {
        "news": "18-5be0cd19137e21fa",
        "story:42": "19-5be0cd19137e21fa",
        "x": None,
    }
    assert ask.full
    assert not parse_ask(b"stream=news", b"news@18-5be0cd19137e21fa").full


def test_an_event_id_is_split_at_the_first_at_sign_of_each_entry():
    assert parse_ask(b"stream=news", b"news@18-5be0cd19137e21fa@x").cursors == {
        "news": "18-5be0cd19137e21fa@x"
    }
