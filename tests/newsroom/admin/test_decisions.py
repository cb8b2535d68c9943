import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory
from django.utils import timezone

from stoppress.newsroom.admin.decisions import DISCARD, take
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import retract_article
from tests.newsroom.admin.editor import ARTICLES, decide, filled
from tests.newsroom.desk import draft, public
from tests.newsroom.staff import own, user_as

pytestmark = pytest.mark.django_db


def test_retracting_asks_for_a_note_first(editor):
    article = public()
    assert (
        f"{ARTICLES}{article.pk}/retract/"
        in editor.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    )
    assert (
        "Readers see your note" in editor.get(f"{ARTICLES}{article.pk}/retract/").content.decode()
    )
    assert decide(editor, article, "retract", " ").status_code == 200
    article.refresh_from_db()
    assert article.is_public
    assert decide(editor, article, "retract", "Made up.").status_code == 302
    article.refresh_from_db()
    assert (article.is_retracted, article.retraction_note) == (True, "Made up.")


def test_cancel_goes_back_to_the_previous_page(editor):
    article = public()
    page = editor.get(f"{ARTICLES}{article.pk}/retract/").content.decode()
    assert re.search(rf'href="{ARTICLES}{article.pk}/change/">Cancel', page)
    chosen = {"_selected_action": [str(article.pk)], "action": "retract_selected"}
    assert re.search(rf'href="{ARTICLES}">Cancel', editor.post(ARTICLES, chosen).content.decode())


def test_restoring_accepts_a_note(editor):
    article = retract_article(public(), "Doubtful.")
    assert (
        f"{ARTICLES}{article.pk}/restore/"
        in editor.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    )
    assert decide(editor, article, "restore", "").status_code == 302
    article.refresh_from_db()
    assert article.is_public


def test_a_refused_verb_shows_its_message(editor):
    response = decide(editor, draft(), "retract", "Made up.")
    assert "Discard the draft" in unescape(editor.get(response.url).content.decode())


def test_actions_publish_retract_and_restore_the_selected(editor):
    articles = [draft("One"), draft("Two"), public("Three")]
    chosen = {"_selected_action": [str(article.pk) for article in articles], "index": "0"}
    page = editor.post(ARTICLES, {**chosen, "action": "publish_selected"}, follow=True)
    said = re.sub("</?bdi[^>]*>", "", unescape(page.content.decode()))
    assert "“One” was published." in said
    assert "“Three” was not published: It is already public." in said
    asked = editor.post(ARTICLES, {**chosen, "action": "retract_selected"})
    assert Article.objects.public().count() == 3
    form = filled(asked.content.decode())
    editor.post(ARTICLES, {**form, **chosen, "note": "All made up."})
    assert not Article.objects.public().exists()
    asked = editor.post(ARTICLES, {**chosen, "action": "restore_selected"})
    editor.post(ARTICLES, {**filled(asked.content.decode()), **chosen, "note": ""})
    assert Article.objects.public().count() == 3


def test_a_user_who_may_only_view_articles_publishes_and_retracts_none(client):
    reader = User.objects.create_user("ben", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_article"))
    client.force_login(reader)
    article = public()
    page = client.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    assert "Retract" not in page
    assert client.get(f"{ARTICLES}{article.pk}/retract/").status_code == 403
    assert decide(client, article, "retract", "Made up.").status_code == 403
    assert client.post(f"{ARTICLES}{article.pk}/change/", {"headline": "x"}).status_code == 403


def test_an_action_on_several_articles_is_refused_for_each_without_the_right():
    user, done = user_as("Reporter"), []
    mine = own(draft("Mine"), user)
    waiting = own(draft("Scheduled", publish_at=timezone.now() + timedelta(days=400)), user)
    request = RequestFactory().post("/")
    request.user, request.session = user, {}
    request._messages = FallbackStorage(request)
    decision = replace(DISCARD, verb=lambda article, **_: done.append(article) or article)
    take(site.get_model_admin(Article), request, [mine, waiting, draft("Another's")], decision)
    assert done == [mine]
    said = [str(each) for each in get_messages(request)]
    assert "Mine</bdi>” was discarded." in said[0] and len(said) == 3
    assert all("the right to discard articles, which you do not have" in each for each in said[1:])
