"""The verbs on articles that the release before the roles has written."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.publishing import (
    correct_article,
    delete_draft,
    publish_article,
    publish_due,
    rename_section,
    restore_article,
    retract_article,
    update_article,
)
from stoppress.newsroom.streams import news

from .installation import Rows

pytestmark = pytest.mark.backend("sqlite", "postgres")

ARTICLES = {"sqlite": 200, "postgresql": 200}
PUBLIC = Article.objects.filter(pub_status="usable", pinned=False).exclude(urgency=1)


@pytest.fixture(scope="module", autouse=True)
def _upgraded(before_upgrade: Rows):
    call_command("migrate", verbosity=0)


def latest(article: Article) -> tuple[str, bool, str]:
    version = article.versions.first()
    assert version.version == article.version
    return version.act, version.public, version.note


def test_an_older_article_has_no_source_type(client):
    assert set(Article.objects.values_list("source_type", "reviewed_by")) == {("", "")}
    article = PUBLIC.order_by("pk").first()
    assert "machine" not in client.get(article.get_absolute_url()).content.decode()
    assert next(iter(news(1)))["digital_source_type"] is None


def first_shown() -> str:
    return str(next(iter(news(1)))["key"])


def test_a_public_article_can_be_updated_corrected_retracted_and_restored():
    article = PUBLIC.order_by("pk").first()
    history = article.versions.count()

    article = update_article(article, {"summary": "Once more."}, by="editor", note="Look.")
    assert latest(article) == ("update", True, "Look.")
    article = correct_article(article, "The pier was wrong.", {"body": "Pier two."})
    assert latest(article) == ("correction", True, "The pier was wrong.")
    place = article.place
    article = retract_article(article, "It was never true.")
    assert latest(article) == ("retraction", True, "It was never true.")
    article = restore_article(article)

    assert (article.order, article.is_public) == (f"0-{place}", True)
    assert article.versions.count() == history + 4


def test_a_pinned_article_rises_and_goes_back_to_its_place():
    article = PUBLIC.order_by("order").first()
    order = article.order

    article = update_article(article, {"pinned": True})
    assert article.order == f"3-{article.place}"

    assert update_article(article, {"pinned": False}).order == order


def test_a_draft_is_published_above_the_others_of_its_rank():
    drafts = Article.objects.filter(pub_status="withheld", publish_at=None, embargoed_until=None)
    article = publish_article(drafts.filter(pinned=False).exclude(urgency=1).first(), by="editor")

    ordinary = Article.objects.public().filter(rank=0).order_by("-order")
    assert ordinary.first() == article
    assert latest(article) == ("publish", True, "")


def test_a_scheduled_draft_is_published_on_time_and_an_embargo_is_kept():
    embargoed = Article.objects.filter(embargoed_until__isnull=False).count()
    scheduled = Article.objects.filter(publish_at__isnull=False, pub_status="withheld")
    assert min(embargoed, scheduled.count()) >= 10

    past = datetime(2026, 1, 1, tzinfo=UTC)
    article = update_article(scheduled.first(), {"publish_at": past})
    waiting = scheduled.count() - 1

    assert publish_due(datetime.now(UTC)) == 1 and scheduled.count() == waiting
    article.refresh_from_db()
    assert article.is_public and latest(article)[:2] == ("publish", True)


def test_a_draft_can_be_deleted_with_its_version():
    article = Article.objects.filter(pub_status="withheld", publish_at=None).last()
    delete_draft(article)
    assert not Version.objects.filter(article_id=article.pk).exists()


def test_a_section_can_be_renamed():
    section = PUBLIC.filter(section__slug="city").first().section
    assert rename_section(section, "The City").name == "The City"


def test_the_first_item_of_the_list_is_pinned_or_breaking():
    pinned = Article.objects.public().filter(pinned=True).order_by("-place").first()
    expected = pinned or Article.objects.breaking_news().first()
    assert first_shown() == expected.key
