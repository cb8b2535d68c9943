"""Coverage and kinds of live stories, and decisions on their posts, by the admin's pages."""

import pytest

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import discard_draft, submit_article
from tests.newsroom.admin.editor import ARTICLES, decide, errors, filled, save
from tests.newsroom.desk import live_story, post, public
from tests.newsroom.staff import user_as

pytestmark = pytest.mark.django_db


def page_of(editor, article):
    return editor.get(f"{ARTICLES}{article.pk}/change/").content.decode()


def test_coverage_is_paused_resumed_and_closed_by_its_buttons(editor):
    story = live_story()
    for decision, state, offered in (
        ("pause", "paused", {"resume", "close"}),
        ("close", "closed", {"resume"}),
        ("resume", "open", {"pause", "close"}),
    ):
        assert decide(editor, story, decision, "").status_code == 302
        story.refresh_from_db()
        assert story.coverage == state
        page = page_of(editor, story)
        there = {each for each in ("pause", "resume", "close") if f"/{each}/" in page}
        assert there == offered
    assert [each.act for each in story.versions.public()][:3] == ["resume", "close", "pause"]
    decide(editor, public(), "close", "")
    assert "Only a live story has coverage" in editor.get(ARTICLES).content.decode()


def test_a_reporter_cannot_change_the_coverage(client):
    reporter, story = user_as("Reporter"), live_story()
    client.force_login(reporter)
    story.contributors.create(user=reporter)
    assert decide(client, story, "close", "").status_code == 403


def test_a_post_is_pinned_and_unpinned_from_the_form_for_the_next_one(editor):
    story = live_story()
    made = post(story)
    for decision, pinned in (("pin", True), ("unpin", False)):
        address = f"{ARTICLES}{made.pk}/{decision}/?back=write"
        answer = editor.post(address, {"decided": "yes"})
        assert answer["Location"] == f"{ARTICLES}{story.pk}/posts/write/"
        made.refresh_from_db()
        assert made.pinned is pinned


def test_the_kind_is_chosen_and_stays_once_the_story_is_public(editor):
    save(editor, headline="Storm", kind="live", quiet_hours="12")
    story = Article.objects.get()
    assert (story.kind, story.quiet_hours) == ("live", 12)
    save(editor, story, kind="article", quiet_hours="")
    story.refresh_from_db()
    assert (story.kind, story.quiet_hours) == ("article", None)
    save(editor, story, "_publish", kind="live")
    story.refresh_from_db()
    assert story.kind == "live"
    form = filled(page_of(editor, story))
    assert "kind" not in form and "quiet_hours" in form
    assert "cannot change: the article is or was public" in errors(
        save(editor, story, kind="article")
    )


def test_only_live_stories_have_hours_of_quiet(editor):
    assert "is a field of live stories only" in errors(
        save(editor, headline="Bridge opens", quiet_hours="3")
    )
    assert "quiet_hours" not in filled(page_of(editor, public()))


def test_retracting_a_live_story_retracts_its_posts(editor):
    story = live_story()
    post(story)
    for decision, left in (("retract", 0), ("restore", 1)):
        page = editor.get(f"{ARTICLES}{story.pk}/{decision}/").content.decode()
        assert "Its posts are retracted and restored with it." in page
        assert decide(editor, story, decision, "It was never so.").status_code == 302
        assert story.posts.public().count() == left


def test_desk_states_and_notes_are_those_of_articles(editor):
    story = live_story()
    save(editor, story)
    editor.post(
        f"{ARTICLES}{story.pk}/posts/write/",
        {"headline": "Later", "language": "en", "body_format": "markdown"},
    )
    made = story.posts.get()
    submit_article(made)
    assert decide(editor, made, "send_back", "Who says so?").status_code == 302
    assert "Who says so?" in page_of(editor, made)
    discard_draft(made)
    assert "Later" not in editor.get(f"{ARTICLES}{story.pk}/posts/").content.decode()
    listed = editor.get(f"{ARTICLES}{story.pk}/posts/?state=discarded").content.decode()
    assert "Later" in listed
