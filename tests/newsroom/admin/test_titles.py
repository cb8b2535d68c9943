"""Headlines in the admin have the language and the direction of their article."""

import re

import pytest

from tests.newsroom.admin.editor import ARTICLES
from tests.newsroom.desk import draft

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", long="postgres")]


def test_a_headline_has_its_language_in_lists_titles_and_breadcrumbs(editor):
    article = draft("הגשר נפתח", language="he")
    own = '<bdi lang="he" dir="rtl">הגשר נפתח</bdi>'
    assert f"{own}</a>" in editor.get(ARTICLES).content.decode()
    form = editor.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    assert f"<h2>{own}</h2>" in form and f"› {own}" in form
    for name in ("headline", "summary", "body", "byline"):
        assert re.search(rf'name="{name}"[^>]* lang="he"[^>]* dir="auto"', form)
    for page in ("changes", "discard"):
        assert own in editor.get(f"{ARTICLES}{article.pk}/{page}/").content.decode()
    answer = editor.post(f"{ARTICLES}{article.pk}/discard/", {"decided": "yes"}, follow=True)
    assert f"“{own}” was discarded." in answer.content.decode()
