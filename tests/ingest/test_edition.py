"""`edition`: which entries of a feed are read, in which order, and which are not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from stoppress.ingest import edition as edition_module
from stoppress.ingest.edition import (
    MAX_BYTES,
    MAX_ENTRIES,
    Edition,
    bound,
    edition,
    read,
)
from stoppress.ingest.entry import Entry, ParsedFeed
from stoppress.ingest.story import Story, compose
from tests.effort import no_more_cpu_than

PLAIN = Entry(id="urn:1", title="Fire in the harbour", content_html="<p>Two were hurt.</p>")


def entries(*many: Entry) -> ParsedFeed:
    return ParsedFeed(title="The Wire", entries=many, flaw="odd")


def test_an_edition_has_the_stories_in_the_documents_order() -> None:
    feed = entries(replace(PLAIN, id="urn:2", content_html="<p>a<br>b</p>"), PLAIN)
    made = edition(feed)
    assert (made.title, made.flaw, made.unread) == ("The Wire", "odd", ())
    assert made.stories == tuple(compose(each, feed) for each in feed.entries)


def test_the_cheapest_entries_are_read_first() -> None:
    feed = entries(replace(PLAIN, content_html="<b>a</b>" * 9), PLAIN, Entry(id="urn:3"))
    assert [place for place, _ in read(feed)] == [2, 1, 0]


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ("x" * (MAX_BYTES + 1), "it is larger than 1,000,000 bytes"),
        ("<ul><li>" * 50_000, "its text has too many nested tags"),
        ("<div>" * 80_000, "its text has too many nested tags"),
        ("<b><i>" * 80_000, "its text has too many nested tags"),
        ("<DIV\n>" * 80_000, "its text has too many nested tags"),
    ],
)
def test_a_hostile_entry_is_left_unread_at_once_and_stops_no_other(odd: str, words: str) -> None:
    feed = entries(
        replace(PLAIN, id="urn:2", content_html=odd),
        replace(PLAIN, id="", link="https://x.example/3", content_html="", summary_html=odd),
        PLAIN,
    )
    with no_more_cpu_than(2):
        made = edition(feed)
    assert [story.id for story in made.stories] == ["urn:1"]
    assert made.unread == (("urn:2", words), ("https://x.example/3", words))


def test_a_document_brings_five_hundred_stories_at_most() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    many = [
        replace(PLAIN, id=f"urn:{n}", published=start + timedelta(hours=n))
        for n in range(MAX_ENTRIES + 2)
    ]
    for feed in (entries(*many), entries(*reversed(many))):
        made = edition(feed)
        assert {story.id for story in made.stories} == {f"urn:{n}" for n in range(2, 502)}
        assert set(made.unread) == {(f"urn:{n}", "500 other entries are newer") for n in (0, 1)}


def test_of_two_versions_of_an_entry_the_later_is_read() -> None:
    nine, ten = datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 1, 5, 10, tzinfo=UTC)
    made = edition(entries(replace(PLAIN, title="New", updated=ten), replace(PLAIN, updated=nine)))
    assert [story.headline for story in made.stories] == ["New"]
    assert made.unread == (("urn:1", "the feed has a later version of it"),)


def test_links_made_whole_do_not_blow_a_feed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edition_module, "MAX_TEXT", 1000)
    many = (
        Entry(f"urn:{n}", "https://x.example/" + "a" * 1000 + "/", content_html="<a href=b>x")
        for n in range(3)
    )
    made = edition(entries(*many))
    assert len(made.stories) == 1
    assert made.unread[0] == ("urn:1", "the entries before it have over 1,000 characters")


def test_an_entry_without_a_name_is_named_by_its_position() -> None:
    made = edition(entries(PLAIN, Entry(content_html="x" * (MAX_BYTES + 1))))
    assert made.unread[0][0] == "entry 2"


def test_an_entry_without_a_result_is_unread_with_the_given_reason() -> None:
    (_, story), *_ = read(entries(PLAIN))
    assert isinstance(story, Story)
    made = bound("T", "", ["a", "b", "c"], [(1, story), (2, "odd")], "too slow", cut_short=True)
    assert made == Edition("T", (story,), (("a", "too slow"), ("c", "odd")), "", cut_short=True)
    assert not bound("T", "", ["a"], [(0, story)], "too slow", cut_short=True).cut_short
