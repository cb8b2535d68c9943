"""The sources in the admin: followed there, with their health and their section."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from stoppress.ingest.models import Source
from stoppress.newsroom.models import Article, Section

from .test_follow import item, rss
from .web import Web

pytestmark = pytest.mark.django_db
ADD = "/admin/ingest/source/add/"


def test_the_list_shows_how_each_source_is(admin_client: Client) -> None:
    Source.objects.create(
        url="https://x.example/feed",
        title="The Wire",
        healthy=False,
        last_outcome="The server answered 404 Not Found.",
    )
    page = admin_client.get("/admin/ingest/source/").content.decode()
    assert "The Wire" in page
    assert "The server answered 404 Not Found." in page


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


def test_a_feed_is_followed_and_its_stories_stand_in_the_section(
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
        ("file:///etc/passwd", "Only the command line reads files"),
        ("a feed", "address"),
        ("", "required"),
    ],
)
def test_what_is_no_feed_is_an_error_of_the_form_and_no_source(
    admin_client: Client, address: str, says: str
) -> None:
    page = admin_client.post(ADD, {"url": address}).content.decode()
    [told] = re.findall(r'errorlist"[^>]*><li>(.*?)</li>', page)
    assert says in told
    assert not Source.objects.exists()


def test_a_feed_that_is_followed_is_not_followed_again(admin_client: Client) -> None:
    Source.objects.create(url="https://x.example/feed", title="The Wire")
    page = admin_client.post(ADD, {"url": "https://x.example/feed"}).content.decode()
    source = Source.objects.get()
    link = f'<a href="/admin/ingest/source/{source.pk}/change/" target="_blank">The Wire</a>'
    assert f"already followed, as “{link}”" in page
