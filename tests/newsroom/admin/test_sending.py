"""A new article's form makes one article, even if it is sent several times or simultaneously."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from stoppress.newsroom.models import ApiToken, Article, IdempotencyKey, Section
from stoppress.newsroom.publishing import delete_draft
from tests.newsroom.admin.editor import ARTICLES, errors, filled, save
from tests.newsroom.desk import draft, public, told

pytestmark = pytest.mark.django_db(transaction=True)

ADD = f"{ARTICLES}add/"
AT_ONCE = 4


def opened(editor: Client, **said: str) -> dict[str, str]:
    """Open the form of a new article and fill it in."""
    return {**filled(editor.get(ADD).content.decode()), "headline": "Bridge opens", **said}


@pytest.mark.parametrize("button", ["_save", "_publish", "_continue", "_addanother"])
@pytest.mark.parametrize("said", [{}, {"external_id": "desk-7"}])
def test_a_form_sent_again_makes_no_second_article_and_leads_to_the_first(editor, button, said):
    form = opened(editor, body="It is *open*.", **said) | {button: "x"}
    assert editor.post(ADD, form).status_code == 302
    again = editor.post(ADD, form)
    article = Article.objects.get()
    assert f'<a href="{ARTICLES}{article.pk}/change/" target="_blank">Bridge opens</a>' in errors(
        again
    )
    assert "No second article was made" in errors(again)
    done = button == "_publish"
    then = "There is nothing more to do." if done else "You can publish it there."
    assert then in errors(again)
    assert told() == ["put article.published"] * (button == "_publish")


def test_text_changed_after_back_is_kept_and_the_editor_is_told_what_to_do(editor):
    form = opened(editor)
    editor.post(ADD, form | {"_publish": "x"})
    again = editor.post(ADD, form | {"headline": "Bridge closes", "body": "Ice.", "_publish": "x"})
    assert "copy it into that article" in errors(again)
    shown = filled(again.content.decode())
    assert (shown["headline"], shown["body"]) == ("Bridge closes", "Ice.")
    assert "another" not in shown
    assert Article.objects.get().headline == "Bridge opens"


def test_an_editor_can_ask_for_a_second_article(editor):
    form = opened(editor) | {"_publish": "x"}
    editor.post(ADD, form)
    page = editor.post(ADD, form).content.decode()
    token = page.split('name="another" value="')[1].split('"')[0]
    other = filled(page) | {"another": token, "_publish": "x"}
    assert editor.post(ADD, other).status_code == 302
    assert "No second article was made" in errors(editor.post(ADD, other))
    assert Article.objects.count() == 2


def test_back_fetches_another_form_and_the_same_words_are_still_known(editor):
    editor.post(ADD, opened(editor) | {"_publish": "x"})
    assert "No second article was made" in errors(editor.post(ADD, opened(editor)))
    assert editor.post(ADD, opened(editor, body="Later.") | {"_save": "x"}).status_code == 302
    assert Article.objects.count() == 2


def test_publishing_after_back_leads_to_the_saved_draft(editor):
    form = opened(editor)
    editor.post(ADD, form | {"_save": "x"})
    again = errors(editor.post(ADD, form | {"_publish": "x"}))
    assert f'<a href="{ARTICLES}{Article.objects.get().pk}/change/"' in again
    assert "(draft)" in again and "You can publish it there." in again


def test_space_around_the_words_makes_no_other_article(editor):
    editor.post(ADD, opened(editor, body="It is open.\r\n") | {"_publish": "x"})
    said = opened(editor, headline=" Bridge opens ", body=" It is open.")
    assert "No second article was made" in errors(editor.post(ADD, said | {"_publish": "x"}))
    assert Article.objects.count() == 1


def test_a_form_without_a_token_is_known_by_its_words(editor):
    form = {"headline": "Bridge opens", "body_format": "markdown", "language": "en", "urgency": "5"}
    assert editor.post(ADD, form).status_code == 302
    assert "No second article was made" in errors(editor.post(ADD, form))
    assert Article.objects.count() == 1


def test_a_form_that_was_refused_can_be_sent_again(editor):
    form = opened(editor, headline="")
    assert "required" in errors(editor.post(ADD, form))
    assert editor.post(ADD, form | {"headline": "Bridge opens"}).status_code == 302
    assert Article.objects.count() == 1


def test_each_form_has_a_token_of_its_own_and_save_and_add_another_gives_a_new_one(editor):
    first = opened(editor)
    answer = editor.post(ADD, first | {"_addanother": "x"})
    second = filled(editor.get(answer["Location"]).content.decode())
    assert first["once"] and second["once"] not in {"", first["once"]}
    assert editor.post(ADD, second | {"headline": "Ferry stops"}).status_code == 302
    assert Article.objects.count() == 2


def test_a_form_of_one_editor_is_not_that_of_another(editor):
    form = opened(editor)
    editor.post(ADD, form)
    ben = Client()
    ben.force_login(User.objects.create_superuser("ben", password="x"))
    assert ben.post(ADD, form).status_code == 302
    assert Article.objects.count() == 2


def test_a_form_whose_article_was_discarded_makes_it_again(editor):
    form = opened(editor)
    editor.post(ADD, form)
    delete_draft(Article.objects.get())
    assert editor.post(ADD, form).status_code == 302


def test_the_database_keeps_hashes_of_a_form_alone(editor):
    form = opened(editor)
    editor.post(ADD, form)
    stored = str(IdempotencyKey.objects.values())
    assert "Bridge" not in stored and form["once"] not in stored


def test_a_form_of_an_article_that_is_there_cannot_be_saved_as_a_new_one_twice(editor):
    save(editor, headline="Bridge opens")
    address = f"{ARTICLES}{Article.objects.get().pk}/change/"
    form = filled(editor.get(address).content.decode()) | {"headline": "Ferry", "_saveasnew": "x"}
    editor.post(address, form)
    editor.post(address, form)
    assert Article.objects.filter(headline="Ferry").count() == 1


@pytest.mark.parametrize(
    ("make", "said", "events"),
    [
        (draft, {"_publish": "x"}, ["put article.published"]),
        (public, {"headline": "Bridge shut"}, ["put article.updated"]),
        (public, {"change_is": "correction", "note": "It is shut."}, ["put article.corrected"]),
    ],
)
def test_a_change_sent_twice_is_made_once_and_the_second_is_told_so(editor, make, said, events):
    article = make()
    before = len(told())
    address = f"{ARTICLES}{article.pk}/change/"
    form = filled(editor.get(address).content.decode()) | {"summary": "S"} | said
    assert editor.post(address, form).status_code == 302
    again = editor.post(address, form)
    assert "may have been sent before. Nothing was saved a second time" in errors(again)
    assert told()[before:] == events


def at_once(editor: Client, address: str, form: dict[str, str]) -> list[int]:
    """Send a form from several sides at one moment; return the answers' statuses."""
    together = Barrier(AT_ONCE)

    def send(_: int) -> int:
        client = Client()
        client.cookies = editor.cookies
        together.wait()
        try:
            return client.post(address, form).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as senders:
        return sorted(senders.map(send, range(AT_ONCE)))


def test_one_of_several_simultaneous_requests_makes_the_article(editor):
    form = opened(editor) | {"_publish": "x"}
    assert at_once(editor, ADD, form) == [200] * (AT_ONCE - 1) + [302]
    assert Article.objects.count() == 1
    assert told() == ["put article.published"]


def test_simultaneous_requests_make_one_section_and_one_token(editor):
    section = {"slug": "town", "name": "Town", "position": "0"}
    answers = at_once(editor, "/admin/newsroom/section/add/", section)
    assert answers == [200] * (AT_ONCE - 1) + [302]
    assert Section.objects.count() == 1
    token = {"name": "wire desk", "scope": "read", "days": ""}
    assert at_once(editor, "/admin/newsroom/apitoken/add/", token) == [200] * AT_ONCE
    assert ApiToken.objects.count() == 1
