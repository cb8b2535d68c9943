"""Open Graph, canonical addresses and what is not indexed, on each kind of page."""

import pytest
from django.test import Client

from stoppress.newsroom.metadata.head import Head
from stoppress.newsroom.metadata.images import Preview
from stoppress.newsroom.models import Person, Topic
from stoppress.newsroom.publishing import retract_article, update_article
from tests.newsroom.desk import NINE, live_story, post, public, section
from tests.newsroom.pictures.made import picture

from .reading import SITE, canonical, meta, page

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", long="postgres")]

PREVIEW = [
    *("og:title", "og:description", "og:type", "og:url", "og:locale", "og:site_name"),
    *("og:image", "og:image:width", "og:image:height", "og:image:alt", "twitter:card"),
]


def listed_pages() -> list[str]:
    section()
    Topic.objects.create(slug="ferry", name="The ferry")
    Person.objects.create(slug="mara", name="Mara Voss")
    article = public(at=NINE, section="world", topics=["ferry"], authors=["mara"])
    story = live_story()
    bare = post(story, "", body="![](https://example.org/a.png)")
    return [
        *("/", "/section/world/", "/topic/ferry/", "/author/mara/", "/accessibility/"),
        *("/archive/", "/archive/2026/11/", "/archive/2026/11/22/"),
        *(each.get_absolute_url() for each in (article, story, bare)),
        f"{story.get_absolute_url()}page/{bare.order}/",
    ]


def test_every_page_that_is_indexed_has_a_preview_and_its_own_canonical_address():
    for address in listed_pages():
        said = meta(address)
        assert [name for name in PREVIEW if not said.get(name)] == [], address
        assert said["og:url"] == SITE + address
        assert canonical(address) == canonical(f"{address}?utm_source=mail") == address
        assert said["robots"] == "max-image-preview:large"


def test_an_article_has_its_times_section_topics_and_picture():
    section()
    Topic.objects.create(slug="ferry", name="The ferry")
    Topic.objects.create(slug="storm", name="The storm")
    shown = picture(alt="A tree on a road")
    article = public(section="world", topics=["ferry", "storm"], image=shown.pk, language="de")
    said = meta(article.get_absolute_url())
    assert said["og:type"] == "article" and said["og:locale"] == "de_DE"
    assert said["article:section"] == "World"
    assert sorted(said["article:tag"]) == ["The ferry", "The storm"]
    assert said["og:image:alt"] == "A tree on a road"
    assert Client().get(said["og:image"].removeprefix(SITE)).status_code == 200
    before = said["article:modified_time"]
    assert before >= said["article:published_time"]
    update_article(article, {"image": None, "summary": "At last."})
    said = meta(article.get_absolute_url())
    assert said["og:image"] == f"{SITE}/static/newsroom/sharing.png"
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
    assert said["article:modified_time"] > before and said["og:description"] == "At last."


def test_a_picture_in_the_text_is_the_preview_where_there_is_no_other():
    shown = picture(alt="A tree on a road")
    article = public(body=f"![]({shown.reference})")
    assert meta(article.get_absolute_url())["og:image:alt"] == "A tree on a road"


def test_pages_that_are_not_for_search_engines_have_noindex():
    story, article = live_story(), public()
    gone = post(story)
    retract_article(gone, "It stands.")
    retract_article(article, "It is closed.")
    update_article(public("Older"), {"body": "New."})
    address = public("Changed").get_absolute_url()
    for address in (
        *("/search/?q=bridge", "/articles/999/", "/archive/1999/01/", "/archive/2020/01/01/"),
        *(each.get_absolute_url() for each in (article, gone)),
    ):
        shown = page(address)
        assert shown.count('<meta name="robots" content="noindex') == 1, address
        assert 'rel="canonical"' not in shown and "ld+json" not in shown


@pytest.mark.parametrize(
    ("language", "locale"),
    [
        *[("en", "en_US"), ("de-AT", "de_AT"), ("he", "he_IL"), ("x-made-up", ""), ("tlh", "")],
        *[("ar", ""), ("eo", ""), ("english", ""), ("es-419", ""), ("en-AA", ""), ("", "")],
        *[("zh-Hans", "zh_CN"), ("zh-Hant", "zh_TW"), ("zh-Hant-HK", "zh_HK"), ("PT-br", "pt_BR")],
        *[("sr-Latn-RS", "sr_RS"), ("de-CH-1996", "de_CH"), ("de-1996", "de_DE")],
        *[("zh-yue-HK", "zh_HK"), ("en-u-ca-gregory", "en_US"), ("ar-Arab-EG-x-nn", "ar_EG")],
    ],
)
def test_a_language_has_its_usual_territory(language, locale):
    image = Preview("https://paper.example/a.png", "image/png", 1, 1, "A")
    assert Head("T", "", "S", image, language).locale == locale


def test_a_post_without_text_is_titled_by_its_embed_or_picture():
    story, shown = live_story(), picture(alt="A ferry")
    video = "https://www.youtube.com/watch?v=abc"
    for body, name in (
        ("```\nping paper\n```", "ping paper"),
        ("| Town | Level |\n|---|---|\n| Ems | 4 m |", "Town"),
        (f"![]({shown.reference})", "A ferry"),
        ("## Later\n\n```\nx\n```", "Later"),
        (video, "YouTube"),
        (f"[The flood]({video})", "The flood"),
        (f"It rains.\n\n{video}", f"It rains. {video}"),
        ("~~Nothing.~~", None),
    ):
        made = post(story, "", body=body)
        name = name or f"Post {made.pk}"
        assert meta(made.get_absolute_url())["og:title"] == name
        assert f"<title>{name}" in page(made.get_absolute_url())
        newest = Client().get(f"/articles/{story.pk}/feeds/feed.json").json()["items"][0]
        assert newest["title"] == name


def test_the_default_icon_address_leads_to_the_icon():
    answer = Client().get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (302, "/static/newsroom/favicon.ico")
    assert answer["Cache-Control"] == "public, max-age=86400"
    assert Client().post("/favicon.ico").status_code == 405
