"""A feed of each kind is read as its publisher means it."""

import pytest

from stoppress.ingest.parse import NotAFeed, parse
from stoppress.ingest.sanitize import plain_text

from .kinds import KINDS, NO_FEEDS, Kind

BASE = "https://gazette.example/news/feed.xml"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_feed_is_read(kind: Kind) -> None:
    feed = parse(kind.body, kind.content_type, BASE)
    assert (feed.title, feed.link) == (kind.title, kind.link)
    assert bool(feed.flaw) is not kind.well_formed
    assert len(feed.entries) == len(kind.entries)
    for entry, fact in zip(feed.entries, kind.entries, strict=True):
        for name in ("id", "title", "link"):
            assert getattr(entry, name) == fact.get(name, getattr(entry, name))
        if "date" in fact:
            date = entry.published or entry.updated
            assert date is not None
            assert f"{date:%Y-%m-%dT%H:%M:%SZ}" == fact["date"]
        if "text" in fact:
            assert plain_text(entry.content_html or entry.summary_html) == fact["text"]


@pytest.mark.parametrize(("name", "body", "words"), NO_FEEDS)
def test_a_document_that_is_not_a_feed_is_refused_with_a_message(
    name: str, body: bytes, words: str
) -> None:
    with pytest.raises(NotAFeed, match=words) as refused:
        parse(body)
    assert str(refused.value)
