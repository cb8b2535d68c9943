from datetime import timedelta

import pytest
from django.utils import timezone

from stoppress import live
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import (
    InvalidField,
    WrongState,
    publish_article,
    retract_article,
    update_article,
)
from tests.newsroom.desk import NINE, draft, public, section, told

pytestmark = pytest.mark.django_db


def test_publishing_shows_the_article_in_all_its_streams():
    article = publish_article(draft(section=section()), by="ann", note="First report.")
    assert (article.pub_status, article.version) == ("usable", 2)
    assert article.first_published == pytest.approx(timezone.now(), abs=timedelta(seconds=5))
    for stream in ("news", "section:world", article.stream):
        assert told(stream) == ["put article.published"]
        [item] = live.snapshot(stream).items
        assert item["key"] == f"article:{article.pk}"
    assert Article.objects.public().get() == article
    version = article.versions.public().get()
    assert (version.act, version.version) == ("publish", 2)
    assert (version.by, version.note) == ("ann", "First report.")
    assert version.headline == article.headline


def test_an_article_without_a_section_is_in_the_news():
    article = publish_article(draft())
    assert told("news") == told(article.stream) == ["put article.published"]


def test_a_story_first_published_elsewhere_keeps_that_time():
    article = publish_article(draft(), at=NINE - timedelta(days=1))
    assert article.first_published == NINE - timedelta(days=1)
    assert article.order == "0-2026-11-21T09:00:00.000Z"


def test_a_future_time_counts_as_now():
    article = publish_article(draft(), at=timezone.now() + timedelta(days=1))
    assert article.first_published <= timezone.now()


def test_a_public_article_is_not_published_again():
    with pytest.raises(WrongState, match="already public"):
        publish_article(public())
    assert told() == ["put article.published"]


def test_a_retracted_article_is_restored_and_not_published():
    with pytest.raises(WrongState, match="Restore it instead"):
        publish_article(retract_article(public(), "Wrong."))


@pytest.mark.parametrize(
    ("field", "words"), [("embargoed_until", "under embargo until"), ("publish_at", "held back")]
)
def test_nothing_is_published_before_its_time(field, words):
    article = draft(**{field: timezone.now() + timedelta(minutes=5)})
    with pytest.raises(WrongState, match=words):
        publish_article(article)
    assert told() == []
    assert publish_article(update_article(article, {field: None})).is_public


def test_the_current_state_decides_and_not_the_one_the_caller_read():
    article = draft()
    publish_article(Article.objects.get(pk=article.pk))
    assert article.is_draft
    with pytest.raises(WrongState):
        publish_article(article)


def test_a_text_too_large_for_a_frame_is_refused_and_nothing_is_written(settings):
    article = draft(body="word " * 1000)
    settings.STOPPRESS_LIVE = {"ITEM_BYTES": 2000}
    with pytest.raises(InvalidField, match="too large") as refusal:
        publish_article(article)
    assert refusal.value.field == "body"
    article.refresh_from_db()
    assert article.is_draft
    assert told() == []
    assert not article.versions.public().exists()


def test_a_rolled_back_publication_leaves_no_event():
    article = draft()
    with pytest.raises(ZeroDivisionError), live.atomic():
        publish_article(article)
        1 / 0  # noqa: B018
    article.refresh_from_db()
    assert article.is_draft
    assert told() == []
