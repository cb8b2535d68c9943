import logging
from datetime import timedelta

import pytest

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import (
    create_article,
    publish_due,
    update_article,
    withdraw_version,
)
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
    assert article.versions.public().get().by == "schedule"
    assert publish_due(NINE) == 0
    assert told() == ["put article.published"]


def test_the_user_who_scheduled_last_is_responsible_for_the_publication():
    article = draft(publish_at=NINE)
    for by, changes in (
        ("ann", {"publish_at": None}),
        ("edith", {"publish_at": NINE}),
        ("otto", {"publish_at": NINE + MINUTE}),
        ("ida", {"headline": "Bridge opens late"}),
    ):
        update_article(article, changes, by=by)
    publish_due(NINE + MINUTE)
    version = article.versions.public().get()
    assert (version.by, version.responsible) == ("schedule", "otto")


def test_a_token_that_made_and_scheduled_a_draft_is_responsible_for_it():
    article = create_article({"headline": "x", "publish_at": NINE}, by="wire desk")
    publish_due(NINE)
    assert article.versions.public().get().responsible == "wire desk"


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


@pytest.fixture
def impossible(settings):
    """A draft that grew too large for the wire, which has become narrower since."""
    article = draft("Too long", body="word " * 1000, publish_at=NINE)
    settings.STOPPRESS_LIVE = {"ITEM_BYTES": 2000}
    return article


def test_an_article_that_cannot_be_published_is_logged_in_one_line_and_stops_no_other(
    impossible, caplog
):
    draft("Fine", publish_at=NINE + MINUTE)
    with caplog.at_level(logging.WARNING):
        assert publish_due(NINE + MINUTE) == 1
    [said] = [record for record in caplog.records if record.name.startswith("stoppress.newsroom")]
    assert f"Article {impossible.pk} is due" in said.getMessage()
    assert said.exc_info is None
    impossible.refresh_from_db()
    assert impossible.is_draft
    assert impossible.publish_failed == "body is too large to be sent to readers."
    assert impossible.version == 1


def test_an_article_that_cannot_be_published_is_retried_after_growing_delays(impossible, caplog):
    tries = []
    for minute in range(180):
        publish_due(NINE + minute * MINUTE)
        if caplog.records:
            tries.append(minute)
        caplog.clear()
    assert tries == [0, 1, 2, 4, 8, 16, 32, 64, 124]


def test_an_article_that_an_editor_has_corrected_is_published_in_the_next_round(impossible):
    publish_due(NINE)
    update_article(impossible, {"body": "Short."})
    assert publish_due(NINE) == 1
    impossible.refresh_from_db()
    assert (impossible.publish_failed, impossible.publish_retry) == ("", None)


def test_public_articles_are_not_due():
    public(publish_at=NINE - MINUTE, at=NINE - MINUTE)
    assert publish_due(NINE) == 0


def test_the_user_who_scheduled_stays_responsible_after_a_withdrawal_of_that_version():
    article = update_article(draft(), {"publish_at": NINE, "summary": "A libel."}, by="ann")
    article = update_article(article, {"summary": ""}, by="ben")
    withdraw_version(article, {2}, note="A libel.", by="carla")
    publish_due(NINE)
    assert article.versions.public().get().responsible == "ann"
