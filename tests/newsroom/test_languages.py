"""Readers' pages in the site's language and zone for any publisher; texts in their own."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.test import Client, override_settings
from django.utils import timezone, translation

from stoppress import live
from stoppress.newsroom.language import language_of_words
from stoppress.newsroom.models import Article, SourceType, Topic
from stoppress.newsroom.publishing import correct_article, retract_article, update_article
from tests.logged import logged
from tests.newsroom.desk import content, part, public, section

pytestmark = pytest.mark.django_db
GERMAN = {"LANGUAGE_CODE": "de", "TIME_ZONE": "Europe/Berlin", "STOPPRESS_LANGUAGE": "de-DE"}
SUMMER = datetime(2026, 7, 1, 12, 5, tzinfo=UTC)


@pytest.fixture
def german(settings):
    for name, value in GERMAN.items():
        setattr(settings, name, value)


def page(address: str) -> str:
    return Client().get(address).content.decode()


def words(html: str) -> str:
    shown = re.sub("<script.*?</script>", "", html, flags=re.DOTALL)
    return " ".join(re.sub("<[^>]+>", " ", shown).split())


def told(article: Article) -> list[str]:
    return [event.item for event in logged(stream=article.stream)]


@pytest.mark.parametrize(("language", "zone"), [("en", "America/New_York"), ("ar", "Asia/Tokyo")])
def test_page_and_event_do_not_depend_on_the_active_language_and_zone(german, language, zone):
    with translation.override(language), timezone.override(zone):
        article = correct_article(public(at=SUMMER, section=section()), "Der Name.", {"body": "B."})
        shown = page(article.get_absolute_url())
    assert json.loads(told(article)[-1]) == live.snapshot(article.stream).items[0]
    assert shown == page(article.get_absolute_url())
    view = live.snapshot(article.stream).items[0]["view"]
    assert content(part(view, "time"))[0] == "1. Juli 2026, 14:05 Uhr MESZ"
    assert "Korrektur: " in words(shown) and "Published" not in words(shown)


def test_the_newspaper_is_german_in_a_german_paper(german):
    news = public(at=SUMMER, urgency=1, topics=[Topic.objects.create(slug="ems", name="Die Ems")])
    update_article(news, {"body": "Mehr."})
    story = words(page(news.get_absolute_url()))
    for said in ("Eilmeldung", "Veröffentlicht 1. Juli 2026", "Aktualisiert", "Themen Die Ems"):
        assert said in story
    assert re.search(
        r"Verlauf dieses Artikels .* Uhr ME?S?Z — Aktualisiert.*Was sich geändert", story
    )
    front = page("/")
    assert 'content="Das Neueste von Stop Press."' in front and 'data-one="1 neue Meldung"' in front
    assert re.search(r'<html lang="de-DE"\s+dir="ltr">', front)
    assert '<body lang="de" dir="ltr">' in front and "Verbindung unterbrochen" in front
    assert re.search(r"(Mon|Diens|Mitt|Donners|Frei|Sams|Sonn)\w+, \d+\. \w+ \d{4}", words(front))
    assert "Diese Seite gibt es nicht" in page("/articles/999/")
    retract_article(news, "Falsch.")
    assert "Dieser Artikel wurde zurückgezogen Falsch." in words(page(news.get_absolute_url()))


def test_the_disclosure_of_a_machine_text_is_in_the_sites_language(german):
    made = public(source_type=SourceType.TRANSLATED)
    assert "Von einer Maschine übersetzt, nicht geprüft" in words(page(made.get_absolute_url()))


def test_an_etag_changes_with_the_zone(client):
    tags = [client.get("/")["ETag"]]
    with override_settings(TIME_ZONE="Europe/Berlin"):
        tags.append(client.get("/")["ETag"])
    assert tags[0] != tags[1]


def test_the_date_is_in_the_sites_zone(settings):
    settings.TIME_ZONE = "Pacific/Kiritimati"
    ahead = re.search('<time datetime="([^"]+)">', page("/"))[1]
    settings.TIME_ZONE = "Pacific/Pago_Pago"
    behind = re.search('<time datetime="([^"]+)">', page("/"))[1]
    assert ahead > behind


def test_a_hebrew_article_in_a_german_paper_has_its_language_on_every_page(german):
    hebrew = {"headline": "הגשר נפתח", "summary": "אחרי שנה.", "body": "טקסט.", "language": "he"}
    article = correct_article(public(at=SUMMER, **hebrew), "השם.", {"body": "טקסט אחר."})
    story = page(article.get_absolute_url())
    own = 'lang="he" dir="rtl"'
    flat = " ".join(story.split())
    assert f"<html {own}>" in flat and '<body lang="de" dir="ltr">' in flat
    for start in ("<h1 ", '<p class="story-standfirst" ', '<div class="story-body" '):
        assert f"{start}{own}>" in flat
    assert f": <span {own}>השם.</span>" in flat
    assert f"<h2 {own}>" in " ".join(page("/").split())
    changes = " ".join(page(f"{article.get_absolute_url()}history/2..3/").split())
    assert f"<html {own}>" in changes and f"{own}>הגשר נפתח</a>" in changes
    assert f"<span {own}>השם.</span>" in changes and '<h2 lang="de" dir="ltr">Text</h2>' in changes


def test_the_papers_own_words_are_in_a_language_that_they_are_translated_to():
    assert [language_of_words(tag) for tag in ("de", "de-AT", "DE-ch", "en", "fr", "zh-Hant")] == [
        *["de"] * 3,
        *["en-gb"] * 3,
    ]


@override_settings(STOPPRESS_LANGUAGE="he", LANGUAGE_CODE="en-gb")
def test_an_untranslated_paper_names_the_language_of_its_texts():
    front = " ".join(page("/").split())
    assert '<html lang="he" dir="rtl">' in front and '<body lang="en-gb" dir="ltr">' in front
