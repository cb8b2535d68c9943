"""The sources in the admin: their health is shown, and only their section can be changed."""

import pytest
from django.test import Client

from stoppress.ingest.models import Source
from stoppress.newsroom.models import Section

pytestmark = pytest.mark.django_db


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


def test_no_source_is_added_without_a_look_at_it(admin_client: Client) -> None:
    assert admin_client.get("/admin/ingest/source/add/").status_code == 403
