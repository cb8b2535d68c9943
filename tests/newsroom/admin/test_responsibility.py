"""The source type is asked once; users who may publish can record their review."""

import pytest
from django.test import Client

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import create_article, publish_article, update_article
from tests.newsroom.admin.editor import ARTICLES, errors, filled, save
from tests.newsroom.desk import draft, public, told
from tests.newsroom.staff import browser_of, own, user_as

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", long="postgres")]
LABEL = "Written by a machine, not reviewed"


def made_by(browser: Client) -> str:
    """Return how a new article was made, as the form has it before anybody chooses."""
    return filled(browser.get(f"{ARTICLES}add/").content.decode())["source_type"]


def opened(browser: Client, article: Article) -> str:
    return browser.get(f"{ARTICLES}{article.pk}/change/").content.decode()


def test_a_new_article_was_made_as_the_users_last_one():
    ann, ben = user_as("Reporter", "ann"), user_as("Reporter", "ben")
    first, other = browser_of(ann), browser_of(ben)
    assert made_by(first) == "people"
    save(first, headline="One", source_type="translated")
    save(other, headline="Two", source_type="")
    assert (made_by(first), made_by(other)) == ("translated", "")
    save(first, headline="Three")
    assert Article.objects.get(headline="Three").source_type == "translated"


def test_only_the_users_own_choice_is_remembered():
    ann = user_as("Editor", "ann")
    browser = browser_of(ann)
    save(browser, headline="One", source_type="machine")
    own(create_article({"headline": "Two", "source_type": "mixed"}, by="ben"), ann)
    update_article(Article.objects.get(headline="One"), {"source_type": "people"}, by="ben")
    assert made_by(browser) == "machine"


def test_a_review_is_by_the_user_who_sends_the_form(editor):
    article = public(source_type="machine")
    assert "Not reviewed" in opened(editor, article)
    assert save(editor, article, reviewed_by="reviewed").status_code == 302
    article.refresh_from_db()
    assert article.reviewed_by == article.versions.first().fields["reviewed_by"] == "ann"
    assert article.versions.first().by == "ann"
    assert told() == ["put article.published", "put article.updated"]
    assert "Reviewed by ann" in opened(editor, article)


def test_a_form_that_was_not_touched_changes_no_review(editor):
    article = public(source_type="machine", reviewed_by="ann")
    save(editor, article)
    article.refresh_from_db()
    assert (article.version, article.reviewed_by) == (2, "ann")


def test_a_change_ends_the_review_unless_it_is_chosen_again(editor):
    article = public(source_type="machine", reviewed_by="ann")
    save(editor, article, headline="Bridge shuts", reviewed_by="reviewed")
    article.refresh_from_db()
    assert article.reviewed_by == "ann"
    save(editor, article, headline="Bridge opens")
    article.refresh_from_db()
    assert article.reviewed_by == ""


def test_a_review_can_be_taken_back(editor):
    article = public(source_type="machine", reviewed_by="ann")
    save(editor, article, reviewed_by="unreviewed")
    article.refresh_from_db()
    assert article.reviewed_by == ""


def test_a_new_article_can_be_made_reviewed_and_published_at_once(editor):
    save(editor, headline="x", source_type="machine", reviewed_by="reviewed", button="_publish")
    article = Article.objects.get()
    assert article.is_public and article.reviewed_by == "ann"


def test_a_review_of_a_persons_text_is_an_error_at_the_field(editor):
    article = draft(source_type="people")
    said = save(editor, article, headline="Bridge shuts", reviewed_by="reviewed")
    assert "This field is only for text made by a machine" in errors(said)
    article.refresh_from_db()
    assert (article.version, article.headline) == (1, "Bridge opens")


def test_a_text_that_has_changed_meanwhile_is_not_reviewed(editor):
    article = draft(source_type="machine")
    form = filled(opened(editor, article))
    update_article(article, {"body": "Written since."}, by="ben")
    address = f"{ARTICLES}{article.pk}/change/"
    said = editor.post(address, {**form, "reviewed_by": "reviewed", "_save": "x"})
    assert "has changed meanwhile" in errors(said) and "review" in errors(said)
    article.refresh_from_db()
    assert article.reviewed_by == ""


def test_a_reporter_has_no_choice_of_a_review_and_is_refused_one():
    user = user_as("Reporter")
    article = own(draft(source_type="machine"), user)
    reporter = browser_of(user)
    assert 'name="reviewed_by"' not in opened(reporter, article)
    assert 'name="source_type"' in opened(reporter, article)
    said = save(reporter, article, headline="Bridge shuts", reviewed_by="reviewed")
    assert "A review needs the right to publish articles" in errors(said)
    article.refresh_from_db()
    assert (article.reviewed_by, article.headline) == ("", "Bridge opens")


def test_a_reporters_change_ends_a_review_without_a_separate_right(editor):
    user = user_as("Reporter")
    article = own(draft(source_type="machine", reviewed_by="ann"), user)
    assert save(browser_of(user), article, headline="Bridge shuts").status_code == 302
    article.refresh_from_db()
    assert (article.headline, article.reviewed_by) == ("Bridge shuts", "")


def test_publishing_an_unreviewed_machine_text_shows_its_label(editor):
    article = draft(source_type="machine")
    said = save(editor, article, headline="Bridge shuts")
    assert LABEL in editor.get(said["Location"]).content.decode()
    action = {"action": "publish_selected", "_selected_action": [str(article.pk)]}
    said = editor.post(ARTICLES, action, follow=True)
    assert f"labelled “{LABEL}”" in said.content.decode()


def test_the_history_names_the_responsible_user_of_each_public_version(editor):
    article = create_article({"headline": "x", "source_type": "machine"}, by="ben")
    article = publish_article(article, by="edith")
    update_article(article, {"reviewed_by": "ann"}, by="ann")
    cells = [
        cell.split("</td>")[0] for cell in opened(editor, article).split("field-responsibility")[1:]
    ]
    last, published, created = [cell for cell in cells if "<p>" in cell]
    assert "<p>ann<br>Written by a machine<br>Reviewed by ann</p>" in last
    assert "<p>edith<br>Written by a machine</p>" in published
    assert "machine" not in created


def test_two_versions_are_compared_in_the_words_of_the_form(editor):
    article = draft(source_type="people")
    update_article(article, {"source_type": "machine", "reviewed_by": "ann"})
    page = editor.get(f"{ARTICLES}{article.pk}/changes/").content.decode()
    assert ">How it was made</h2>" in page and ">Review</h2>" in page
    assert "<ins>" in page and "machine" in page
