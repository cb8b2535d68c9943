"""The label of a machine's text, until a person has reviewed its present version."""

import pytest
from django.contrib.auth.models import User

from stoppress.newsroom.items import item_in
from stoppress.newsroom.payloads import article_item
from stoppress.newsroom.publishing import (
    InvalidField,
    correct_article,
    create_article,
    publish_article,
    rename_section,
    restore_article,
    retract_article,
    update_article,
)
from tests.newsroom.desk import Page, content, draft, part, public, section, told

pytestmark = pytest.mark.django_db
UNREVIEWED = "Translated by a machine, not reviewed"
REVIEWED = "Translated by a machine, reviewed by an editor"


@pytest.fixture(autouse=True)
def _edith():
    User.objects.create_user("edith")


def reviewed(**fields):
    return public(**{"source_type": "translated", "reviewed_by": "edith", **fields})


def label(stream, article):
    """Return the label in an article's view, and what is told among its facts."""
    view = item_in(stream, article)["view"]
    facts = str(part(view, "story-facts"))
    return content(part(view, "machine-made")), REVIEWED in facts


@pytest.mark.parametrize("source_type", ["mixed", "translated", "machine", "program"])
def test_an_unreviewed_text_of_a_machine_is_labelled_in_lists_and_in_its_story(source_type):
    article = public(source_type=source_type)
    for stream in ("news", "breaking", article.stream):
        [[said], among_facts] = label(stream, article)
        assert said.endswith("not reviewed") and not among_facts


@pytest.mark.parametrize("source_type", ["", "people", "assisted"])
def test_a_persons_text_has_no_label(source_type):
    article = public(source_type=source_type)
    for stream in ("news", article.stream):
        assert label(stream, article) == ([], False)


def test_a_reviewed_text_has_no_label_and_its_story_names_its_source_type():
    article = reviewed()
    assert label("news", article) == ([], False)
    assert label(article.stream, article) == ([], True)


def test_a_review_of_a_public_text_takes_the_label_from_open_pages():
    article = public(source_type="translated", urgency=1)
    pages = [Page(stream) for stream in ("news", "breaking", article.stream)]
    for page in pages:
        assert UNREVIEWED in str(page.items())
    article = update_article(article, {"reviewed_by": "edith"}, by="edith")
    assert told() == ["put article.published", "put article.updated"]
    for page in pages:
        assert page.items() == page.fresh() != []
        assert UNREVIEWED not in str(page.items())
    item = article_item(article)
    assert (item["source_type"], item["reviewed"]) == ("translated", True)
    assert "edith" not in str(item)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("headline", "Bridge shuts"),
        ("summary", "At last."),
        ("body", "It is shut."),
        ("source_type", "machine"),
    ],
)
@pytest.mark.parametrize("corrected", [True, False])
def test_a_change_of_the_text_ends_the_review_by_its_event(name, value, corrected):
    article = reviewed()
    pages = [Page("news"), Page(article.stream)]
    if corrected:
        article = correct_article(article, "It was wrong.", {name: value})
    else:
        article = update_article(article, {name: value})
    assert article.reviewed_by == ""
    assert article.versions.first().fields["reviewed_by"] == ""
    for page in pages:
        assert page.items() == page.fresh()
        assert "not reviewed" in str(page.items())


@pytest.mark.parametrize(
    "changes",
    [
        {"byline": "Ben", "section": "world", "urgency": 2, "language": "de", "slugline": "x"},
        {"body": "It is open. \n\n"},
        {"headline": "Bridge opens", "source_type": "translated"},
    ],
)
def test_a_change_that_does_not_alter_the_visible_text_keeps_the_review(changes):
    section("world")
    article = reviewed(body="It is open.")
    assert update_article(article, changes).reviewed_by == "edith"


def test_a_change_that_is_reviewed_again_in_the_same_save_stays_reviewed():
    User.objects.create_user("otto")
    for name in ("edith", "otto"):
        article = update_article(
            reviewed(headline=name), {"body": "It is shut.", "reviewed_by": name}
        )
        assert article.reviewed_by == article.versions.first().fields["reviewed_by"] == name


def test_a_review_is_taken_back():
    assert update_article(reviewed(), {"reviewed_by": ""}).reviewed_by == ""


def test_a_retraction_a_restoration_and_a_new_name_of_the_section_keep_the_review():
    article = reviewed(section=section("world"))
    rename_section(section("world"), "The World")
    article = restore_article(retract_article(article, "Made up."))
    assert (article.reviewed_by, article.source_type) == ("edith", "translated")
    article = retract_article(article, "Made up.")
    assert restore_article(update_article(article, {"body": "New."})).reviewed_by == ""


def test_a_draft_keeps_its_review_when_it_is_published():
    article = draft(source_type="machine", reviewed_by="edith")
    assert publish_article(article).reviewed_by == "edith"


@pytest.mark.parametrize("source_type", ["", "people", "assisted"])
def test_a_persons_text_is_not_reviewed(source_type):
    with pytest.raises(InvalidField, match="is only for text made by a machine"):
        create_article({"headline": "x", "source_type": source_type, "reviewed_by": "edith"})
    with pytest.raises(InvalidField, match="is only for text made by a machine"):
        update_article(reviewed(), {"source_type": source_type, "reviewed_by": "edith"})
    assert update_article(reviewed(), {"source_type": source_type}).reviewed_by == ""


@pytest.mark.parametrize("name", ["Edith", "nobody", "gone", "\x00", "x" * 300, 5, None])
def test_only_a_user_who_may_sign_in_counts_as_reviewer(name):
    User.objects.create_user("gone", is_active=False)
    with pytest.raises(InvalidField, match="reviewed_by must be the name of a user"):
        draft(source_type="machine", reviewed_by=name)


@pytest.mark.parametrize("value", ["robot", 5, None, ["machine"], "digsrctype:digitalCapture"])
def test_another_source_type_is_refused(value):
    with pytest.raises(InvalidField, match="source_type must be one of people, assisted, mixed"):
        draft(source_type=value)


def test_a_source_type_is_stored_as_its_word():
    named = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    article = draft(source_type=named)
    assert article.source_type == article.versions.get().fields["source_type"] == "machine"
    assert article_item(article)["digital_source_type"] == named
