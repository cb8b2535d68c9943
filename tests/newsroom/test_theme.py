"""The theme that docs/pages.md shows."""

import re
from copy import deepcopy
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client, override_settings

import stoppress
from stoppress.site.web.policy_lines import parse_lines

from .desk import public

pytestmark = pytest.mark.django_db

DOCS = Path(stoppress.__file__).parents[2] / "docs" / "pages.md"
FILE = re.compile(
    r"```(?:html|css)\n(?:<!-- | *\/\* )(theme/[^ ]+)(?: -->| \*\/)\n(.*?)```", re.DOTALL
)


@pytest.fixture
def theme(tmp_path):
    for name, text in FILE.findall(DOCS.read_text()):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [tmp_path / "theme" / "templates"]
    [policy] = re.findall(r'export STOPPRESS_POLICY="(.*)"', DOCS.read_text())
    static = [tmp_path / "theme" / "static"]
    with override_settings(
        TEMPLATES=templates, STATICFILES_DIRS=static, STOPPRESS_POLICY=parse_lines(policy)
    ):
        finders.get_finder.cache_clear()
        yield tmp_path / "theme"
    finders.get_finder.cache_clear()


def test_the_theme_of_the_docs_changes_only_the_parts_it_names(theme):
    article = public()
    front, story = Client().get("/"), Client().get(article.get_absolute_url())
    for answer in (front, story):
        page = answer.content.decode()
        styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
        assert [each.rpartition("/")[2] for each in styles] == ["paper.css", "gazette.css"]
        assert "The Gazette" in page and "Every day since 1874" in page
    assert front.content.count(b'<aside class="advertisement"') == 1
    assert front.content.index(b'class="advertisement"') > front.content.index(b"data-key=")
    assert b'class="advertisement"' not in story.content
    assert "https://ads.example" in front["Content-Security-Policy"]
    assert finders.find("gazette.css") == str(theme / "static" / "gazette.css")


def test_without_a_theme_the_sites_own_places_hold_no_element():
    page = Client().get(public().get_absolute_url()).content.decode()
    assert "advertisement" not in page and "gazette" not in page
