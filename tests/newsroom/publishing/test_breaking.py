"""The stream `breaking` shows the newest public article that is breaking news, or nothing."""

from threading import Event, Thread

import pytest
from django.db import connection

from stoppress import live
from stoppress.live.log.folding import fold_streams
from stoppress.live.models import LoggedEvent
from stoppress.newsroom.publishing import (
    correct_article,
    publish_article,
    rename_section,
    restore_article,
    retract_article,
    update_article,
)
from tests.logged import logged
from tests.newsroom.desk import NINE, Page, draft, public, section, told, wait_until_one_waits


def shown(page):
    """Return what an open page shows, which is what a new one shows."""
    assert page.items() == page.fresh()
    return page.headlines()


@pytest.mark.django_db
def test_the_newest_one_replaces_the_other_and_its_end_brings_that_back():
    page = Page("breaking")
    public("Ordinary")
    assert shown(page) == []
    old = public("Flood", urgency=1)
    assert shown(page) == ["Flood"]
    new = public("Fire", urgency=1)
    assert shown(page) == ["Fire"]
    update_article(new, {"urgency": 4})
    assert shown(page) == ["Flood"]
    update_article(old, {"urgency": 4})
    assert shown(page) == []
    assert told("breaking") == [
        "put article.published",
        "remove article.moved",
        "put article.published",
        "remove article.updated",
        "put article.moved",
        "remove article.updated",
    ]


@pytest.mark.django_db
def test_an_older_article_that_becomes_breaking_does_not_replace_the_newer():
    old = public("Flood", at=NINE)
    page = Page("breaking")
    public("Fire", urgency=1)
    old = update_article(old, {"urgency": 1})
    correct_article(old, "At ten.")
    assert shown(page) == ["Fire"]
    assert told("breaking") == ["put article.published"]


@pytest.mark.django_db
def test_a_change_of_the_breaking_article_is_an_event():
    article = public("Flood", urgency=1, section=section())
    page = Page("breaking")
    article = update_article(article, {"headline": "Flood rises"})
    assert shown(page) == ["Flood rises"]
    correct_article(article, "It falls.", {"headline": "Flood falls"})
    assert shown(page) == ["Flood falls"]
    rename_section(section(), "The world")
    assert shown(page) == ["Flood falls"]
    assert page.items()[0]["section"]["name"] == "The world"


@pytest.mark.django_db
def test_a_retracted_one_is_removed_once_with_its_text_and_comes_back():
    public("Flood", urgency=1)
    article = public("Zanzibar", urgency=1)
    page = Page("breaking")
    article = retract_article(article, "Made up.")
    assert shown(page) == ["Flood"]
    removals = logged(stream="breaking", key=article.key, op="remove")
    assert [(event.version, event.redacts) for event in removals] == [(article.version, True)]
    assert not LoggedEvent.objects.filter(item__contains="Zanzibar").exists()
    restore_article(article)
    assert shown(page) == ["Zanzibar"]


@pytest.mark.django_db
def test_a_retraction_is_an_event_even_if_the_log_no_longer_has_the_article():
    article = public(urgency=1)
    page = Page("breaking")
    fold_streams({"breaking": live.snapshot("breaking").cursor}, "default")
    retract_article(article, "Made up.")
    assert shown(page) == []


@pytest.mark.django_db
def test_a_pinned_one_is_breaking_too():
    article = public(urgency=1, pinned=True)
    page = Page("breaking")
    assert [item["order"][0] for item in page.items()] == ["3"]
    update_article(article, {"pinned": False})
    assert [item["order"][0] for item in page.items()] == ["2"]
    assert shown(page) == ["Bridge opens"]


@pytest.mark.django_db
def test_several_verbs_in_one_transaction_leave_one_breaking_article():
    first, second = draft("Flood", urgency=1), draft("Fire", urgency=1)
    page = Page("breaking")
    with live.atomic():
        publish_article(first)
        publish_article(second)
    assert shown(page) == ["Fire"]


@pytest.mark.backend("postgres")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("older_commits_first", [True, False])
def test_the_newer_of_two_simultaneous_ones_is_shown_in_either_commit_order(older_commits_first):
    older, newer = draft("Older", urgency=1), draft("Newer", urgency=1)
    page = Page("breaking")
    first, second = (older, newer) if older_commits_first else (newer, older)
    first_has_told = Event()
    failures = []

    def publish_second():
        try:
            first_has_told.wait(20)
            publish_article(second, at=NINE if second == older else None)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    other = Thread(target=publish_second)
    other.start()
    with live.atomic():
        publish_article(first, at=NINE if first == older else None)
        first_has_told.set()
        wait_until_one_waits()
    other.join(20)
    assert failures == []
    assert shown(page) == ["Newer"]
