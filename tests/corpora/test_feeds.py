"""Real feeds, with facts about each: `make corpora CORPORA=DIR`."""

from datetime import datetime
from urllib.parse import urljoin

import pytest

from stoppress.ingest.edition import edition
from stoppress.ingest.entry import Entry
from stoppress.ingest.follow import follow
from stoppress.ingest.parse import NotAFeed, parse
from stoppress.ingest.sandbox import read_safely
from stoppress.ingest.sanitize import one_line, plain_text, writable
from stoppress.ingest.story import compose
from stoppress.live.models import LoggedEvent
from stoppress.newsroom.models import Article
from tests.ingest.audit import Audit
from tests.services.web import Web

from .corpus import Row, chosen, feeds

BASE = "http://feeds.example/news/feed.xml"
CAPTURES = [
    "feeds/codehollow--FeedReader/Feeds__AtomTheVerge.xml",
    "feeds/codehollow--FeedReader/Feeds__Rss10OrfAt.xml",
    "feeds/codehollow--FeedReader/Feeds__Rss20DaStandardAt.xml",
    "feeds/codehollow--FeedReader/Feeds__Rss20ISO88591Intranet30.xml",
    "feeds/kagisearch--fastfeedparser/integration__osm-pl.xml",
    "feeds/kagisearch--fastfeedparser/integration__kagi.xml",
    "feeds/miniflux--v2/reader__parser__testdata__encoding_ISO-8859-1.xml",
]


def capture(file: str) -> Row:
    for row in feeds():
        if row.file == file:
            return row
    raise LookupError(file)


def is_json(row: Row) -> bool:
    return row.file.endswith(".json")


@chosen(lambda row: row.facts.get("outcome") == "parse" and not is_json(row))
def test_a_feed_is_read_as_the_manifest_says(row: Row) -> None:
    feed = parse(row.body, row.content_type, BASE)
    facts = row.facts
    assert len(feed.entries) == facts.get("entry_count", len(feed.entries))
    said = facts.get("feed", {})
    assert feed.title == text(said.get("title", feed.title))
    assert feed.link == said.get("link", feed.link)
    assert feed.language.lower() == said.get("language", feed.language).lower()
    for fact in facts.get("entries", []):
        entry = feed.entries[fact["index"]]
        assert entry.id == one_line(fact.get("id", entry.id))
        assert entry.title == text(fact.get("title", entry.title))
        assert entry.link == (urljoin(BASE, fact["link"]) if "link" in fact else entry.link)
        for name in ("published", "updated", "published_or_updated"):
            if name in fact:
                times = {moment(time) for time in dates(entry, name)}
                assert fact[name].replace(".000", "") in times


def text(title: str) -> str:
    """Return a title of the manifest as text: two have markup in them, some control characters."""
    marked_up = "</" in title or "&#x" in title
    return plain_text(title) if marked_up else one_line(writable(title))


def dates(entry: Entry, name: str) -> list[datetime]:
    found = {"published": [entry.published], "updated": [entry.updated]}
    either = found.get(name, [entry.published, entry.updated])
    return [date for date in either if date]


def moment(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


@chosen(lambda row: row.facts.get("outcome") == "reject")
def test_a_document_that_the_manifest_rejects_is_not_a_feed(row: Row) -> None:
    with pytest.raises(NotAFeed):
        parse(row.body, row.content_type)


@chosen(lambda row: row.facts.get("outcome") == "no_crash")
def test_every_document_is_a_feed_or_is_refused_with_a_message(row: Row) -> None:
    try:
        parse(row.body, row.content_type)
    except NotAFeed as error:
        assert str(error)


@chosen(lambda row: row.facts.get("well_formed") is not None)
def test_a_document_that_is_not_well_formed_is_flagged(row: Row) -> None:
    try:
        flaw = parse(row.body, row.content_type).flaw
    except NotAFeed as error:
        flaw = str(error)
    assert bool(flaw) is not row.facts["well_formed"]


@chosen(is_json)
def test_a_json_feed_is_refused_by_its_name(row: Row) -> None:
    with pytest.raises(NotAFeed, match="JSON"):
        parse(row.body, "application/feed+json")


@chosen(lambda row: row.facts.get("security") == "no_active_content")
def test_nothing_active_is_left_of_a_hostile_feed(row: Row) -> None:
    feed = parse(row.body, row.content_type)
    stories = [compose(entry, feed) for entry in feed.entries]
    for text in (feed.title, *(t for s in stories for t in (s.body, s.summary, s.headline))):
        assert Audit(text).found == []
        assert "location.href" not in text


@chosen(lambda row: row.file.endswith(("AtomTheVerge.xml", "encoding_ISO-8859-1.xml")))
def test_the_sandbox_reads_the_same_as_this_process(row: Row) -> None:
    base = "http://feeds.example/"
    here = edition(parse(row.body, row.content_type, base), base)
    assert here.stories
    assert read_safely(row.body, row.content_type, base) == here


@pytest.mark.django_db
@pytest.mark.usefixtures("own_network")
@pytest.mark.parametrize("file", CAPTURES)
def test_a_real_feed_becomes_articles_and_a_second_run_adds_nothing(web: Web, file: str) -> None:
    row = capture(file)
    url = web.serve("/feed", row.body, content_type=row.content_type)
    source, polled = follow(url)
    assert polled.report is not None
    assert (polled.report.new, polled.report.skipped) == (row.facts["entry_count"], [])
    assert source.title == one_line(row.facts["feed"]["title"])
    for fact in row.facts["entries"]:
        article = Article.objects.public().get(external_id=f"{url} {fact['id']}")
        assert article.headline == one_line(writable(fact.get("title", article.headline)))
        assert article.original_url == fact.get("link", article.original_url)
        assert article.source == source.title
        if "published" in fact:
            assert article.first_published is not None
            assert article.first_published.strftime("%Y-%m-%dT%H:%M:%SZ") == fact["published"]

    events = LoggedEvent.objects.count()
    _, again = follow(url)
    assert again.report is not None
    assert (again.report.new, again.report.changed, again.report.skipped) == (0, 0, [])
    assert again.report.unchanged == row.facts["entry_count"]
    assert Article.objects.count() == row.facts["entry_count"]
    assert LoggedEvent.objects.count() == events
