"""`parse_safely`: what a hostile document may cost, and what it may not."""

import time

import pytest

from stoppress.ingest.parse import NotAFeed, parse
from stoppress.ingest.sandbox import parse_safely

from .corpus import Row, chosen


@chosen(lambda row: row.file.endswith(("AtomTheVerge.xml", "encoding_ISO-8859-1.xml")))
def test_it_reads_what_parse_reads(row: Row) -> None:
    base = "http://feeds.example/"
    assert parse_safely(row.body, row.content_type, base) == parse(row.body, row.content_type, base)


def test_what_is_no_feed_is_refused_in_the_same_words() -> None:
    with pytest.raises(NotAFeed, match="It is a web page"):
        parse_safely(b"<html><body>no</body></html>")


def test_a_document_that_would_keep_the_reader_busy_is_given_up() -> None:
    author = b"a" * 80_000
    body = (
        b'<rss version="2.0"><channel><item><author>' + author + b"</author></item></channel></rss>"
    )
    started = time.monotonic()
    with pytest.raises(NotAFeed, match="took too long"):
        parse_safely(body, cpu_seconds=1)
    assert time.monotonic() - started < 10


def test_entities_that_multiply_cost_no_memory() -> None:
    lines = [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha" * 100}">' for n in range(12)]
    body = f"<!DOCTYPE rss [{''.join(lines)}]><rss version='2.0'><title>&a11;</title></rss>"
    try:
        feed = parse_safely(body.encode())
    except NotAFeed as error:
        assert str(error)
    else:
        assert len(feed.title) < 10_000_000


def test_an_entity_cannot_read_a_file() -> None:
    body = b"""<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>
        <rss version="2.0"><channel><title>a&f;b</title></channel></rss>"""
    assert "root" not in parse_safely(body).title


def test_the_name_of_a_file_is_not_taken_for_the_file() -> None:
    with pytest.raises(NotAFeed, match="neither RSS nor Atom"):
        parse_safely(__file__.encode())
