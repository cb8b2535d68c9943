"""Sitemaps list each public address once, in stable parts, and nothing else."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from stoppress.newsroom.models import Article, Person, Section, Topic
from stoppress.newsroom.publishing import (
    publish_due,
    restore_article,
    retract_article,
    update_article,
)
from stoppress.newsroom.sitemaps import parts
from stoppress.newsroom.sitemaps.entry import news_language
from stoppress.newsroom.sitemaps.written import IMAGE, NEWS, SITEMAP
from tests.newsroom.desk import NINE, draft, live_story, post, public, section
from tests.newsroom.pictures.made import picture

pytestmark = pytest.mark.django_db

SITE = "http://testserver"
SPACES = {"": SITEMAP, "image": IMAGE, "news": NEWS}
ARTICLES = "/sitemap-articles-1.xml"


@pytest.fixture(autouse=True)
def one_part(monkeypatch):
    """Have all in the first part: PostgreSQL counts rows on from test to test."""
    monkeypatch.setattr(parts, "PART", 10**12)


def asked(path, **headers):
    return Client().get(path, headers={name.replace("_", "-"): v for name, v in headers.items()})


def read(path):
    answer = asked(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    return ElementTree.fromstring(answer.content)


def listed(path):
    """Return the addresses of a map, without the host."""
    found = [each.text for each in read(path).findall("*/loc", SPACES)]
    assert all(each.startswith(SITE) for each in found)
    return [each.removeprefix(SITE) for each in found]


def test_the_index_names_each_part_that_lists_something_and_the_news():
    assert listed("/sitemap.xml") == ["/sitemap-news.xml"]
    Topic.objects.create(slug="ems", name="The Ems")
    public("A", section=section(), topics=["ems"])
    names = ["articles-1", "sections-1", "topics-1", "news"]
    assert listed("/sitemap.xml") == [f"/sitemap-{name}.xml" for name in names]


def test_only_public_articles_are_listed():
    Topic.objects.bulk_create([Topic(slug="ems", name="The Ems"), Topic(slug="quiet", name="Q")])
    Person.objects.bulk_create([Person(slug="mara", name="Mara"), Person(slug="new", name="N")])
    first = public("First", section=section(), topics=["ems"], authors=["mara"])
    draft("Draft", topics=["quiet"], authors=["new"])
    gone, story = public("Gone"), live_story("Storm")
    retract_article(gone, "It was never so.")
    post(story, "A post")
    assert listed(ARTICLES) == [f"/articles/{each.pk}/" for each in (first, story)]
    assert listed("/sitemap-sections-1.xml") == ["/section/world/"]
    assert listed("/sitemap-topics-1.xml") == ["/topic/ems/"]
    assert listed("/sitemap-authors-1.xml") == ["/author/mara/"]
    for missing in ("articles-2", "topics-7", "posts-1"):
        assert asked(f"/sitemap-{missing}.xml").status_code == 404


def test_an_entry_has_the_latest_change_and_the_pictures():
    shown = picture()
    article = public("A", at=NINE, image=shown.pk)
    entry = read(ARTICLES).find("url", SPACES)
    changed = article.version_created.isoformat(timespec="milliseconds")
    assert entry.findtext("lastmod", None, SPACES) == changed.replace("+00:00", "Z")
    image = entry.findtext("image:image/image:loc", None, SPACES)
    assert image == f"{SITE}{shown.address(shown.renditions[-1])}" and image.endswith(".jpg")


def test_a_post_counts_as_change_of_its_live_story():
    story = live_story("Storm")
    before = read(ARTICLES).findtext("url/lastmod", None, SPACES)
    post(story, "A post")
    assert read(ARTICLES).findtext("url/lastmod", None, SPACES) > before


def test_an_article_stays_in_its_part_and_a_part_changes_with_its_own_alone(monkeypatch):
    monkeypatch.setattr(parts, "PART", 2)
    if draft("Unseen").pk % 2:
        draft("So the first of a part is the next one")
    made = [public(f"Article {number}") for number in range(5)]
    start = made[0].pk
    numbers = sorted({(each.pk - 1) // 2 + 1 for each in made})
    addresses = [f"/sitemap-articles-{number}.xml" for number in numbers]
    assert listed("/sitemap.xml")[: len(numbers)] == addresses
    of_each = [listed(each) for each in addresses]
    assert sum(of_each, []) == [f"/articles/{each.pk}/" for each in made]
    tags = [asked(each)["ETag"] for each in addresses]
    newest = public("A newer one")
    assert newest.pk > start
    old = addresses[0]
    assert asked(old, If_None_Match=tags[0]).status_code == 304
    for change in (
        lambda: update_article(made[0], {"headline": "Changed"}),
        lambda: retract_article(made[0], "It was never so."),
        lambda: restore_article(made[0]),
    ):
        tag = asked(old)["ETag"]
        change()
        assert asked(old, If_None_Match=tag)["ETag"] != tag
    assert asked(addresses[1], If_None_Match=tags[1]).status_code == 304


def test_the_news_sitemap_has_two_days_and_at_most_a_thousand_articles(settings, monkeypatch):
    settings.STOPPRESS_SITE_NAME = "The Harbour & Post"
    now = timezone.now()
    public("Old", at=now - timedelta(hours=49))
    new = public("New <one>", at=now - timedelta(hours=47), language="pt-BR")
    newer = live_story("Newer")
    assert listed("/sitemap-news.xml") == [f"/articles/{each.pk}/" for each in (newer, new)]
    told = read("/sitemap-news.xml").findall("url/news:news", SPACES)[1]
    said = {each.tag.rpartition("}")[2]: each.text for each in told.iter()}
    assert said["name"] == "The Harbour & Post" and said["language"] == "pt"
    assert said["title"] == "New <one>"
    published = new.first_published.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert said["publication_date"] == published
    monkeypatch.setattr("stoppress.newsroom.sitemaps.news.MOST", 1)
    assert listed("/sitemap-news.xml") == [f"/articles/{newer.pk}/"]


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en-GB", "en"),
        ("zh-Hans-CN", "zh-cn"),
        ("zh", "zh-cn"),
        ("zh-Hant", "zh-tw"),
        ("yue", "yue"),
    ],
)
def test_a_language_is_named_as_google_news_has_it(tag, language):
    assert news_language(tag) == language


def test_no_character_of_an_older_row_breaks_the_news():
    article = public("A title")
    first = "\x00" if connection.vendor == "sqlite" else "\x01"  # PostgreSQL keeps no NUL
    Article.objects.filter(pk=article.pk).update(headline=f"A{first} \x0b title")
    told = read("/sitemap-news.xml").findtext("url/news:news/news:title", None, SPACES)
    assert told == "A\ufffd \ufffd title"


@pytest.mark.parametrize("path", ["/sitemap.xml", ARTICLES, "/sitemap-news.xml", "/robots.txt"])
def test_a_crawler_with_the_current_version_gets_304(path):
    public("A")
    first = asked(path)
    again = asked(path, If_None_Match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == again["Cache-Control"] == "public, max-age=0, s-maxage=2"


def test_robots_txt_names_excluded_addresses_and_the_sitemaps():
    text = asked("/robots.txt").content.decode()
    assert text.splitlines() == [
        "User-agent: *",
        "Disallow: /search/",
        "Disallow: /articles/*/history/",
        "Disallow: /live/",
        "Disallow: /admin/",
        "Disallow: /api/",
        "",
        f"Sitemap: {SITE}/sitemap.xml",
        f"Sitemap: {SITE}/sitemap-news.xml",
    ]


def test_a_theme_adds_lines_to_robots(settings, tmp_path):
    (tmp_path / "newsroom").mkdir()
    (tmp_path / "newsroom" / "robots.txt").write_text(
        '{% extends "newsroom/robots.txt" %}'
        "{% block own %}\nUser-agent: Taker\nDisallow: /\n{% endblock %}"
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    text = asked("/robots.txt").content.decode()
    assert "\n\nUser-agent: Taker\nDisallow: /\n\nSitemap: " in text


def test_a_section_is_listed_as_soon_as_it_is_there():
    Section.objects.create(slug="sport", name="Sport")
    assert listed("/sitemap-sections-1.xml") == ["/section/sport/"]


def test_a_scheduled_article_is_listed_once_it_is_out():
    waiting = update_article(draft("Later"), {"publish_at": timezone.now() + timedelta(hours=1)})
    assert asked(ARTICLES).status_code == 404
    Article.objects.filter(pk=waiting.pk).update(publish_at=timezone.now())
    assert publish_due(timezone.now()) == 1
    assert listed(ARTICLES) == [f"/articles/{waiting.pk}/"]


def test_a_post_in_either_of_two_live_stories_changes_the_part():
    older, newer = live_story("Storm"), live_story("Flood")
    entry = post(older, "A post")
    # Of a clock that was ahead.
    Article.objects.filter(pk=newer.pk).update(latest_change=timezone.now() + timedelta(hours=1))
    tag = asked(ARTICLES)["ETag"]
    update_article(entry, {"body": "It rains."})
    assert asked(ARTICLES, If_None_Match=tag).status_code == 200
