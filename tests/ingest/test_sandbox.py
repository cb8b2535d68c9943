"""`read_safely`: the limits for a hostile document."""

import resource

import pytest

from stoppress.ingest.edition import edition
from stoppress.ingest.parse import NotAFeed, parse
from stoppress.ingest.sandbox import read_safely
from tests.effort import no_more_cpu_than

from .kinds import KINDS, Kind


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_sandbox_returns_the_same_edition_as_this_process(kind: Kind) -> None:
    base = "https://gazette.example/feed"
    here = edition(parse(kind.body, kind.content_type, base), base)
    assert read_safely(kind.body, kind.content_type, base) == here


def test_a_document_that_is_not_a_feed_gets_the_same_message() -> None:
    with pytest.raises(NotAFeed, match="It is a web page"):
        read_safely(b"<html><body>no</body></html>")


def test_a_long_author_is_no_more_work_than_a_short_one() -> None:
    author = "a" * 80_000  # feedparser would look for a mail address in it for 20 seconds
    body = f'<rss version="2.0"><channel><item><author>{author}</author></item></channel></rss>'
    assert read_safely(body.encode(), cpu_seconds=10).stories[0].byline.startswith("aaa")


# The elements look closed, but in a table `</div>` closes nothing.
UNCLOSED = "<div><table></div></table>"
SLOW = "reading it took too long (signal 9)"


def test_entries_read_before_the_timeout_are_kept() -> None:
    slow = (
        f"<item><guid>slow</guid><description><![CDATA[{UNCLOSED * 35_000}]]></description></item>"
    )
    items = slow + "".join(f"<item><guid>{n}</guid><title>{n}</title></item>" for n in range(30))
    body = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()
    made = read_safely(body, cpu_seconds=1)
    assert [story.id for story in made.stories] == [str(n) for n in range(30)]
    assert made.unread == (("slow", SLOW),)
    assert not made.cut_short  # it would take as long the next time


def test_the_largest_feed_of_hostile_entries_ends_in_time() -> None:
    one = (
        f"<item><guid>{{}}</guid><description><![CDATA[{UNCLOSED * 35_000}]]></description></item>"
    )
    items = "".join(one.format(n) for n in range(10))
    body = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()
    assert 9_000_000 < len(body) < 10_000_000
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with no_more_cpu_than(2):
        made = read_safely(body, cpu_seconds=3)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 5
    assert len(made.unread) + len(made.stories) == 10
    assert made.unread[-1][1] == SLOW


def test_entities_that_multiply_cost_no_memory() -> None:
    lines = [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha" * 100}">' for n in range(12)]
    body = f"<!DOCTYPE rss [{''.join(lines)}]><rss version='2.0'><title>&a11;</title></rss>"
    try:
        feed = read_safely(body.encode())
    except NotAFeed as error:
        assert str(error)
    else:
        assert len(feed.title) < 10_000_000


def test_an_entity_cannot_read_a_file() -> None:
    body = b"""<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>
        <rss version="2.0"><channel><title>a&f;b</title></channel></rss>"""
    assert "root" not in read_safely(body).title


def test_the_name_of_a_file_is_not_taken_for_the_file() -> None:
    with pytest.raises(NotAFeed, match="neither RSS nor Atom"):
        read_safely(__file__.encode())
