from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import retract_article
from tests.newsroom.desk import NINE, draft, public, section

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_an_article_is_public_if_usable_published_and_under_no_embargo():
    article = public()
    draft()
    retract_article(public("Gone"), "Made up.")
    assert list(Article.objects.public()) == [article]
    Article.objects.filter(pk=article.pk).update(embargoed_until=NINE)
    assert not Article.objects.public(NINE - MINUTE).exists()
    assert Article.objects.public(NINE).exists()


@pytest.mark.parametrize(
    "broken",
    [{"order": None}, {"first_published": None}, {"urgency": 0}, {"urgency": 10}],
)
def test_the_database_refuses_states_that_no_verb_writes(broken):
    article = public()
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(**broken)


def test_no_two_articles_share_a_place():
    one, other = public(), public()
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=one.pk).update(place=other.place)


def test_an_article_that_was_public_cannot_be_deleted():
    with pytest.raises(ProtectedError):
        public().delete()


def test_the_address_has_no_word_of_the_headline():
    article = public()
    assert article.get_absolute_url() == f"/articles/{article.pk}/"


def test_an_article_opens_when_schedule_and_embargo_have_passed():
    assert Article().opens_at is None
    assert Article(publish_at=NINE).opens_at == NINE
    assert Article(publish_at=NINE, embargoed_until=NINE + MINUTE).opens_at == NINE + MINUTE


@pytest.mark.backend("sqlite")
@pytest.mark.parametrize(
    ("query", "index"),
    [
        (lambda: Article.objects.public().order_by("-order")[:31], "newsroom_by_order"),
        (
            lambda: Article.objects.public().filter(section=section()).order_by("-order")[:31],
            "newsroom_by_section",
        ),
        (lambda: Article.objects.due(NINE).order_by("publish_at")[:9], "newsroom_due"),
        (lambda: Article.objects.breaking_news()[:1], "newsroom_breaking"),
        (
            lambda: Article.objects.public().order_by("-version_created", "-pk")[:31],
            "newsroom_by_change",
        ),
    ],
)
def test_frequent_queries_use_an_index(query, index):
    plan = query().explain()
    assert index in plan
    assert "TEMP B-TREE" not in plan
    assert connection.vendor == "sqlite"


def test_no_subquery_decides_whether_the_story_of_a_post_is_public():
    """PostgreSQL reads every public article for one, even if few articles are asked for."""
    plan = Article.objects.public().order_by("-version_created", "-pk")[:31].explain()
    assert "subplan" not in plan.lower() and "subquery" not in plan.lower()
