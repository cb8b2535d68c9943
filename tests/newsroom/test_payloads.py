from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from stoppress.newsroom.body.body import html
from stoppress.newsroom.models import Article, Revision
from stoppress.newsroom.payloads import HISTORY, article_item, history_tree, story_item, wire_time
from stoppress.newsroom.publishing import (
    correct_article,
    restore_article,
    retract_article,
    update_article,
)

from .desk import NINE, draft, public, section

pytestmark = pytest.mark.django_db


def test_a_time_on_the_wire_is_utc_to_the_millisecond():
    assert wire_time(NINE) == "2026-11-22T09:00:00.000Z"
    berlin = timezone.get_fixed_timezone(60)
    assert wire_time(datetime(2026, 1, 2, 0, 30, 0, 987654, berlin)) == "2026-01-01T23:30:00.987Z"


def test_an_item_has_the_contracts_fields():
    article = public(
        section=section(), at=NINE, byline="Ann Bee", located="Ems", summary="It is open."
    )
    item = article_item(article)
    assert item == {
        "key": f"article:{article.pk}",
        "version": 2,
        "order": "2026-11-22T09:00:00.000Z",
        "uri": article.uri,
        "kind": "article",
        "language": "en",
        "direction": "ltr",
        "url": f"/articles/{article.pk}/",
        "headline": "Bridge opens",
        "summary": "It is open.",
        "byline": "Ann Bee",
        "located": "Ems",
        "section": {"slug": "world", "name": "World", "url": "/section/world/"},
        "urgency": 5,
        "pinned": False,
        "pub_status": "usable",
        "first_published": "2026-11-22T09:00:00.000Z",
        "version_created": wire_time(article.version_created),
        "image": None,
        "correction": None,
    }


def test_what_is_for_the_desk_alone_is_in_no_item():
    secret = {"ed_note": "Zanzibar", "slugline": "Zanzibar", "external_id": "Zanzibar"}
    assert "Zanzibar" not in str(story_item(public(**secret)))


def test_a_draft_has_no_place_and_no_time_yet():
    item = article_item(draft())
    assert (item["order"], item["first_published"], item["section"]) == (None, None, None)


def test_a_correction_is_a_text_and_a_date():
    article = correct_article(public(), "The date.", {})
    date = wire_time(article.correction_date)
    assert article_item(article)["correction"] == {"text": "The date.", "date": date}
    # The revision is written in the same moment, by a clock that goes on meanwhile.
    assert abs(article.revisions.first().created - article.correction_date) < timedelta(minutes=1)


def test_a_story_has_its_text_as_a_tree():
    item = story_item(public(body="It *is* open."))
    assert item["body"] == [["p", "It ", ["em", "is"], " open."]]
    assert item["updated"] is None


def test_a_story_says_when_it_was_changed_last():
    article = update_article(public(), {"summary": "More."})
    assert story_item(article)["updated"] == wire_time(article.version_created)
    article = restore_article(retract_article(article, "Doubtful."))
    assert story_item(article)["updated"] < wire_time(article.version_created)


def test_a_history_says_what_was_done_in_public():
    article = public(section=section())
    article = correct_article(article, "The mayor's <name>.", {}, by="secret-editor")
    article = restore_article(retract_article(article, "Doubtful."), note="Right after all.")
    [history] = story_item(article)["history"]
    said = [line[1].split(" — ")[1] for line in history[1:]]
    assert said == [
        "Restored: Right after all.",
        "Retracted: Doubtful.",
        "Correction: The mayor's <name>.",
        "Published",
    ]
    assert "secret-editor" not in str(history)
    assert "&lt;name&gt;" in html([history])


def test_a_historys_times_are_absolute_whatever_language_and_zone_are_active():
    revision = Revision(kind="publish", created=datetime(2026, 11, 2, 9, 5, tzinfo=UTC))
    with translation.override("de"), timezone.override("Asia/Tokyo"):
        made = history_tree([revision])
    assert made == [["ul", ["li", "2 November 2026, 09:05 UTC — Published"]]]


def test_a_long_history_shows_its_latest_part():
    article = public()
    Revision.objects.bulk_create(
        Revision(
            article=article,
            version=10 + n,
            kind="update",
            note=f"Note {n}.",
            created=NINE + timedelta(minutes=n),
            headline="x",
            body_format="markdown",
        )
        for n in range(HISTORY + 5)
    )
    [history] = story_item(Article.objects.get())["history"]
    assert len(history) == HISTORY + 1
    assert history[1][1].endswith(f"Note {HISTORY + 4}.")
