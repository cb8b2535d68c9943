"""`compose`: the story that an entry becomes."""

from datetime import UTC, datetime

import pytest

from stoppress.ingest import story
from stoppress.ingest.entry import Entry, ParsedFeed
from stoppress.ingest.story import compose
from stoppress.newsroom.models import Article

FEED = ParsedFeed(title="The Wire", link="https://wire.example/", language="en-GB")
LONG = "A sentence of the story. " * 40


def test_a_full_entry_keeps_summary_and_body() -> None:
    made = compose(
        Entry(title="T", summary_html="<b>S</b>", content_html="<p>B</p><script>x</script>"), FEED
    )
    assert (made.headline, made.summary, made.body) == ("T", "S", "<p>B</p>")


def test_a_story_is_published_at_a_whole_second() -> None:
    moment = datetime(2026, 1, 5, 10, 0, 0, 123456, UTC)
    for entry in (Entry(title="T", published=moment), Entry(title="T", updated=moment)):
        assert compose(entry, FEED).published == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    ("said", "headline"), [('title="The mayor speaks"', "The mayor speaks"), ("", story.UNTITLED)]
)
def test_a_lone_embedded_object_gives_its_title_as_headline(said: str, headline: str) -> None:
    frame = f'<iframe src="https://video.example/17" {said}></iframe>'
    assert compose(Entry(content_html=frame), FEED).headline == headline


def test_a_short_description_is_the_summary_and_not_the_body_too() -> None:
    made = compose(Entry(title="T", summary_html="<p>Two were hurt.</p>"), FEED)
    assert (made.summary, made.body) == ("Two were hurt.", "")


@pytest.mark.parametrize("html", [LONG, '<p>x</p><img src="/i.png">', "<ul><li>a</li></ul>"])
def test_a_description_with_more_in_it_is_the_body(html: str) -> None:
    made = compose(Entry(title="T", summary_html=html), FEED)
    assert made.body
    assert len(made.summary) <= story.OPENING + 1


def test_content_alone_gives_the_summary_its_opening() -> None:
    made = compose(Entry(title="T", content_html=f"<p>{LONG}</p>"), FEED)
    assert made.summary.startswith("A sentence of the story. A")
    assert made.summary.endswith("…")


def test_an_entry_without_a_title_gets_its_first_words() -> None:
    made = compose(Entry(summary_html=LONG), FEED)
    assert made.headline == "A sentence of the story. " * 3 + "A…"
    assert compose(Entry(id="1"), FEED).headline == "Untitled"


@pytest.mark.parametrize(
    ("link", "base", "address"),
    [
        ("https://a.example/news/1", "", "https://a.example/news/p"),
        ("https://a.example/1", "https://b.example/x/", "https://b.example/x/p"),
        ("", "", "https://wire.example/p"),
    ],
)
def test_a_relative_link_is_relative_to_the_nearest_base(
    link: str, base: str, address: str
) -> None:
    html = '<p><a href="p">more</a></p>'
    content = Entry(link=link, content_base=base, content_html=html, summary_base="https://c.org/")
    summary = Entry(link=link, summary_base=base, summary_html=html, content_base="https://c.org/")
    for entry in (content, summary):
        assert f'href="{address}"' in compose(entry, FEED).body


def test_the_documents_address_is_the_last_base() -> None:
    entry = Entry(content_html='<a href="p">more</a>')
    made = compose(entry, ParsedFeed(), "https://c.example/feed")
    assert 'href="https://c.example/p"' in made.body


def test_every_field_fits_into_an_article() -> None:
    word = "word " * 100_000
    made = compose(
        Entry(title=word, summary_html=word, content_html=f"<p>{word}", author=word), FEED
    )
    for name, limit in [
        ("headline", story.HEADLINE),
        ("summary", story.SUMMARY),
        ("body", story.BODY),
        ("byline", story.BYLINE),
    ]:
        assert 0 < len(getattr(made, name)) <= limit


def test_the_limits_equal_those_of_articles() -> None:
    limits = {
        "headline": story.HEADLINE,
        "summary": story.SUMMARY,
        "body": story.BODY,
        "byline": story.BYLINE,
        "original_url": story.LINK,
    }
    for name, limit in limits.items():
        assert Article._meta.get_field(name).max_length == limit


def test_a_link_too_long_to_keep_is_dropped() -> None:
    assert compose(Entry(link="https://x.example/" + "a" * 2000), FEED).link == ""


def test_the_date_is_the_publishers_first_and_the_language_the_nearest() -> None:
    nine, ten = datetime(2026, 11, 22, 9, tzinfo=UTC), datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert compose(Entry(published=nine, updated=ten), FEED).published == nine
    assert compose(Entry(updated=ten), FEED).published == ten
    assert compose(Entry(), FEED).language == "en-GB"
    assert compose(Entry(language="de"), FEED).language == "de"


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://img.example/c.png" alt="Cartoon: the mayor">',
        '<a href="/c"><img alt="" src="/p.gif"><img alt="Cartoon: the&#32;mayor" src="/c.png"></a>',
    ],
)
def test_a_picture_alone_gives_its_text_as_the_headline_and_stays_in_the_body(html: str) -> None:
    for entry in (Entry(id="1", summary_html=html), Entry(id="1", content_html=html)):
        made = compose(entry, FEED)
        assert made.headline == "Cartoon: the mayor"
        assert "c.png" in made.body


def test_a_title_is_never_cut_inside_a_letter() -> None:
    family = "👩\u200d👩\u200d👧"
    made = compose(Entry(title="x" * (story.HEADLINE - 3) + family), FEED)
    assert made.headline == "x" * (story.HEADLINE - 3) + "…"
