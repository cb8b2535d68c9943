import pytest
from django.db.models import QuerySet

from stoppress.newsroom.comparing.versions import PUBLIC_PARTS, compared_versions
from stoppress.newsroom.publishing import correct_article
from tests.newsroom.desk import public

pytestmark = pytest.mark.django_db


def compare(article, names=PUBLIC_PARTS):
    before, after = article.versions.public().order_by("version")
    return {part.name: part for part in compared_versions(before, after, names)}


def test_bodies_of_different_formats_are_compared_by_their_text():
    article = public(body="It is *open*.\n\nToday.")
    parts = compare(
        correct_article(
            article, "Shut.", {"body": "<p>It is <b>shut</b>.<p>Today.", "body_format": "html"}
        )
    )
    first, second = parts["body"].paragraphs
    assert [(run.kind, run.text) for run in first.runs] == [
        ("same", "It is "),
        ("deleted", "open"),
        ("inserted", "shut"),
        ("same", "."),
    ]
    assert second.is_same


def test_fields_for_the_desk_are_compared_only_when_asked_for():
    article = public(ed_note="Ask Ben.", byline="Ann")
    article = correct_article(article, "Shut.", {"ed_note": "Ask Ida.", "byline": "Ben"})
    assert compare(article).keys() == {"byline"}
    assert compare(article, ["ed_note"])["ed_note"].label == "Editorial note"


def test_fields_that_an_older_version_did_not_store_are_not_shown_as_new():
    article = public(byline="Ann", located="Ems", urgency=3)
    # As the previous release wrote it: the verbs of this one always keep all fields.
    QuerySet.update(article.versions.all(), fields={})
    article = correct_article(article, "Shut.", {"headline": "Bridge shut"})
    assert compare(article).keys() == {"headline"}
    assert compare(article, ["byline", "urgency", "section", "headline"]).keys() == {"headline"}


def test_the_direction_is_that_of_the_text():
    article = public(language="ar", headline="الجسر مغلق")
    part = compare(correct_article(article, "No.", {"headline": "الجسر مفتوح"}))["headline"]
    assert (part.language, part.direction) == ("ar", "rtl")
