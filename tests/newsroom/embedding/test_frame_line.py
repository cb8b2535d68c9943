"""The line for other sites' pages, in the admin."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.newsroom.desk import draft, live_story, post, section

pytestmark = pytest.mark.django_db

TAG = '<script async src="http://testserver/embed/frame.js" data-{}="{}"></script>'
RIGHTS = {"is_superuser": True, "is_staff": True}


def line(path):
    client = Client()
    client.force_login(User.objects.get_or_create(username="ann", **RIGHTS)[0])
    page = client.get(f"/admin/newsroom/{path}")
    assert page.status_code == 200
    found = re.search(r'<code dir="ltr">(.*?)</code>', page.content.decode())
    return unescape(found[1]) if found else ""


def test_a_section_and_a_public_article_have_their_line_where_a_site_may_frame_them(settings):
    world, story = section(), live_story()
    addresses = {
        f"section/{world.pk}/change/": TAG.format("section", "world"),
        f"article/{story.pk}/change/": TAG.format("article", story.pk),
    }
    assert all(line(address) == "" for address in addresses)
    settings.STOPPRESS_FRAME_ANCESTORS = ["https://club.example"]
    for address, said in addresses.items():
        assert line(address) == said
    for hidden in (draft(), post(story)):
        assert line(f"article/{hidden.pk}/change/") == ""
    assert line("article/add/") == line("section/add/") == ""
