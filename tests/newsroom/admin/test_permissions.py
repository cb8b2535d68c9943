"""Every change that readers see needs one right: Django's right to change articles."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import retract_article
from tests.newsroom.admin.editor import ARTICLES, decide, errors, filled, save
from tests.newsroom.desk import draft, public, told

pytestmark = pytest.mark.django_db

LATER = {"publish_at_0": "2030-01-02", "publish_at_1": "03:04:05"}


def who_may(*rights: str) -> Client:
    user = User.objects.create_user("ben", is_staff=True)
    for right in rights:
        user.user_permissions.add(Permission.objects.get(codename=f"{right}_article"))
    client = Client()
    client.force_login(user)
    return client


def test_a_user_who_may_only_add_writes_drafts():
    writer = who_may("add")
    page = writer.get(f"{ARTICLES}add/").content.decode()
    assert 'name="_publish"' not in page and "publish_at" not in page
    assert save(writer, headline="Bridge opens").status_code == 302
    assert Article.objects.get().is_draft


@pytest.mark.parametrize("said", [{"button": "_publish"}, LATER])
def test_a_user_who_may_only_add_cannot_publish_or_schedule_and_loses_no_text(said):
    writer = who_may("add", "view")
    answer = save(writer, headline="Bridge opens", body="Open.", **said)
    assert "needs the right to change articles" in errors(answer)
    form = filled(answer.content.decode())
    assert (form["headline"], form["body"]) == ("Bridge opens", "Open.")
    assert not Article.objects.exists()
    assert writer.post(f"{ARTICLES}add/", form | {"_save": "x"}).status_code == 302
    assert Article.objects.get().is_draft
    assert told() == []


@pytest.mark.parametrize("rights", [("add",), ("view",), ("add", "view", "delete")])
def test_a_user_without_the_right_to_change_cannot_retract_or_restore(rights):
    waiting, shown = draft("Waiting"), public("Shown")
    gone = retract_article(public("Gone"), "Wrong.")
    before = list(Article.objects.order_by("pk").values()), told()
    person = who_may(*rights)
    for article in (waiting, shown, gone):
        address = f"{ARTICLES}{article.pk}/change/"
        page = person.get(address).content.decode()
        assert not any(sign in page for sign in ('name="_publish"', "/retract/", "/restore/"))
        for button in ("_save", "_publish"):
            form = {"headline": "Other", "language": "en", "urgency": "5", button: "x"}
            assert person.post(address, form).status_code == 403
        for decision in ("retract", "restore"):
            assert decide(person, article, decision, "Because.").status_code == 403
        for action in ("publish_selected", "retract_selected", "restore_selected"):
            form = {"action": action, "_selected_action": [str(article.pk)], "decided": "yes"}
            person.post(ARTICLES, form | {"note": "Because."})
    assert (list(Article.objects.order_by("pk").values()), told()) == before


def test_saving_as_new_needs_the_same_rights():
    person = who_may("add", "view")
    address = f"{ARTICLES}{draft('Waiting').pk}/change/"
    form = filled(person.get(f"{ARTICLES}add/").content.decode())
    for more in ({"_publish": "x"}, LATER):
        answer = person.post(address, form | {"headline": "Mine", "_saveasnew": "x"} | more)
        assert "needs the right to change articles" in errors(answer)
    assert [article.headline for article in Article.objects.all()] == ["Waiting"]


def test_who_may_change_publishes_what_is_there_and_makes_nothing_new():
    editor, article = who_may("change"), draft()
    assert editor.get(f"{ARTICLES}add/").status_code == 403
    save(editor, article, button="_publish")
    article.refresh_from_db()
    assert article.is_public
    assert decide(editor, article, "retract", "Wrong.").status_code == 302
    assert decide(editor, article, "restore", "").status_code in {200, 302}


def test_who_may_add_and_change_publishes_what_is_new_now_and_later():
    editor = who_may("add", "change")
    save(editor, button="_publish", headline="Now")
    save(editor, headline="Later", **LATER)
    assert Article.objects.get(headline="Now").is_public
    assert Article.objects.get(headline="Later").publish_at > timezone.now() + timedelta(days=1)


def test_the_link_to_a_new_article_leads_where_its_writer_may_go():
    writer = who_may("add")
    form = filled(writer.get(f"{ARTICLES}add/").content.decode()) | {"headline": "Bridge opens"}
    writer.post(f"{ARTICLES}add/", form)
    said = errors(writer.post(f"{ARTICLES}add/", form))
    assert "has made “Bridge opens” (draft)" in said and "<a" not in said
