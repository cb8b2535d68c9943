from datetime import timedelta

import pytest
from django.utils import timezone

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import (
    WrongState,
    delete_draft,
    discard_draft,
    publish_article,
    publish_due,
    reopen_draft,
    retract_article,
    update_article,
)
from tests.newsroom.desk import draft, public

pytestmark = pytest.mark.django_db


def test_a_discarded_draft_is_kept_with_user_time_and_note():
    article = discard_draft(draft(), by="ann", note="Overtaken.")
    assert article.is_discarded
    version = article.versions.first()
    assert (version.act, version.by, version.note) == ("discard", "ann", "Overtaken.")
    assert version.created is not None and not version.public


def test_a_discarded_draft_is_neither_published_nor_changed_until_it_is_reopened():
    article = discard_draft(draft())
    for refused in (publish_article, lambda each: update_article(each, {"headline": "Shut"})):
        with pytest.raises(WrongState, match="was discarded. Reopen it first"):
            refused(article)
    article = reopen_draft(article, by="ben", note="It is news again.")
    assert (article.is_discarded, article.desk_state) == (False, "draft")
    assert article.versions.first().act == "reopen"
    assert publish_article(article).is_public


def test_a_discarded_draft_is_not_due_and_a_reopened_one_does_not_publish_itself():
    now = timezone.now()
    article = discard_draft(draft(publish_at=now - timedelta(minutes=1)))
    assert publish_due(now) == 0
    reopen_draft(article)
    assert publish_due(now) == 0
    assert not Article.objects.public().exists()


def test_a_draft_of_the_schedule_that_is_discarded_by_hand_is_not_due():
    article = draft(publish_at=timezone.now() - timedelta(minutes=1))
    Article.objects.filter(pk=article.pk).update(desk_state="discarded")
    assert publish_due(timezone.now()) == 0


def test_only_drafts_are_discarded_and_only_once():
    for article in (public(), retract_article(public(), "Made up.")):
        with pytest.raises(WrongState, match="Only a draft can be discarded"):
            discard_draft(article)
    with pytest.raises(WrongState, match="was discarded"):
        discard_draft(discard_draft(draft()))


def test_only_a_discarded_draft_is_reopened():
    for article in (draft(), public()):
        with pytest.raises(WrongState, match="Only a discarded draft"):
            reopen_draft(article)


def test_a_discarded_draft_can_be_deleted():
    delete_draft(discard_draft(draft()))
    assert not Article.objects.exists()
