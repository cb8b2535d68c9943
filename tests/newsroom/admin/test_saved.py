"""The admin's messages about the fields that a save has changed."""

from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import discard_draft, retract_article, update_article
from tests.newsroom.admin.editor import ARTICLES, filled, save
from tests.newsroom.desk import draft, public

pytestmark = pytest.mark.django_db


def logged():
    return LogEntry.objects.order_by("pk").last().get_change_message()


def list_page(editor):
    return unescape(editor.get(ARTICLES).content.decode())


def test_the_log_names_the_changed_fields_and_the_action(editor):
    save(editor, headline="Bridge opens")
    assert logged() == "Added."
    article = Article.objects.get()
    save(editor, article, body="Open.", located="Ems", **{"notes-0-text": "Ask."})
    assert logged() == "Changed body, located. Added a note."
    save(editor, article, button="_submit")
    assert logged() == "Submitted."
    save(editor, article, button="_publish", body="Wide open.")
    assert logged() == "Changed body. Published."
    save(editor, article, note="Ice.", headline="Bridge closed")
    assert logged() == "Changed headline."
    save(editor, article, change_is="correction", note="No ice.", headline="Bridge open")
    assert logged() == "Corrected headline."
    assert "was changed successfully" in list_page(editor)


def test_the_log_names_contributors(editor):
    article = draft()
    ben = User.objects.create_user("ben", is_staff=True)
    save(editor, article, **{"contributors-TOTAL_FORMS": "1", "contributors-0-user": str(ben.pk)})
    assert logged() == f"Added contributor “ben of article {article.pk}”."


@pytest.mark.parametrize(
    "make",
    [
        draft,
        lambda: discard_draft(draft()),
        lambda: public(body="One.\n\nTwo.\n"),
        lambda: retract_article(public(), "No."),
    ],
)
@pytest.mark.parametrize("button", ["_save", "_continue", "_addanother"])
def test_a_save_without_a_change_says_so(editor, make, button):
    article = make()
    assert save(editor, article, button=button).status_code == 302
    assert logged() == "Nothing was changed."
    page = list_page(editor)
    assert '<li class="info">Nothing was changed.</li>' in page
    assert "was changed successfully" not in page


def test_a_merged_save_names_the_fields_that_it_has_changed(editor):
    article = draft()
    form = filled(editor.get(f"{ARTICLES}{article.pk}/change/").content.decode())
    update_article(article, {"summary": "By Ben"}, by="ben")
    editor.post(f"{ARTICLES}{article.pk}/change/", {**form, "headline": "By Ann", "_save": "x"})
    assert logged() == "Changed headline."
