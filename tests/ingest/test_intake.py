"""`take_in`: the articles that a feed's stories become."""

import pytest

from stoppress.ingest.edition import Edition, edition
from stoppress.ingest.entry import Entry, ParsedFeed
from stoppress.ingest.identity import fingerprint, former_body
from stoppress.ingest.intake import take_in
from stoppress.ingest.models import SeenItem, Source
from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.publishing import retract_article, update_article

pytestmark = pytest.mark.django_db

FIRE = Entry(
    id="tag:wire.example,2026:1",
    link="https://wire.example/1",
    title="Fire in the harbour",
    summary_html="Two were hurt.",
    content_html='<p>Two were hurt. <a href="/map">Map</a></p><script>x</script>',
    author="Ann Smith",
    language="en-GB",
)


def feed(*entries: Entry, flaw: str = "") -> Edition:
    return edition(ParsedFeed(title="The Wire", entries=entries, flaw=flaw))


def entry(**fields: object) -> Entry:
    return Entry(**{**FIRE.__dict__, **fields})


@pytest.fixture
def source() -> Source:
    return Source.objects.create(url="https://wire.example/feed", title="The Wire")


def test_an_article_has_the_fields_of_its_entry(source: Source) -> None:
    take_in(source, feed(FIRE))
    article = Article.objects.public().get()
    assert article.headline == "Fire in the harbour"
    assert article.summary == "Two were hurt."
    assert article.body == '<p>Two were hurt. <a href="https://wire.example/map">Map</a></p>'
    assert article.body_format == "html"
    assert article.byline == "Ann Smith"
    assert article.language == "en-GB"
    assert article.source == "The Wire"
    assert article.source_type == ""  # a feed does not say how a text was made
    assert article.versions.public().get().responsible == "The Wire"
    assert article.original_url == "https://wire.example/1"
    assert article.external_id == "https://wire.example/feed tag:wire.example,2026:1"
    assert article.uri == "tag:wire.example,2026:1"


@pytest.mark.parametrize("odd", ["12345", "javascript:alert(1)", "http://x y", "data:,x"])
def test_an_id_that_is_not_a_permanent_uri_is_not_the_uri(source: Source, odd: str) -> None:
    take_in(source, feed(entry(id=odd)))
    assert Article.objects.get().uri.startswith("urn:uuid:")


def test_one_story_in_two_feeds_is_two_articles_with_two_uris(source: Source) -> None:
    other = Source.objects.create(url="https://wire.example/world", title="The Wire")
    assert take_in(source, feed(FIRE)).new == take_in(other, feed(FIRE)).new == 1
    assert Article.objects.values("uri").distinct().count() == 2


def test_an_id_longer_than_an_external_id_is_kept_as_a_hash(source: Source) -> None:
    long = entry(id="x" * 1000)
    take_in(source, feed(long))
    assert Article.objects.get().external_id.startswith("sha256:")
    assert take_in(source, feed(long)).unchanged == 1


def test_an_update_touches_only_what_the_publisher_changed(source: Source) -> None:
    take_in(source, feed(FIRE))
    update_article(Article.objects.get(), {"headline": "Our own headline"})
    take_in(source, feed(entry(content_html="<p>Three were hurt.</p>")))
    article = Article.objects.get()
    assert article.headline == "Our own headline"
    assert article.body == "<p>Three were hurt.</p>"


def test_a_retracted_article_is_not_brought_back_by_its_feed(
    source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    take_in(source, feed(FIRE))
    retract_article(Article.objects.get(), "It did not burn.")
    report = take_in(source, feed(entry(title="Fire in the port")))
    assert report.skipped == [(FIRE.id, "its article was retracted here")]
    assert FIRE.id in caplog.text
    assert "port" not in caplog.text  # a log outlives a retraction
    assert Article.objects.get().headline != "Fire in the port"
    assert take_in(source, feed(entry(title="Fire in the port"))).skipped == []


def test_an_item_under_a_new_name_updates_its_article(source: Source) -> None:
    take_in(source, feed(entry(id="http://wire.example/?p=1")))
    report = take_in(source, feed(entry(id="https://wire.example/?p=1", title="Fire in the port")))
    assert (report.new, report.changed) == (0, 1)
    assert SeenItem.objects.get().key == "https://wire.example/?p=1"
    assert Article.objects.get().headline == "Fire in the port"


def test_the_latest_words_win_however_often_they_change(source: Source) -> None:
    for number in range(30):
        report = take_in(source, feed(entry(title=f"Fire {number}")))
    assert str(report) == "1 entry, 0 new, 1 changed; 1 has changed more than 24 times"
    assert SeenItem.objects.get().revisions == 29
    assert Article.objects.get().headline == "Fire 29"


def test_a_day_of_noise_makes_no_event_and_a_later_correction_does(source: Source) -> None:
    advert = '<p>Two were hurt. <a href="https://ads.example/c?x={}">Advert</a></p>'
    for number in range(60):
        report = take_in(source, feed(entry(content_html=advert.format(number))))
    assert (report.changed, report.unchanged) == (0, 1)
    assert Version.objects.public().count() == 1
    take_in(source, feed(entry(content_html=advert.format(60).replace("Two", "Three"))))
    article = Article.objects.get()
    assert "Three were hurt" in article.body
    assert "x=60" in article.body  # the newest body comes whole


def test_hashes_of_an_older_format_are_rewritten(source: Source) -> None:
    take_in(source, feed(FIRE))
    update_article(Article.objects.get(), {"body": "Our own body"})
    (story,) = feed(FIRE).stories
    old = {**fingerprint(story), "body": former_body(story)}
    SeenItem.objects.update(fingerprint=old, link_alias="")
    assert take_in(source, feed(FIRE)).unchanged == 1
    assert Article.objects.get().body == "Our own body"
    item = SeenItem.objects.get()
    assert (item.fingerprint, item.link_alias) == (fingerprint(story), "wire.example/1")


def test_undated_entries_are_in_the_order_of_the_document(source: Source) -> None:
    take_in(source, feed(*(entry(id=f"urn:{n}", title=f"{n}", link="") for n in range(4))))
    newest_first = Article.objects.public().order_by("-order")
    assert [article.headline for article in newest_first] == ["0", "1", "2", "3"]


def test_flaws_of_the_feed_are_reported(source: Source) -> None:
    twins = [entry(title=f"{number}", link="") for number in range(3)]
    report = take_in(source, feed(*twins, flaw="no element found in line 9"))
    assert str(report) == (
        "3 entries, 3 new; not well formed (no element found in line 9); "
        "2 entries have another's id"
    )
    assert take_in(source, feed(*twins)).unchanged == 3


def test_unread_entries_are_counted_and_logged(
    source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    unread = (("urn:2", "reading it took too long"), ("urn:3", "reading it took too long"))
    stories = feed(FIRE).stories
    report = take_in(source, Edition("The Wire", stories, unread, cut_short=True))
    assert (report.new, report.failed) == (1, 2)
    assert str(report) == "3 entries, 1 new, 2 skipped (reading it took too long)"
    assert "2 skipped: reading it took too long (urn:2)" in caplog.text
    assert take_in(source, Edition("The Wire", stories, unread)).failed == 0
