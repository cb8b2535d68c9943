"""The page that moves a post to another live story."""

import pytest

from stoppress.newsroom.publishing import create_article, retract_article
from tests.newsroom.admin.editor import ARTICLES, decide, errors
from tests.newsroom.desk import draft, live_story, post, public, told

pytestmark = pytest.mark.django_db


def test_a_post_is_moved_to_an_open_story_or_to_any_other_by_its_number(editor):
    story, match, old = live_story(), live_story("Match"), live_story("Old", language="de")
    decide(editor, old, "close", "")
    made = post(story)
    address = f"{ARTICLES}{made.pk}/move/"
    page = editor.get(address).content.decode()
    assert f"Match ({match.pk})" in page and f"Old ({old.pk})" not in page
    assert "Choose one story" in errors(editor.post(address, {}))
    missing = {"number": public().pk}
    assert "There is no live story" in errors(editor.post(address, missing))
    here = {"number": story.pk}
    assert "in this story already" in errors(editor.post(address, here))
    for said, to in (({"story": match.pk}, match), ({"number": old.pk}, old)):
        answer = editor.post(address, said)
        assert answer["Location"] == f"{ARTICLES}{made.pk}/change/"
        made.refresh_from_db()
        assert made.parent == to
    assert told(f"posts:{story.pk}")[-1] == "remove post.moved"
    assert editor.get(f"{ARTICLES}{story.pk}/move/").status_code == 404
    assert "is not public" in errors(editor.post(address, {"number": draft(kind="live").pk}))
    retract_article(match, "A rumour.")
    gone = post(story)
    there = errors(editor.post(f"{ARTICLES}{gone.pk}/move/", {"number": match.pk}))
    assert "Restore the story first" in there
    retract_article(story, "A rumour.")
    answer = editor.post(f"{ARTICLES}{gone.pk}/move/", {"number": old.pk})
    here = editor.get(answer["Location"]).content.decode()
    assert "The story is retracted. Restore it first." in here


def test_the_page_describes_the_effect_on_readers_and_refuses_an_impossible_move(editor):
    story = live_story()
    made, unsaid = post(story, pinned=True), create_article({"headline": "Later"}, parent=story)

    def page(article):
        return editor.get(f"{ARTICLES}{article.pk}/move/")

    assert "It stays pinned" in page(made).content.decode()
    assert "see in neither story" in page(unsaid).content.decode()
    for article, decision, why in (
        (made, "retract", "The post is retracted."),
        (unsaid, "discard", "The draft was discarded."),
    ):
        decide(editor, article, decision, "It was never so.")
        answer = page(article)
        assert answer["Location"] == f"{ARTICLES}{article.pk}/change/"
        told_there = editor.get(answer["Location"]).content.decode()
        assert why in told_there and "/move/" not in told_there
