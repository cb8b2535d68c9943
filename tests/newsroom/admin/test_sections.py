import re

import pytest

from stoppress.newsroom.models import Section
from tests.newsroom.desk import Page, public, section, told

pytestmark = pytest.mark.django_db
SECTIONS = "/admin/newsroom/section/"


def test_a_section_is_made(editor):
    editor.post(f"{SECTIONS}add/", {"slug": "world", "name": "World", "position": "1"})
    assert Section.objects.get().stream == "section:world"


def test_an_invalid_slug_is_an_error(editor):
    response = editor.post(f"{SECTIONS}add/", {"slug": "W", "name": "World", "position": "1"})
    assert "hyphens" in response.content.decode()


def test_articles_show_the_new_name_of_a_renamed_section(editor):
    world = section()
    public(section=world)
    page = Page("section:world")
    editor.post(
        f"{SECTIONS}{world.pk}/change/", {"slug": "sport", "name": "The world", "position": "3"}
    )
    world.refresh_from_db()
    assert (world.name, world.slug, world.position) == ("The world", "world", 3)
    assert page.items()[0]["section"]["name"] == "The world"


def test_a_moved_section_publishes_no_event(editor):
    world = section()
    public(section=world)
    editor.post(f"{SECTIONS}{world.pk}/change/", {"name": "World", "position": "3"})
    world.refresh_from_db()
    assert world.position == 3
    assert told() == ["put article.published"]


def test_a_name_that_the_newsroom_refuses_is_an_error_of_the_field(editor):
    world = section()
    response = editor.post(f"{SECTIONS}{world.pk}/change/", {"name": "a\u2028b", "position": "3"})
    page = response.content.decode()
    assert re.search(r"errorlist.*single line", page)
    world.refresh_from_db()
    assert (world.name, world.position) == ("World", 0)


def test_a_new_section_needs_a_name_that_can_be_seen(editor):
    said = {"slug": "world", "name": "\u200b", "position": "1"}
    response = editor.post(f"{SECTIONS}add/", said)
    assert re.search(r"errorlist.*no visible character", response.content.decode())
    assert not Section.objects.exists()
