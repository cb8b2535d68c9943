"""Addresses of feeds, and their headers."""

import re

import pytest
from django.test import Client

from stoppress.newsroom.models import Person, Topic
from stoppress.newsroom.publishing import rename_topic, retract_article, update_article
from tests.newsroom.desk import NINE, draft, live_story, post, public, section

from .asked import FORMATS, answer, atom, attributes, json_feed

pytestmark = pytest.mark.django_db

USUAL = {
    "feeds/": "rss.xml", "feeds": "rss.xml",
    "feed/": "rss.xml", "feed": "rss.xml", "rss/": "rss.xml", "rss": "rss.xml",
    "rss.xml": "rss.xml", "feed.xml": "rss.xml", "index.xml": "rss.xml", "atom.xml": "atom.xml",
    "feed.json": "feed.json",
}  # fmt: skip
TYPES = {
    "rss.xml": "application/rss+xml; charset=utf-8",
    "atom.xml": "application/atom+xml; charset=utf-8",
    "feed.json": "application/feed+json",
}
HUB = "https://hub.example/"


def test_the_usual_addresses_lead_to_the_feeds():
    Topic.objects.create(slug="ems", name="The Ems")
    Person.objects.create(slug="mara", name="Mara Voss")
    public(section=section(), topics=["ems"], authors=["mara"])
    story = f"/articles/{live_story().pk}/"
    for of in ("/", "/section/world/", "/topic/ems/", "/author/mara/", story):
        for usual, format in USUAL.items():
            assert answer(f"{of}{usual}", 301)["Location"] == f"{of}feeds/{format}"


def test_a_feed_has_its_type_is_cached_as_a_page_is_and_not_sent_twice():
    public()
    for format in FORMATS:
        got = answer(f"/feeds/{format}")
        assert got["Content-Type"] == TYPES[format]
        assert got["Cache-Control"] == "public, max-age=0, s-maxage=2"
        again = answer(f"/feeds/{format}", 304, if_none_match=got["ETag"])
        assert (again.content, again["ETag"]) == (b"", got["ETag"])
        assert Client().head(f"/feeds/{format}").content == b""


def test_a_feed_without_an_entry_stays_the_same():
    first, second = answer("/feeds/atom.xml"), answer("/feeds/atom.xml")
    assert first["ETag"] == second["ETag"]
    assert b"<updated>1970-01-01T00:00:00+00:00</updated>" in first.content


def test_each_change_makes_another_etag_also_that_of_a_name():
    topic = Topic.objects.create(slug="ems", name="The Ems")
    article = public(topics=["ems"])
    tags = [answer("/feeds/rss.xml")["ETag"]]
    for change in (
        lambda: update_article(article, {"body": "It is open."}),
        lambda: rename_topic(topic, "The river"),
        lambda: retract_article(article, "No."),
    ):
        change()
        tags.append(answer("/feeds/rss.xml")["ETag"])
    assert len(set(tags)) == 4


def test_a_missing_list_or_story_has_no_feed():
    Person.objects.create(slug="ben", name="Ben")
    story, hidden = live_story(), draft("Hidden", kind="live")
    plain, entry = public(), post(story)
    for of in (
        *("/section/moon/", "/topic/moon/", "/author/moon/", "/author/ben/"),
        *(f"/articles/{pk}/" for pk in (999, plain.pk, entry.pk, hidden.pk)),
    ):
        for missing in ("feeds/atom.xml", "feeds/", "rss"):
            answer(f"{of}{missing}", 404)
    answer("/feeds/rdf.xml", 404)


def test_a_hub_is_named_in_the_answer_and_in_the_feed(settings):
    assert "Link" not in answer("/feeds/atom.xml")
    assert "hubs" not in json_feed()
    settings.STOPPRESS_WEBSUB_HUB = HUB
    for format in FORMATS:
        link = f'<{HUB}>; rel="hub", <http://testserver/feeds/{format}>; rel="self"'
        assert answer(f"/feeds/{format}")["Link"] == link
    assert {"rel": "hub", "href": HUB} in attributes(atom(), "a:link")
    assert b'<atom:link href="https://hub.example/" rel="hub"/>' in answer("/feeds/rss.xml").content
    assert json_feed()["hubs"] == [{"type": "WebSub", "url": HUB}]


def test_pages_of_lists_and_live_stories_link_to_their_feeds():
    Topic.objects.create(slug="ems", name="Ebb & flow")
    Person.objects.create(slug="mara", name="Mara Voss")
    article = public(section=section(), topics=["ems"], authors=["mara"], at=NINE)
    story = live_story("Storm")
    titles = {
        "/": "Stop Press",
        "/section/world/": "World",
        "/topic/ems/": "Ebb &amp; flow",
        "/author/mara/": "Mara Voss",
        # No headline: a page that is open keeps its head when a text is withdrawn.
        f"/articles/{story.pk}/": "Stop Press",
    }
    for page, title in titles.items():
        head = answer(page).content.decode().partition("</head>")[0]
        links = re.findall(
            r'rel="alternate"\s+type="([^"]+)"\s+title="(.*)"\s+href="(.*feeds/.*)"', head
        )
        assert links == [
            (type.partition(";")[0], f"{title} ({name})", f"{page}feeds/{format}")
            for (format, type), name in zip(TYPES.items(), ("RSS", "Atom", "JSON"), strict=True)
        ]
        for _, _, address in links:
            answer(address)
    for page in (article.get_absolute_url(), "/archive/"):
        assert b"feeds/" not in answer(page).content
