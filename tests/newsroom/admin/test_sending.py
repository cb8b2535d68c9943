"""A new article's form makes one article, even if it is sent several times or simultaneously."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client, RequestFactory

from stoppress.newsroom.admin.sending import Sending
from stoppress.newsroom.models import ApiToken, Article, IdempotencyKey, Section
from stoppress.newsroom.publishing import delete_draft
from tests.newsroom.admin.editor import ARTICLES, errors, filled, save
from tests.newsroom.desk import draft, public, told

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.backend("sqlite", long="postgres"),
]

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


def test_text_changed_after_back_is_kept_and_a_message_names_the_next_step(editor):
    form = opened(editor)
    editor.post(ADD, form | {"_publish": "x"})
    again = editor.post(ADD, form | {"headline": "Bridge closes", "body": "Ice.", "_publish": "x"})
    assert "copy them into that article" in errors(again)
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


def test_each_form_has_its_own_token_and_save_and_add_another_gives_a_new_one(editor):
    first = opened(editor)
    answer = editor.post(ADD, first | {"_addanother": "x"})
    second = filled(editor.get(answer["Location"]).content.decode())
    assert first["once"] and second["once"] not in {"", first["once"]}
    assert editor.post(ADD, second | {"headline": "Ferry stops"}).status_code == 302
    assert Article.objects.count() == 2


def test_the_same_form_sent_by_two_editors_makes_two_articles(editor):
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
def test_a_change_sent_twice_is_made_once_and_the_second_gets_a_message(editor, make, said, events):
    article = make()
    before = len(told())
    address = f"{ARTICLES}{article.pk}/change/"
    form = filled(editor.get(address).content.decode()) | {"summary": "S"} | said
    assert editor.post(address, form).status_code == 302
    again = editor.post(address, form)
    assert "was sent before. Nothing was saved a second time" in errors(again)
    assert filled(again.content.decode())["summary"] == "S"
    assert told()[before:] == events


def test_a_correction_is_the_same_with_each_button_that_only_saves(editor):
    article = public()
    address = f"{ARTICLES}{article.pk}/change/"
    form = filled(editor.get(address).content.decode()) | {"change_is": "correction", "note": "No."}
    assert editor.post(address, form | {"_save": "x"}).status_code == 302
    for button in ("_continue", "_addanother"):
        assert "was sent before" in errors(editor.post(address, form | {button: "x"}))
    assert article.versions.filter(act="correction").count() == 1


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
    section = {"slug": "town", "name": "Town", "position": "0", "once": "a token"}
    answers = at_once(editor, "/admin/newsroom/section/add/", section)
    assert answers == [200] * (AT_ONCE - 1) + [302]
    assert Section.objects.count() == 1
    token = {"name": "wire desk", "scope": "read", "days": ""}
    assert at_once(editor, "/admin/newsroom/apitoken/add/", token) == [200] * AT_ONCE
    assert ApiToken.objects.count() == 1


FORMS = {
    "newsroom/section": {"slug": "town", "name": "Town", "position": "0"},
    "newsroom/topic": {"slug": "bridges", "name": "Bridges"},
    "newsroom/person": {"slug": "mara", "name": "Mara"},
    "newsroom/apitoken": {"name": "wire desk", "scope": "read"},
    "webhooks/endpoint": {"name": "archive", "url": "https://archive.example/hook"},
    "auth/group": {"name": "Night desk"},
    "auth/user": {
        **{"username": "mara", "usable_password": "true"},
        **{"password1": "correct horse battery", "password2": "correct horse battery"},
    },
}
# What makes a second object of the same form valid.
OTHERS = {"slug": "other", "name": "Another", "username": "other"}


def made(name: str) -> int:
    return apps.get_model(name.replace("/", "."))._default_manager.count()


def addable() -> set[str]:
    """Return the models that the admin can add."""
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_active=True)
    return {
        f"{model._meta.app_label}/{model._meta.model_name}"
        for model, shown in site._registry.items()
        if shown.has_add_permission(request)
    }


def test_every_form_that_creates_is_tried_here():
    # A feed is known by its address and a picture by its bytes: their forms, sent again, say that
    # they are there already.
    known = {"ingest/source", "newsroom/picture"}
    assert addable() == FORMS.keys() | known | {"newsroom/article"}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_that_creates_makes_one_object(editor, name):
    address, before = f"/admin/{name}/add/", made(name)
    form = filled(editor.get(address).content.decode()) | FORMS[name]
    assert editor.post(address, form).status_code in {200, 302}
    again = editor.post(address, form)
    assert made(name) == before + 1
    assert f'<a href="/admin/{name}/' in errors(again)
    assert "No second" in errors(again) and "has made" in errors(again)
    page = again.content.decode()
    text = next(iter({"name", "username"} & form.keys()))
    assert filled(page)[text] == form[text]
    token = page.split('name="another" value="')[1].split('"')[0]
    other = form | {key: value for key, value in OTHERS.items() if key in form}
    editor.post(address, other | {"another": token})
    assert made(name) == before + 2
    assert "correct horse" not in str(IdempotencyKey.objects.values())


def test_the_form_of_a_user_is_not_remembered_by_its_words():
    """They have the password, whose hash could be tried at leisure."""
    request = RequestFactory().post("/", {"once": "a token", "password1": "correct horse"})
    request.user = User(pk=1)
    assert Sending.of_new(request) == Sending("user 1", ("a token",), "")


def test_an_object_deleted_meanwhile_is_made_again(editor):
    address = "/admin/newsroom/section/add/"
    form = filled(editor.get(address).content.decode()) | FORMS["newsroom/section"]
    for _ in range(2):
        assert editor.post(address, form).status_code == 302
        Section.objects.get().delete()


def test_the_forms_token_distinguishes_notes_and_corrections(editor):
    article = public()
    address = f"{ARTICLES}{article.pk}/change/"
    form = filled(editor.get(address).content.decode()) | {"notes-0-text": "Names?", "_save": "x"}
    assert editor.post(address, form).status_code == 302
    assert "Nothing was saved a second time" in errors(editor.post(address, form))
    # After Back the same note is still in the form, with another change.
    assert editor.post(address, form | {"headline": "Bridge shut"}).status_code == 302
    assert [note.text for note in article.notes.all()] == ["Names?"]
    corrected = form | {"change_is": "correction", "note": "It is shut.", "read_version": "3"}
    assert editor.post(address, corrected).status_code == 302
    assert "Nothing was saved a second time" in errors(editor.post(address, corrected))
    assert article.versions.filter(act="correction").count() == 1
    # A new form may say the same.
    save(editor, article, **{"notes-1-text": "Names?"})
    assert article.notes.count() == 2
