import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stoppress import live
from stoppress.newsroom.publishing import InvalidField, create_article, prepare, update_article
from stoppress.newsroom.publishing.typeset import body_of, typeset
from stoppress.newsroom.streams import story
from tests.newsroom.desk import content, draft, part, public

pytestmark = pytest.mark.django_db


def test_a_tree_is_made_once_and_before_the_lock():
    body_of.cache_clear()
    fields = prepare({"headline": "Bridge opens", "body": "*Open.*"})
    assert body_of.cache_info().misses == 1
    with live.atomic():
        article = create_article(fields)
    assert body_of.cache_info().misses == 1
    assert article.body_tree == [["p", ["em", "Open."]]]


@pytest.mark.parametrize(
    ("body", "body_format"),
    [
        ("e&#769;" + "&#769;" * 300, "markdown"),
        ("<p>e" + "&#x301;" * 300, "html"),
        ("<p>e<b>" + "\u0301" * 5 + "</b><i>" + "\u0301" * 5 + "</i>", "html"),
    ],
)
def test_a_body_has_few_marks_on_a_letter_however_they_are_written(body, body_format):
    article = create_article({"headline": "Pile", "body": body, "body_format": body_format})
    assert str(article.body_tree).count("\u0301") == 5


def test_a_body_that_takes_too_long_is_refused_without_a_query():
    article = draft(body_format="html")
    refused = pytest.raises(InvalidField, match="body has too many nested tags")
    with CaptureQueriesContext(connection) as asked, refused as refusal:
        update_article(article, {"body": "<div>" * 39_999})
    assert refusal.value.field == "body"
    assert len(asked) == 0


def test_reading_a_story_builds_no_tree():
    article = public(body="*Open.*")
    body_of.cache_clear()
    [item] = story(limit=1, id=str(article.pk))
    assert content(part(item["view"], "story-body")) == [["p", ["em", "Open."]]]
    assert body_of.cache_info().misses == 0


def test_a_change_of_only_the_format_is_prepared_with_the_stored_text():
    article = draft(body="*Open.*")
    body_of.cache_clear()
    assert prepare({"body_format": "html"}, article) == {"body_format": "html"}
    assert typeset("*Open.*", "html") == [["p", "*Open.*"]]
    assert body_of.cache_info().hits == 1
