"""An editor's own time zone: the admin has it, readers' pages never."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings
from django.utils import timezone, translation

from stoppress.newsroom.editors_zone import is_of_the_admin
from stoppress.newsroom.models import Preferences
from stoppress.newsroom.publishing import update_article
from stoppress.newsroom.zones import zone_choices
from tests.newsroom.admin.editor import ARTICLES
from tests.newsroom.desk import NINE, draft, public

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/preferences/"


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ann", password="x"))
    return client


def text(response) -> str:
    return " ".join(re.sub("<[^>]+>", " ", response.content.decode()).split())


def test_an_editor_has_the_chosen_zone_or_the_sites(editor, settings):
    settings.TIME_ZONE = "America/New_York"
    assert "Times: America/New_York" in text(editor.get("/admin/"))
    assert editor.post(ADDRESS, {"time_zone": "Asia/Kathmandu"}).status_code == 302
    page = editor.get(ADDRESS)
    assert "Times: Asia/Kathmandu" in text(page) and "Your time zone was saved" in text(page)
    assert '<option value="Asia/Kathmandu" selected>' in page.content.decode()
    editor.post(ADDRESS, {"time_zone": ""})
    assert "Times: America/New_York" in text(editor.get("/admin/"))


def test_a_zone_that_is_not_offered_is_refused(editor):
    answer = editor.post(ADDRESS, {"time_zone": "Moon/Sea"})
    assert answer.status_code == 200 and "Select a valid choice" in text(answer)
    assert not Preferences.objects.exists()


def test_a_zone_that_the_system_no_longer_has_is_the_sites(editor):
    Preferences.objects.create(user=User.objects.get(), time_zone="Moon/Sea")
    assert "Times: UTC" in text(editor.get(ADDRESS))


def test_lists_history_notes_and_messages_are_in_the_editors_zone(editor):
    article = public(at=NINE)
    held = draft(headline="Held", embargoed_until=datetime(2036, 7, 1, 12, tzinfo=UTC))
    editor.post(ADDRESS, {"time_zone": "Asia/Kathmandu"})
    assert "22 Nov 2026, 14:45" in text(editor.get(ARTICLES))
    page = text(editor.get(f"{ARTICLES}{article.pk}/change/"))
    assert "22 Nov 2026, 14:45" in page
    later = update_article(held, {"embargoed_until": datetime(2036, 7, 2, 12, tzinfo=UTC)})
    compared = text(editor.get(f"{ARTICLES}{later.pk}/changes/"))
    assert "1 2 Jul 2036, 17:45 UTC+5:45" in compared
    answer = editor.post(
        f"{ARTICLES}", {"action": "publish_selected", "_selected_action": [held.pk]}, follow=True
    )
    assert "under embargo until 2 Jul 2036, 17:45 UTC+5:45" in text(answer)


def test_readers_pages_and_other_editors_are_not_affected(editor):
    article = public(at=NINE)
    before = Client().get(article.get_absolute_url()).content
    editor.post(ADDRESS, {"time_zone": "Asia/Kathmandu"})
    editor.get("/admin/")
    assert timezone.get_current_timezone_name() == "UTC"
    for reader in (Client(), editor):
        answer = reader.get(article.get_absolute_url())
        assert answer.content == before and "Cookie" not in answer.get("Vary", "")
    bob = Client()
    bob.force_login(User.objects.create_superuser("bob", password="x"))
    assert "Times: UTC" in text(bob.get("/admin/"))


def test_the_admin_is_in_the_sites_language_whatever_is_active(editor):
    with translation.override("fr"):
        assert '<html lang="en-gb"' in editor.get("/admin/").content.decode()


def test_a_zone_is_offered_by_its_place():
    offered = dict(zone_choices())
    assert ("Australia/Lord_Howe", "Lord Howe") in offered["Australia"]
    assert ("America/Argentina/Ushuaia", "Argentina, Ushuaia") in offered["America"]
    assert list(offered)[0] == "UTC" and "Etc" not in offered


@override_settings(LANGUAGE_CODE="de", TIME_ZONE="Europe/Berlin")
def test_times_in_german_name_the_zone_too(editor):
    page = text(editor.get(f"{ARTICLES}{public(at=NINE).pk}/change/"))
    assert "22. November 2026, 10:00 Uhr CET" in page


@override_settings(ROOT_URLCONF="stoppress.newsroom.urls")
def test_a_site_without_the_admin_serves_readers(rf):
    assert not is_of_the_admin(rf.get("/"))
