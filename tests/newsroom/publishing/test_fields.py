from datetime import datetime, timedelta, timezone

import pytest
from django.db import models

from stoppress.newsroom.models import Article, Section
from stoppress.newsroom.publishing import InvalidField
from stoppress.newsroom.publishing.fields import (
    FIELDS,
    checked,
    checked_name,
    checked_note,
)
from tests.newsroom.desk import NINE, section

pytestmark = pytest.mark.django_db
AHEAD, BEHIND = timezone(timedelta(hours=5)), timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("headline", "x" * 301, "301 characters long; the limit is 300"),
        ("headline", "a\nb", "single line"),
        ("headline", "a\tb", "single line"),
        ("headline", "a\u2028b", "single line"),
        ("headline", "a\x85b", "single line"),
        ("headline", "a\x00b", "control"),
        ("headline", "a\ud800b", "surrogate"),
        ("headline", "\u200b", "visible"),
        ("headline", "\u200e \u200f", "visible"),
        ("headline", "\u0301\u2800\u3164", "visible"),
        ("headline", "a\u202eb", "direction"),
        ("headline", "a\u2066b\u2069", "direction"),
        ("byline", "\u200d", "visible"),
        ("headline", None, "must be text"),
        ("summary", "x" * 2001, "the limit is 2000"),
        ("body", "x" * 200_001, "the limit is 200000"),
        ("body", "a\x00b", "control"),
        ("body", "a\x0bb", "control"),
        ("body_format", "rst", "markdown, html"),
        ("urgency", 0, "1 \\(breaking\\) to 9"),
        ("urgency", 10, "1 \\(breaking\\) to 9"),
        ("urgency", True, "whole number"),
        ("urgency", "5", "whole number"),
        ("pinned", 1, "true or false"),
        ("section", "nowhere", "does not exist"),
        ("section", "a\x00", "does not exist"),
        ("section", 7, "does not exist"),
        ("section", Section(slug="unsaved"), "does not exist"),
        ("language", "", "language tag"),
        ("language", "english please", "language tag"),
        ("language", "en_US", "language tag"),
        ("language", "x" * 36, "the limit is 35"),
        ("publish_at", "2026-11-22", "time with its zone"),
        ("publish_at", datetime(2026, 11, 22), "time with its zone"),
        ("occurred", datetime(1, 1, 1, tzinfo=AHEAD), "between the years 1 and 9999"),
        ("top_until", datetime(9999, 12, 31, 23, tzinfo=BEHIND), "between the years"),
        ("original_url", "javascript:x", "http"),
        ("original_url", "/relative", "http"),
        ("original_url", "http://[x", "not an address"),
        ("uri", "", "required"),
        ("uri", "a b", "space"),
        ("external_id", "x" * 501, "the limit is 500"),
        ("pub_status", "usable", "not a field"),
        ("order", "9", "not a field"),
        ("version", 3, "not a field"),
    ],
)
def test_an_invalid_value_is_refused_with_a_message(name, value, words):
    with pytest.raises(InvalidField, match=words) as refusal:
        checked({name: value})
    assert refusal.value.field == name


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("headline", "  Bridge  ", "Bridge"),
        ("headline", "😀" * 300, "😀" * 300),
        ("headline", "می\u200cخواهم 👩\u200d🚒", "می\u200cخواهم 👩\u200d🚒"),
        ("headline", "…", "…"),
        ("headline", "e" + "\u0301" * 300 + "s", "e" + "\u0301" * 5 + "s"),
        ("summary", "e" + "\u0301" * 2000 + "s", "e" + "\u0301" * 5 + "s"),
        ("byline", "Ann" + "\u0489" * 9, "Ann" + "\u0489" * 5),
        ("body", "e" + "\u0301\u200d" * 300, "e" + "\u0301\u200d" * 5),
        ("body", "a\r\nb\rc", "a\nb\nc"),
        ("body", "", ""),
        ("urgency", 1, 1),
        ("language", "pt-BR", "pt-BR"),
        ("language", "FA", "fa"),
        ("language", "ZH-hant-tw", "zh-Hant-TW"),
        ("language", "sl-ROZAJ-1994", "sl-rozaj-1994"),
        ("language", "en-ca-X-CA-Abcd", "en-CA-x-ca-Abcd"),
        ("publish_at", NINE, NINE),
        ("publish_at", None, None),
        ("section", None, None),
        ("section", "", None),
        ("original_url", "", ""),
        ("original_url", "https://example.org/a?b#c", "https://example.org/a?b#c"),
    ],
)
def test_a_value_is_kept(name, value, kept):
    assert checked({name: value}) == {name: kept}


def test_a_section_is_given_as_itself_or_by_its_slug():
    world = section()
    assert checked({"section": world}) == checked({"section": "world"}) == {"section": world}


def test_a_note_is_one_paragraph():
    assert checked_note(" one\n\n two ") == "one two"
    with pytest.raises(InvalidField, match="note"):
        checked_note("x" * 2001)


def test_a_note_and_the_name_of_a_section_have_few_marks_on_a_letter():
    assert checked_note("e" + "\u0301" * 300) == "e" + "\u0301" * 5
    assert checked_name("e" + "\u0301" * 90) == "e" + "\u0301" * 5


def test_accepted_values_fit_their_columns():
    longest = {"headline": 300, "byline": 200, "located": 100, "source": 120, "slugline": 100}
    for name, length in longest.items():
        checked({name: "x" * length})
        with pytest.raises(InvalidField):
            checked({name: "x" * (length + 1)})
    for name in FIELDS:
        field = Article._meta.get_field(name)
        if isinstance(field, models.CharField | models.TextField) and name not in {
            "body_format",
            "language",
            "uri",
            "original_url",
        }:
            with pytest.raises(InvalidField):
                checked({name: "x" * ((field.max_length or 0) + 1)})


def test_a_summary_without_visible_characters_is_empty():
    for blank in ("", "  ", "\n\n", "\u200b", "\u3000"):
        assert checked({"summary": blank}) == {"summary": ""}
    assert checked({"summary": " One.\n"}) == {"summary": " One.\n"}
