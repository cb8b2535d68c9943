import hashlib

import pytest

from stoppress.live.protocol.cursor import Cursor, first_link, next_link, parse_cursor


def test_a_cursor_is_read_back_as_it_was_written():
    cursor = Cursor(1041, "9f86d081884c7d65")
    assert parse_cursor(str(cursor)) == cursor == (1041, "9f86d081884c7d65")


@pytest.mark.parametrize(
    "text", ["", "1", "1-", "-1-9f86d081884c7d65", "01-9f86d081884c7d65", "1-9F86D081884C7D65"]
)
def test_text_that_is_no_cursor_is_read_as_none(text):
    assert parse_cursor(text) is None
    assert parse_cursor("9" * 19 + "-9f86d081884c7d65") is None


def test_a_link_is_a_hash_of_the_link_before_the_position_and_the_uid():
    uid = bytes(range(16))
    first = first_link(b"i" * 16, "news")
    assert first == hashlib.sha256(b"i" * 16 + b"news").hexdigest()[:16]
    expected = hashlib.sha256(bytes.fromhex(first) + (1).to_bytes(8, "big") + uid)
    assert next_link(first, 1, uid) == expected.hexdigest()[:16]


def test_streams_and_installations_begin_differently():
    links = {first_link(i, s) for i in (b"a" * 16, b"b" * 16) for s in ("news", "section:world")}
    assert len(links) == 4
