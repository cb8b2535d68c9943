import logging
from datetime import timedelta

import pytest

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import publish_due
from tests.newsroom.desk import NINE, draft, public, told

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_a_draft_is_published_when_its_time_has_come():
    article = draft(publish_at=NINE)
    assert publish_due(NINE - MINUTE) == 0
    assert publish_due(NINE) == 1
    article.refresh_from_db()
    assert article.is_public
    assert article.first_published == NINE
    assert article.revisions.get().by == "schedule"
    assert publish_due(NINE) == 0
    assert told() == ["put article.published"]


def test_the_later_of_schedule_and_embargo_counts():
    draft(publish_at=NINE, embargoed_until=NINE + MINUTE)
    assert publish_due(NINE) == 0
    assert publish_due(NINE + MINUTE) == 1


def test_an_embargo_alone_publishes_nothing():
    draft(embargoed_until=NINE)
    draft()
    assert publish_due(NINE + MINUTE) == 0


def test_the_earliest_is_published_first():
    draft("Later", publish_at=NINE)
    draft("Sooner", publish_at=NINE - MINUTE)
    publish_due(NINE)
    by_place = Article.objects.public(NINE).order_by("order")
    assert [article.headline for article in by_place] == ["Sooner", "Later"]


def test_one_that_fails_is_logged_and_stops_no_other(settings, caplog):
    settings.STOPPRESS_LIVE = {"ITEM_BYTES": 2000}
    broken = draft("Too long", body="word " * 1000, publish_at=NINE - MINUTE)
    draft("Fine", publish_at=NINE)
    with caplog.at_level(logging.ERROR):
        assert publish_due(NINE) == 1
    assert f"Article {broken.pk} was due" in caplog.text
    broken.refresh_from_db()
    assert broken.is_draft


def test_public_articles_are_not_due():
    public(publish_at=NINE - MINUTE, at=NINE - MINUTE)
    assert publish_due(NINE) == 0
