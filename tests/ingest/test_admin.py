"""The sources in the admin: followed there, with their health and their section."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from stoppress.ingest.models import Source
from stoppress.newsroom.models import Article, Section
from tests.services.web import Web

from .test_follow import item, rss

pytestmark = pytest.mark.django_db
ADD = "/admin/ingest/source/add/"


def test_the_list_shows_the_state_of_each_source(admin_client: Client) -> None:
    Source.objects.create(
        url="https://x.example/feed",
        title="The Wire",
        healthy=False,
        last_outcome="The server answered 404 Not Found.",
    )
    page = admin_client.get("/admin/ingest/source/").content.decode()
    assert "The Wire" in page
    assert "The server answered 404 Not Found." in page


def test_a_source_is_waiting_for_its_first_reading_fine_or_failing(admin_client: Client) -> None:
    now = timezone.now()
    feed, paper = Source.Kind.FEED, Source.Kind.PAPER
    for title, wanted, fields in (
        ("New feed", "unread", {"kind": feed}),
        ("Read feed", "fine", {"kind": feed, "last_polled": now}),
        ("Bad feed", "failing", {"kind": feed, "last_polled": now, "healthy": False}),
        # The worker is connected and has not taken in all of it.
        ("New paper", "unread", {"kind": paper, "last_polled": now, "last_outcome": "followed"}),
        ("Read paper", "fine", {"kind": paper, "cursor": "1-0000000000000000"}),
        ("Bad paper", "failing", {"kind": paper, "healthy": False}),
    ):
        Source.objects.create(url=f"https://x.example/{title}", title=title, **fields)
        page = admin_client.get(f"/admin/ingest/source/?state={wanted}").content.decode()
        [row] = [row for row in page.split("<tr>") if f">{title}</a>" in row]
        label = Source.State(wanted).label
        assert f'alt="{label}"' in row
        assert (">Not read yet</td>" in row) == (wanted == "unread")
    page = admin_client.get("/admin/ingest/source/?state=fine&o=2").content.decode()
    assert re.findall(r">(\w+ \w+)</a></th>", page) == ["Read feed", "Read paper"]


def test_a_german_editor_reads_the_outcome_in_german_and_the_log_has_it_in_english(
    admin_client: Client, web: Web, own_network: None, settings: Settings
) -> None:
    settings.LANGUAGE_CODE = "de"
    url = web.serve("/feed", rss(item(1), item(1), item(2)) + b"<unclosed")
    page = admin_client.post(ADD, {"url": url}, follow=True).content.decode()
    source = Source.objects.get()
    assert source.last_outcome.startswith(
        "3 entries, 2 new, 1 skipped (it repeats an entry above it); not well formed ("
    )
    said = "3 Einträge, 2 neu, 1 übersprungen (er wiederholt einen Eintrag vor ihm); nicht wohlge"
    assert "„The Wire“ wird gefolgt: " + said in page
    assert said in page.split('class="field-result"')[1]
    assert 'lang="de"' in page and "Letztes Ergebnis" in page
    Source.objects.update(last_outcome="As a process of the previous release has written it.")
    page = admin_client.get("/admin/ingest/source/").content.decode()
    assert "As a process of the previous release has written it." in page
    page = admin_client.post(ADD, {"url": "http://u:p@127.0.0.1/"}).content.decode()
    assert "Eine Adresse mit einem Benutzer oder Passwort darin wird nicht abgerufen." in page


def test_only_the_section_can_be_set(admin_client: Client) -> None:
    section = Section.objects.create(slug="world", name="World")
    source = Source.objects.create(url="https://x.example/feed", title="The Wire")
    address = f"/admin/ingest/source/{source.pk}/change/"
    admin_client.post(address, {"section": section.pk, "url": "http://127.0.0.1/", "title": "X"})
    source.refresh_from_db()
    assert (source.section, source.url, source.title) == (
        section,
        "https://x.example/feed",
        "The Wire",
    )


def test_a_feed_is_followed_and_its_stories_are_in_the_section(
    admin_client: Client, web: Web, own_network: None
) -> None:
    section = Section.objects.create(slug="world", name="World")
    url = web.serve("/feed", rss(item(1)))
    page = admin_client.post(ADD, {"url": f" {url} ", "section": section.pk}, follow=True)
    source = Source.objects.get()
    assert (source.url, source.title, source.section) == (url, "The Wire", section)
    assert Article.objects.get().section == section
    assert "“The Wire” is followed: 1 entry, 1 new" in page.content.decode()
    assert LogEntry.objects.get().change_message == "Followed"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://127.0.0.1/feed", "not a public address"),
        ("file:///etc/passwd", "Files can be read only from the command line"),
        ("a feed", "address"),
        ("", "required"),
    ],
)
def test_an_address_without_a_feed_is_an_error_of_the_form(
    admin_client: Client, address: str, says: str
) -> None:
    page = admin_client.post(ADD, {"url": address}).content.decode()
    [told] = re.findall(r'errorlist"[^>]*><li>(.*?)</li>', page)
    assert says in told
    assert not Source.objects.exists()


def test_a_followed_feed_cannot_be_added_again(admin_client: Client) -> None:
    Source.objects.create(url="https://x.example/feed", title="The Wire")
    page = admin_client.post(ADD, {"url": "https://x.example/feed"}).content.decode()
    source = Source.objects.get()
    link = f'<a href="/admin/ingest/source/{source.pk}/change/" target="_blank">The Wire</a>'
    assert f"already followed, as “{link}”" in page


def test_the_list_shows_the_time_of_the_next_poll(admin_client: Client) -> None:
    soon = datetime(2999, 1, 2, 3, 4, tzinfo=UTC)
    feed = {"url": "https://x.example/feed", "title": "The Wire"}
    Source.objects.create(**feed, next_poll=soon, healthy=False, failing_since=soon)
    Source.objects.create(url="https://x.example/gone", title="Gone", next_poll=None)
    Source.objects.create(url="file:///feed.xml", title="A file", next_poll=None)
    Source.objects.create(url="https://p.example/", title="A paper", kind=Source.Kind.PAPER)
    page = admin_client.get("/admin/ingest/source/?o=2").content.decode()
    for title, next_poll in (
        ("The Wire", "2 Jan 2999, 03:04 UTC"),
        ("Gone", "only if you ask for it"),
        ("A file", "by the command line only"),
        ("A paper", "-"),
    ):
        [row] = [row for row in page.split("<tr>") if f">{title}</a>" in row]
        assert re.findall(r'class="field-next[^"]*">(.*?)</td>', row) == [next_poll]
    source = Source.objects.get(title="The Wire")
    page = admin_client.get(f"/admin/ingest/source/{source.pk}/change/").content.decode()
    assert "Next poll" in page and "Failing since" in page


def test_an_editor_can_poll_feeds_at_once(admin_client: Client) -> None:
    gone = Source.objects.create(url="https://x.example/gone", title="Gone", next_poll=None)
    file = Source.objects.create(url="file:///feed.xml", title="A file", next_poll=None)
    chosen = {"action": "poll_now", "_selected_action": [gone.pk, file.pk]}
    page = admin_client.post("/admin/ingest/source/", chosen, follow=True).content.decode()
    assert "The background worker polls 1 feed now." in page
    assert "Only the command line reads files." in page
    gone.refresh_from_db()
    file.refresh_from_db()
    assert gone.next_poll is not None and gone.next_poll <= timezone.now()
    assert file.next_poll is None
    assert LogEntry.objects.get().change_message == "Asked for a poll"
