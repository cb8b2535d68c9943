"""A page contains no None, no empty description and no empty heading."""

import re
from datetime import datetime
from html.parser import HTMLParser
from itertools import combinations

import pytest
from django.test import Client

from stoppress import live
from stoppress.live.rendering.markup import markup
from stoppress.live.rendering.tree import parse
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import correct_article, retract_article, update_article

from .desk import public, section

pytestmark = pytest.mark.django_db

OPTIONAL: dict[str, object] = {
    "summary": "Since nine.",
    "body": "It was *shut* at nine.",
    "byline": "Mara Voss",
    "located": "Kettlewick",
    "section": "world",
    "source": "The Stannet Post",
    "original_url": "https://example.org/1",
    "copyright_notice": "All rights reserved.",
}
VOID = {"meta", "link", "img", "br", "hr", "input"}
SAYING = {"title", "h1", "h2", "h3", "p", "a", "li", "time", "span", "ul", "ol", "blockquote"}
# Filled later; the attribute says with what.
WAITING = {"role", "aria-live", "data-items", "data-new-count", "data-status-line"}
# They say it by being there; an item without a version has an empty one.
BARE = {"hidden", "crossorigin", "alt", "value", "data-time", "data-version"}


class Emptiness(HTMLParser):
    """Finds what a page says nothing with."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.open: list[tuple[str, dict[str, str | None], list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        for name, value in said.items():
            bare = value is None and (name in BARE or name.startswith("data-"))
            if value in {"", "None"} and not bare and name not in BARE:
                self.found.append(f'<{tag} {name}="{value}">')
        if tag not in VOID:
            self.open.append((tag, said, []))

    def handle_data(self, data: str) -> None:
        for _, _, texts in self.open:
            texts.append(data)
        if re.search(r"\bNone\b", data):
            self.found.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        name, said, texts = self.open.pop()
        assert name == tag
        around = [*self.open, (name, said, texts)]
        unseen = any("hidden" in each for _, each, _ in around)
        silent = name in SAYING and not "".join(texts).strip() and not WAITING & said.keys()
        if silent and not unseen:
            self.found.append(f"<{name} {said}></{name}>")


def emptiness(address: str) -> list[str]:
    page = Client().get(address).content.decode()
    parser = Emptiness()
    parser.feed(page)
    parser.close()
    return parser.found


def every_page(article: Article) -> list[str]:
    return ["/", "/section/world/", article.get_absolute_url()]


@pytest.mark.parametrize("left_out", [*combinations(OPTIONAL, 1), tuple(OPTIONAL), ()])
@pytest.mark.slow("it renders pages of many articles")
@pytest.mark.backend("sqlite")  # the database does not matter
def test_a_missing_value_leaves_no_none_and_no_empty_element_on_a_page(left_out):
    section()
    fields = {name: value for name, value in OPTIONAL.items() if name not in left_out}
    article = public(**fields)
    for address in every_page(article):
        assert emptiness(address) == []
    correct_article(update_article(article, {"headline": "Bridge closes"}), "It is the north pier.")
    for address in every_page(article):
        assert emptiness(address) == []
    retract_article(article, "Wrong.")
    for address in [*every_page(article), "/articles/999/"]:
        assert emptiness(address) == []


def descriptions(article: Article) -> list[str]:
    page = Client().get(article.get_absolute_url()).content.decode()
    return re.findall(r'<meta (?:name|property)="(?:og:)?description" content="([^"]*)"', page)


def test_an_article_without_a_summary_is_described_by_its_opening():
    assert descriptions(public(body="The ferry *sails* again.")) == ["The ferry sails again."] * 2
    assert descriptions(public(summary="Since\nnine.", body="Text.")) == ["Since nine."] * 2


@pytest.mark.parametrize("fields", [{}, {"summary": " \n "}, {"body": "***"}])
def test_an_article_without_any_text_has_the_papers_words_in_previews_alone(fields):
    article = public(**fields)
    assert descriptions(article) == ["The latest from Stop Press."]
    assert emptiness(article.get_absolute_url()) == []


@pytest.mark.parametrize(
    ("language", "runs"), [("de", "ltr"), ("ar", "rtl"), ("zh-Hant-TW", "ltr"), ("az-Arab", "rtl")]
)
def test_a_page_has_its_articles_language_and_its_own_words_have_the_sites(language, runs):
    article = public(language=language, summary="S")
    page = Client().get(article.get_absolute_url()).content.decode()
    assert re.search(f'<html lang="{language}"\\s+dir="{runs}">', page)
    assert '<body lang="en-gb" dir="ltr">' in page
    says = f' lang="{language}" dir="{runs}">'
    for start in ("<h1", '<p class="story-standfirst"', '<div class="story-body"'):
        assert start + says in page
    front = Client().get("/").content.decode()
    for start in ("<h2", '<p class="item-summary"'):
        assert start + says in front


def test_a_page_is_the_views_of_its_streams_as_html():
    article = public(section=section(), summary="Since nine.", body="It *is* `shut`.", urgency=1)
    correct_article(article, "At ten.", {"byline": "Voss"})
    public("Ferry runs & runs", section=section())
    for address, stream in (("/", "news"), ("/section/world/", "section:world")):
        shows(address, stream, 2)
    shows(article.get_absolute_url(), article.stream, 1)


def shows(address: str, stream: str, count: int) -> None:
    """Check that a page has a stream's items, each as its view is read by a browser."""
    page = Client().get(address).content.decode()
    items = live.snapshot(stream).items
    for item in items:
        key, version, order = item["key"], str(item["version"]), item["order"]
        html = markup(item["view"], data_key=key, data_version=version, data_order=order)
        assert html in page
        assert parse(html) == item["view"]
    main = page[page.index("<main") :]
    assert len(items) == main.count(" data-key=") == count
    # No template of an item: the one that there may be has the words of embeds.
    assert set(re.findall(r"<template\s+(\S+)", page)) <= {"data-embed-words"}
    assert "data-field" not in page


@pytest.mark.parametrize("address", ["/", "/section/world/"])
def test_a_list_shows_the_empty_notice_only_while_it_is_empty(address):
    section()
    for hidden in ("", " hidden"):
        page = Client().get(address).content.decode()
        assert re.search(rf"<div data-when-empty{hidden}>\s*<p class=\"notice\">No news yet", page)
        # What announces news is there in both cases, and outside of what is hidden.
        assert page.index("data-announce") < page.index("data-when-empty")
        public(section=section())


def test_a_page_shows_the_withdrawal_notice_only_while_the_article_is_withdrawn():
    article = public()
    for hidden in (" hidden", ""):
        page = Client().get(article.get_absolute_url()).content.decode()
        notice = rf"<div data-when-empty{hidden}>\s*<section class=\"notice\">"
        assert re.search(notice, page)
        # An open page has no note, and links it.
        assert ("Read the editors’ note" in page) == bool(hidden)
        assert ("Wrong." in page) != bool(hidden)
        if hidden:
            assert f'<a href="http://testserver{article.get_absolute_url()}">Read the' in page
            retract_article(article, "Wrong.")


def test_a_withdrawn_articles_note_is_in_the_articles_language():
    article = retract_article(public(language="fa"), "BBC: نادرست بود.")
    page = Client().get(article.get_absolute_url()).content.decode()
    assert re.search(r'class="notice-note"\s+lang="fa"\s+dir="rtl"', page)


def test_each_time_on_a_page_is_machine_readable():
    gone = retract_article(public("Gone"), "Wrong.")
    article = correct_article(public(section=section()), "The date.")
    update_article(article, {"headline": "Bridge closes"})
    for address in [*every_page(article), gone.get_absolute_url()]:
        page = Client().get(address).content.decode()
        times = re.findall(r' datetime="([^"]*)"', page)
        times += re.findall(r'published_time"\s+content="([^"]*)"', page)
        assert times
        for time in times:
            datetime.fromisoformat(time)


def test_a_site_has_its_configured_language(settings):
    settings.STOPPRESS_LANGUAGE = "de"
    assert public().language == "de"
    assert re.search(r'<html lang="de"\s+dir="ltr">', Client().get("/").content.decode())
