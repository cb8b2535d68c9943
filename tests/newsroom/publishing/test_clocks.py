"""A machine whose clock is ten minutes ahead changes articles: the database's clock decides."""

from datetime import UTC, datetime, timedelta

import pytest

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import (
    InvalidField,
    WrongState,
    correct_article,
    publish_article,
    restore_article,
    retract_article,
    update_article,
)
from tests.newsroom.desk import draft, public

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.backend("postgres"),
    pytest.mark.usefixtures("fast_machine"),
]


def later() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=7)  # of the machine under the test


def test_nothing_under_embargo_is_published_or_restored():
    with pytest.raises(WrongState, match="under embargo"):
        publish_article(draft(embargoed_until=later()))
    with pytest.raises(WrongState, match="held back"):
        publish_article(draft(publish_at=later()))
    retracted = retract_article(public(), "Too early.")
    held = update_article(retracted, {"embargoed_until": later()})
    with pytest.raises(WrongState, match="under embargo"):
        restore_article(held)


def test_a_public_article_gets_no_embargo():
    with pytest.raises(InvalidField, match="cannot be in the future"):
        update_article(public(), {"embargoed_until": later()})


def test_an_article_under_embargo_is_not_public():
    article = public()
    Article.objects.filter(pk=article.pk).update(embargoed_until=later())
    assert not Article.objects.public().exists()


def test_no_time_of_an_article_is_in_the_future():
    article = correct_article(public(at=later()), "It was another bridge.", {"headline": "Ferry"})
    versions = [each.created for each in article.versions.public()]
    times = [article.first_created, article.first_published, article.version_created]
    latest = max(*times, *versions, article.correction_date)
    assert latest <= datetime.now(UTC)
    assert article.order <= datetime.now(UTC).isoformat()
