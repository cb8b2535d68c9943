import pytest
from django.contrib.auth.models import User

from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.publishing import (
    InvalidField,
    WrongState,
    create_article,
    delete_draft,
    retract_article,
    update_article,
)
from tests.logged import logged
from tests.newsroom.desk import draft, public

pytestmark = pytest.mark.django_db


def test_a_draft_is_kept_from_readers():
    article = create_article({"headline": " Bridge opens ", "body": "One.\r\nTwo."}, by="ann")
    article.refresh_from_db()
    assert (article.headline, article.body) == ("Bridge opens", "One.\nTwo.")
    assert (article.pub_status, article.version) == ("withheld", 1)
    assert article.first_published is None
    assert article.order is None
    assert article.uri.startswith("urn:uuid:")
    assert not Article.objects.public().exists()
    assert not Version.objects.public().exists()
    assert not logged().exists()


def test_a_headline_is_needed():
    with pytest.raises(InvalidField, match="headline is required"):
        create_article({"body": "Text."})


def test_a_given_uri_is_kept_and_unique():
    article = draft(uri="tag:example.org,2026:1")
    assert article.uri == "tag:example.org,2026:1"
    with pytest.raises(InvalidField) as refusal:
        draft(uri="tag:example.org,2026:1")
    assert refusal.value.field == "uri"


def test_an_external_id_is_unique_within_its_source():
    draft(source="Wire", external_id="7")
    draft(source="Other", external_id="7")
    draft(source="Wire")
    draft(source="Wire")
    with pytest.raises(InvalidField, match="already") as refusal:
        draft(source="Wire", external_id="7")
    assert refusal.value.field == "external_id"
    assert Article.objects.count() == 4


def test_a_text_too_large_to_send_is_refused_as_a_draft(settings):
    article = draft()
    settings.STOPPRESS_LIVE = {"ITEM_BYTES": 2000}
    with pytest.raises(InvalidField, match="body is too large"):
        draft("Other", body="word " * 1000)
    with pytest.raises(InvalidField, match="body is too large"):
        update_article(article, {"body": "word " * 1000})
    assert Article.objects.get().body == ""


def test_a_text_that_takes_too_long_is_refused_before_anything_is_locked(
    django_assert_num_queries,
):
    with django_assert_num_queries(0), pytest.raises(InvalidField, match="too many nested tags"):
        draft(body="<div>" * 39_999, body_format="html")


def test_a_draft_can_be_discarded():
    delete_draft(draft())
    assert not Article.objects.exists()


def test_an_article_that_was_public_is_not_discarded():
    article = public()
    with pytest.raises(WrongState, match="Retract it instead"):
        delete_draft(article)
    article = retract_article(article, "Wrong in every way.")
    with pytest.raises(WrongState):
        delete_draft(article)
    assert Article.objects.get() == article


def test_a_draft_cannot_be_discarded_twice():
    article = draft()
    delete_draft(Article.objects.get(pk=article.pk))
    with pytest.raises(WrongState, match="no longer exists"):
        delete_draft(article)


def test_the_creator_is_the_first_contributor():
    ann = User.objects.create_user("ann")
    article = create_article({"headline": "Bridge opens"}, creator=ann)
    assert [each.user for each in article.contributors.all()] == [ann]
    assert not create_article({"headline": "From a feed"}).contributors.exists()
    delete_draft(article)
    assert User.objects.get() == ann
