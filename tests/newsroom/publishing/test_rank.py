"""The rank of articles, and its end."""

import logging
from datetime import timedelta

import pytest

from stoppress.live.clock import database_time
from stoppress.live.protocol.frames import wire_time
from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.publishing import (
    lower_ranks,
    place_articles,
    publish_due,
    restore_article,
    retract_article,
    update_article,
)
from stoppress.newsroom.publishing import rank as rank_module
from tests.newsroom.desk import NINE, Page, draft, public, section, told

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def soon():
    """Return a time at the top that is not over yet, and one when it is."""
    until = database_time() + HOUR
    return until, until + timedelta(seconds=1)


def test_a_time_that_is_over_lowers_the_article_on_every_open_page():
    until, later = soon()
    article = public("Flood", section=section(), urgency=2, top_until=until)
    public("Bridge", section=section())
    pages = [Page(stream) for stream in ("news", "section:world", article.stream)]
    assert pages[0].headlines() == ["Flood", "Bridge"]
    assert lower_ranks(until - timedelta(seconds=1)) == 0
    assert lower_ranks(until) == 1
    assert lower_ranks(later) == 0
    assert pages[0].headlines() == pages[1].headlines() == ["Bridge", "Flood"]
    for page in pages:
        assert page.items() == page.fresh()
    assert told()[-1] == "put article.updated"


def test_lowering_makes_no_version_and_refuses_no_open_form():
    until, later = soon()
    article = public(urgency=1, top_until=until)
    lower_ranks(later)
    fresh = Article.objects.get()
    assert (fresh.version, fresh.version_created) == (article.version, article.version_created)
    assert Version.objects.count() == 2
    assert (fresh.rank, fresh.breaking, fresh.rank_until) == (0, False, None)
    update_article(article, {"headline": "Changed"}, if_version=article.version)


def test_articles_whose_time_is_over_are_lowered_in_order():
    until, later = soon()
    for number in range(3):
        public(f"Story {number}", urgency=1, top_until=until + timedelta(milliseconds=2 - number))
    public("Ordinary")
    page = Page("news")
    assert page.headlines() == ["Story 2", "Story 1", "Story 0", "Ordinary"]
    assert lower_ranks(later) == 3
    assert page.headlines() == ["Ordinary", "Story 2", "Story 1", "Story 0"]
    assert page.items() == page.fresh()


def test_a_pinned_article_stays_pinned_and_is_no_longer_breaking():
    until, later = soon()
    public(urgency=1, pinned=True, top_until=until)
    page, breaking = Page("news"), Page("breaking")
    assert lower_ranks(later) == 1
    assert breaking.items() == breaking.fresh() == []
    assert [item["order"][0] for item in page.items()] == ["3"]
    assert not page.items()[0]["breaking"]


def test_an_unpinned_article_has_the_place_of_its_urgency():
    until, later = soon()
    article = public(urgency=3, pinned=True, top_until=until)
    assert (article.rank, article.rank_until) == (3, None)
    article = update_article(article, {"pinned": False})
    assert (article.rank, article.rank_until) == (1, until)
    assert lower_ranks(later) == 1


def test_urgency_that_comes_and_goes_moves_the_article_each_time():
    article = public("Flood", at=NINE)
    public("Bridge", at=NINE + HOUR)
    page = Page("news")
    for urgency, first in ((1, "Flood"), (5, "Bridge"), (1, "Flood")):
        article = update_article(article, {"urgency": urgency})
        assert page.headlines()[0] == first
        assert page.items() == page.fresh()


def test_a_draft_and_a_retracted_article_are_not_lowered():
    until, later = soon()
    draft("Draft", urgency=1, top_until=until)
    retract_article(public("Wrong", urgency=1, top_until=until), "Made up.")
    assert lower_ranks(later) == 0


def test_an_article_whose_time_ended_while_it_was_retracted_comes_back_lower(monkeypatch):
    until, later = soon()
    article = retract_article(public(urgency=1, top_until=until), "Made up.")
    assert article.rank == 2
    clock = "stoppress.newsroom.publishing.restore.database_time"
    monkeypatch.setattr(clock, lambda: later)  # no test waits an hour
    article = restore_article(article)
    assert (article.rank, article.breaking, article.rank_until) == (0, False, None)
    assert Page("breaking").items() == []


def test_a_scheduled_article_whose_time_at_the_top_is_over_is_ranked_like_the_others():
    draft("Late", urgency=1, top_until=NINE, publish_at=NINE)
    assert publish_due(NINE + HOUR) == 1
    article = Article.objects.get()
    assert (article.rank, article.breaking) == (0, False)
    assert told("breaking") == []


def test_an_embargo_that_ends_after_the_time_at_the_top_shows_nothing_early():
    draft(urgency=1, top_until=NINE, publish_at=NINE, embargoed_until=NINE + HOUR)
    assert publish_due(NINE) == lower_ranks(NINE) == 0
    assert told() == told("breaking") == []
    assert publish_due(NINE + HOUR) == 1
    assert told("breaking") == []


def test_a_change_after_the_list_was_read_is_not_undone(monkeypatch):
    until, later = soon()
    article = public(urgency=1, top_until=until)
    locked = rank_module.locked

    def an_editor_is_faster(article):
        update_article(article, {"top_until": later + HOUR})
        return locked(article)

    # Between the list and the lock, where no thread can be stopped:
    monkeypatch.setattr(rank_module, "locked", an_editor_is_faster)  # … it calls the real one
    assert lower_ranks(later) == 0
    article.refresh_from_db()
    assert (article.rank, article.rank_until) == (2, later + HOUR)


def test_an_edit_for_the_desk_at_the_end_of_the_time_is_no_update_for_readers(monkeypatch):
    until, later = soon()
    article = public("Flood", urgency=2, top_until=until)
    public("Bridge")
    page = Page("news")
    clock = "stoppress.newsroom.publishing.update.database_time"
    monkeypatch.setattr(clock, lambda: later)  # the verb comes before the worker's look
    update_article(article, {"ed_note": "Call the river authority."})
    assert page.headlines() == ["Bridge", "Flood"]
    assert page.items() == page.fresh()
    assert article.versions.public().count() == 1
    assert lower_ranks(later) == 0


def test_a_form_without_a_change_returns_the_article_as_it_is_stored(monkeypatch):
    until, later = soon()
    article = public(urgency=2, top_until=until)
    clock = "stoppress.newsroom.publishing.update.database_time"
    monkeypatch.setattr(clock, lambda: later)  # the verb comes before the worker's look
    assert update_article(article, {"urgency": 2}).order == article.order


def test_an_article_that_cannot_be_lowered_stops_no_other(settings, caplog):
    until, later = soon()
    public("Too long", body="word " * 1000, urgency=1, top_until=until)
    public("Fine", urgency=1, top_until=later)
    settings.STOPPRESS_LIVE = {"ITEM_BYTES": 2500}
    with caplog.at_level(logging.WARNING):
        assert lower_ranks(later) == 1
    assert "keeps its order until the next look: body is too large" in caplog.text
    assert {a.headline: a.rank for a in Article.objects.all()} == {"Too long": 2, "Fine": 0}


def test_an_article_published_by_the_previous_release_gets_a_place():
    article = public("Flood", at=NINE, urgency=1)
    public("Bridge", at=NINE + HOUR)
    before = {"place": None, "rank": 0, "breaking": False, "order": wire_time(NINE)}
    Article.objects.filter(pk=article.pk).update(**before)
    page, breaking = Page("news"), Page("breaking")
    assert breaking.items() == []
    assert place_articles(database_time()) == 1
    assert page.headlines() == ["Flood", "Bridge"]
    assert page.items() == page.fresh()
    assert breaking.headlines() == ["Flood"]
    assert place_articles(database_time()) == 0
    article.refresh_from_db()
    assert article.order == f"2-{wire_time(NINE)}"
