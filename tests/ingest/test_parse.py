"""`parse`: the entries of a feed; other documents are refused with a message."""

from datetime import UTC, datetime

import pytest

from stoppress.ingest.entry import Entry
from stoppress.ingest.parse import NotAFeed, parse
from stoppress.ingest.story import compose
from tests.effort import no_more_cpu_than

BASE = "http://feeds.example/news/feed.xml"


def rss(items: str, channel: str = "<title>T</title>") -> bytes:
    return f'<rss version="2.0"><channel>{channel}{items}</channel></rss>'.encode()


def only_entry(items: str) -> Entry:
    (entry,) = parse(rss(items)).entries
    return entry


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \r\n\xef\xbb\xbf ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<!DOCTYPE html><html><title>News</title><p>Sign in</html>", "web page"),
        (b"<!-- a --><?x?><HTML><body>Sign in</body></HTML>", "web page"),
        (b'{"title": "<rss version=\\"2.0\\"></rss>"}', "JSON"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "JSON Feed"),
        (b"[" * 100_000, "JSON"),
        (b"<urlset><url><loc>http://x.example/</loc></url></urlset>", "neither RSS nor Atom"),
        (b"/etc/passwd", "neither RSS nor Atom"),
        (b"file:///etc/passwd", "neither RSS nor Atom"),
        (b"http://127.0.0.1:9/", "neither RSS nor Atom"),
        (b"\x00" * 1000, "empty"),
        (b"\xff\xfe\x00", "empty"),
        ("<html><body>Sign in</body></html>".encode("utf-16"), "web page"),
    ],
)
def test_a_document_that_is_not_a_feed_is_refused_with_a_message(body: bytes, words: str) -> None:
    with pytest.raises(NotAFeed, match=words):
        parse(body)


def test_a_web_page_behind_a_thousand_comments_is_refused_at_once() -> None:
    with pytest.raises(NotAFeed):
        parse(b"<!-- a -->" * 1000 + b"<=")


def test_an_empty_feed_is_a_feed() -> None:
    assert parse(rss("")).entries == ()


def test_a_title_with_markup_becomes_text() -> None:
    entry = only_entry(
        "<item><title>&lt;b&gt;Fire&lt;/b&gt; at R&amp;amp;D, 3 &amp;lt; 4</title></item>"
    )
    assert entry.title == "Fire at R&D, 3 < 4"


def test_a_title_that_only_looks_a_little_like_markup_stays_as_it_is() -> None:
    assert (
        only_entry("<item><title>Why &lt;b&gt; is bold</title></item>").title == "Why <b> is bold"
    )


def test_the_title_of_an_entrys_author_is_not_the_entrys() -> None:
    entry = only_entry(
        "<item><title>News</title><author><name>A</name><title>Editor</title></author></item>"
    )
    assert entry.title == "News"


def test_a_guid_is_not_joined_to_the_documents_address() -> None:
    body = rss("<item><title>x</title><guid>12345</guid></item>")
    (entry,) = parse(body, "", BASE).entries
    assert (entry.id, entry.link) == ("12345", "")


def test_a_guid_that_is_an_address_is_the_link_where_there_is_none() -> None:
    assert only_entry("<item><guid>http://x.example/1</guid></item>").link == "http://x.example/1"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "ftp://x.example/", "http://[::1", "//"]
)
def test_a_link_that_is_not_a_web_address_is_dropped(link: str) -> None:
    assert only_entry(f"<item><title>x</title><link>{link}</link></item>").link == ""


def test_a_link_is_relative_to_the_documents_address() -> None:
    (entry,) = parse(rss("<item><link>../1?a=1&amp;b=2</link></item>"), "", BASE).entries
    assert entry.link == "http://feeds.example/1?a=1&b=2"


def test_plain_text_is_escaped_and_html_is_not() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry>
        <summary>3 &lt; 4 &amp; so on</summary>
        <content type="html">&lt;p&gt;Three&lt;/p&gt;</content></entry></feed>"""
    (entry,) = parse(atom.encode()).entries
    assert entry.summary_html == "<p>3 &lt; 4 &amp; so on</p>"
    assert entry.content_html == "<p>Three</p>"


def test_a_summary_that_repeats_the_content_is_left_out() -> None:
    content = "http://purl.org/rss/1.0/modules/content/"
    entry = only_entry(f'<item><c:encoded xmlns:c="{content}">&lt;p&gt;All</c:encoded></item>')
    assert (entry.summary_html, entry.content_html) == ("", "<p>All")


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("<author>ann@x.example (Ann Smith)</author>", "Ann Smith"),
        ("<author>ann@x.example</author>", ""),
        (
            '<c:creator xmlns:c="http://purl.org/dc/elements/1.1/">Ann Smith</c:creator>',
            "Ann Smith",
        ),
    ],
)
def test_an_authors_name_is_kept_and_the_mail_address_is_not(author: str, name: str) -> None:
    assert only_entry(f"<item><title>x</title>{author}</item>").author == name


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00Z", "yesterday", "", "Mon, 99 Foo 2020"])
def test_an_impossible_date_is_dropped(date: str) -> None:
    assert only_entry(f"<item><title>x</title><pubDate>{date}</pubDate></item>").published is None


def test_a_date_is_utc() -> None:
    entry = only_entry("<item><pubDate>Sun, 22 Nov 2026 09:00:00 +0200</pubDate></item>")
    assert entry.published == datetime(2026, 11, 22, 7, tzinfo=UTC)
    assert entry.updated is None


@pytest.mark.parametrize(
    ("declared", "content_type", "encoding"),
    [
        ("", "text/xml", "utf-8"),  # RFC 7303: text/xml is not ASCII any more
        ("utf-8", "text/xml", "utf-8"),
        ("utf-8", "text/xml; charset=iso-8859-1", "iso-8859-1"),
        ("iso-8859-1", "application/rss+xml", "iso-8859-1"),
        ("iso-8859-1", "text/html", "iso-8859-1"),
        ("windows-1251", "", "windows-1251"),
        ("utf-16", "", "utf-16"),
        ("utf-8", "application/xml; charset=iso-8859-1", "utf-8-sig"),
    ],
)
def test_letters_come_out_as_they_went_in(declared: str, content_type: str, encoding: str) -> None:
    word = "Привет" if encoding in ("windows-1251", "utf-16") else "Café"
    start = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = f'{start}<rss version="2.0"><channel><title>{word}</title></channel></rss>'
    feed = parse(body.encode(encoding), content_type)
    assert (feed.title, feed.flaw) == (word, "")


@pytest.mark.parametrize("entity", ["&#1;", "&#x90;", "&#xFFFE;"])
def test_no_control_character_is_left(entity: str) -> None:
    assert only_entry(f"<item><title>a{entity}b</title></item>").title == "ab"


def test_a_half_pair_does_not_crash_the_reader() -> None:
    try:
        feed = parse(rss("<item><title>a&#xD800;b</title></item>"))
    except NotAFeed as error:
        assert str(error)
    else:
        feed.entries[0].title.encode()


@pytest.mark.parametrize("hidden", ["\u202e\u2066\u200b", "&#x202e;", "&amp;#8203;"])
def test_a_line_has_no_invisible_characters(hidden: str) -> None:
    item = f"""<item><title>{hidden}</title><description>Two were hurt.</description>
        <author>Ann{hidden}</author></item>"""
    feed = parse(rss(item, f"<title>T{hidden}</title>"))
    assert (feed.title, feed.entries[0].title, feed.entries[0].author) == ("T", "", "Ann")
    assert compose(feed.entries[0], feed).headline == "Two were hurt."


@pytest.mark.slow("it measures long titles")
def test_a_long_title_is_no_more_work_than_a_short_one() -> None:
    deep = "&lt;ul&gt;&lt;li&gt;" * 50_000
    items = f"<item><title>{deep}x</title><author>{deep}</author></item>"
    with no_more_cpu_than(5):
        parse(rss(items))
