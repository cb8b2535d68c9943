"""Phrases: English to programs, and translated when they are shown."""

from django.utils import translation

from stoppress.newsroom.body.body import read
from stoppress.newsroom.phrase import Phrase


def test_a_phrase_is_english_and_is_shown_in_the_active_language():
    phrase = Phrase(
        "A <%(tag)s> was left out: %(words)s.", tag="b", words=Phrase("“%(words)s”", words="x")
    )
    with translation.override("de"):
        assert phrase == "A <b> was left out: “x”."
        assert phrase.shown() == "Ein <b> wurde weggelassen: „x“."
    with translation.override("en"):
        assert phrase.shown() == phrase


def test_warnings_about_a_text_are_in_the_active_language():
    body = read('<iframe title="Live map"></iframe><svg></svg><p>B.', "html")
    with translation.override("de"):
        assert [each.shown() for each in body.warnings] == [
            "Ein Rahmen ohne Adresse wurde weggelassen: „Live map“.",
            "Eine Zeichnung (SVG) wurde weggelassen.",
        ]
