from datetime import UTC, datetime

import pytest

from stoppress.newsroom.models import Person, Topic, Version
from stoppress.newsroom.publishing import (
    correct_article,
    create_article,
    publish_article,
    update_article,
)
from tests.newsroom.desk import draft, public, section

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_version_is_written_once():
    version = public().versions.public().get()
    version.note = "Rewritten."
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        version.delete()
    with pytest.raises(TypeError):
        Version.objects.update(note="Rewritten.")
    with pytest.raises(TypeError):
        Version.objects.all().delete()
    assert Version.objects.public().get().note == ""


def test_each_version_keeps_the_text_of_its_time():
    article = public("One", body="First.")
    correct_article(article, "Note.", {"headline": "Two", "body": "Second."})
    texts = [(each.headline, each.body) for each in Version.objects.public().order_by("version")]
    assert texts == [("One", "First."), ("Two", "Second.")]


def test_the_user_who_made_a_public_version_is_responsible_for_it():
    article = create_article({"headline": "x"}, by="ann")
    article = publish_article(article, by="edith")
    article = update_article(article, {"headline": "y"}, by="wire desk")
    article = update_article(article, {"slugline": "z"}, by="ann")
    answers = [each.responsible for each in article.versions.order_by("version")]
    assert answers == ["", "edith", "wire desk", ""]


def test_every_saved_change_is_a_version_and_some_are_public():
    article = draft()
    update_article(article, {"ed_note": "Ask the mayor."}, by="ann")
    article = public("Another")
    update_article(article, {"slugline": "bridge"}, by="ann")
    update_article(article, {"summary": "More."}, by="ann")
    acts = Version.objects.order_by("article", "version").values_list("act", "public", "by")
    assert list(acts) == [
        ("create", False, ""),
        ("save", False, "ann"),
        ("create", False, ""),
        ("publish", True, ""),
        ("save", False, "ann"),
        ("update", True, "ann"),
    ]


def test_a_version_has_every_field_as_it_stood():
    Topic.objects.create(slug="bridges", name="Bridges")
    Person.objects.create(slug="ann", name="Ann Lee")
    first = {"topics": ["bridges"], "authors": ["ann"], "section": section("town"), "urgency": 2}
    article = draft(**first, embargoed_until=NOON, byline="Ann Lee", body="Text.")
    changed = {"topics": [], "authors": [], "section": None, "urgency": 5, "byline": "Bo"}
    update_article(article, changed | {"embargoed_until": None})
    later, earlier = article.versions.all()
    kept = ("topics", "authors", "section", "urgency", "embargoed_until", "byline")
    stood = ["bridges"], ["ann"], "town", 2, "2026-11-22T12:00:00+00:00", "Ann Lee"
    assert tuple(earlier.fields[name] for name in kept) == stood
    assert tuple(later.fields[name] for name in kept) == ([], [], None, 5, None, "Bo")
