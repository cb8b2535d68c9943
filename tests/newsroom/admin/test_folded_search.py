"""The search of the admin's lists finds É by é, drafts and retracted articles too."""

from typing import Any

import pytest

from stoppress.newsroom.models import Article, Person, Picture, Section, Topic
from stoppress.newsroom.publishing import index_steps, retract_article
from tests.newsroom.api.caller import Caller
from tests.newsroom.desk import draft, live_story, post, public
from tests.newsroom.pictures.made import picture

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", "postgres")]


def rows(editor: Any, model: str, typed: str) -> int:
    """Return how many rows a list shows for a search."""
    answer = editor.get(f"/admin/newsroom/{model}/", {"q": typed})
    assert answer.status_code == 200
    return int(answer.context["cl"].result_count)


@pytest.mark.parametrize("typed", ["éclair", "ZÜRICH", "eclair zurich", "e\u0301clair à zürich"])
def test_an_article_from_the_api_is_found_whatever_its_letters(editor, typed):
    """Shared case e14: search in every language."""
    Caller().article("Éclair à Zürich")
    assert rows(editor, "article", typed) == 1
    assert rows(editor, "article", "zürich bern") == 0


def test_editors_find_articles_that_readers_cannot(editor):
    draft("Entwurf über Zürich", slugline="brücke")
    draft("Öl", external_id="wire-é")
    retract_article(public("Über", body="*Größe*"), "No.")
    found = {"zurich": 1, "BRUCKE": 1, "ol wire-E": 1, "grosse": 1, "*Größe*": 1, "uber": 2}
    for typed, count in found.items():
        assert rows(editor, "article", typed) == count, typed
    for typed in ("%", '"', "*", "\0", "x" * 3000):
        editor.get("/admin/newsroom/article/", {"q": typed})


def test_posts_are_found_in_their_story(editor):
    story = live_story("Storm")
    post(story, "Bäume")
    post(story, "Trees")
    answer = editor.get(f"/admin/newsroom/article/{story.pk}/posts/", {"q": "baume"})
    assert [str(each) for each in answer.context["cl"].result_list] == ["Bäume"]


def test_names_sections_and_pictures_are_found_too(editor):
    Topic.objects.create(slug="bruecken", name="Brücken")
    Person.objects.create(slug="zoe", name="Zoë Łuczak")
    Section.objects.create(slug="kultur", name="Kultür")
    made = picture(alt="Ein Café", caption="Größe")
    found = {
        "topic": "BRUCKEN",
        "person": "zoe luczak",
        "section": "kultur",
        "picture": "cafe gross",
    }
    for model, typed in found.items():
        assert rows(editor, model, typed) == 1, model
        assert rows(editor, model, "zanzibar") == 0
    assert rows(editor, "picture", str(made.pk)) == 1
    assert Picture.objects.count() == 1


def test_an_article_without_an_entry_is_found_as_before(editor):
    Article.objects.create(headline="Old bridge")
    assert rows(editor, "article", "bridge") == 1
    list(index_steps())
    assert rows(editor, "article", "bridge") == 1
