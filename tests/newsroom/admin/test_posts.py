"""The posts of a live story in the admin: their list, and the form for the next one."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stoppress.live.clock import database_time
from stoppress.newsroom.admin.time_fields import day_meant
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import delete_draft
from tests.newsroom.admin.editor import ARTICLES, decide, errors, filled, save
from tests.newsroom.desk import draft, live_story, post, public, told
from tests.newsroom.staff import user_as

pytestmark = pytest.mark.django_db


def posts(story: Article) -> str:
    return f"{ARTICLES}{story.pk}/posts/"


def opened(editor: Client, story: Article) -> dict[str, str]:
    return typed(editor.get(f"{posts(story)}write/").content.decode())


def typed(page: str) -> dict[str, str]:
    """Return what the form of the next post has; those of the posts below it are other forms."""
    return filled(page.partition('id="latest-posts"')[0])


def write(editor: Client, story: Article, button: str = "_publish", **said: str):
    """Open the form, fill in what is said, and press a button; `next` of those there are."""
    form = opened(editor, story)
    return editor.post(f"{posts(story)}write/", {**form, button: "next", **said})


def test_a_post_is_published_and_the_form_comes_back_empty_with_a_link_to_it(editor):
    story = live_story(language="de")
    answer = write(editor, story, headline="Tor!", key_event="on")
    assert answer["Location"] == f"{posts(story)}write/"
    made = Article.objects.get(parent=story)
    assert (made.headline, made.is_public, made.key_event) == ("Tor!", True, True)
    assert (made.language, [each.user.username for each in made.contributors.all()]) == (
        "de",
        ["ann"],
    )
    assert told(f"keys:{story.pk}") == ["put post.published"]
    page = editor.get(answer["Location"]).content.decode()
    assert f'href="{made.get_absolute_url()}"' in page
    assert typed(page)["headline"] == ""
    assert re.search(r'<input[^>]* name="headline"[^>]* autofocus', page)


def test_a_text_alone_is_a_post_and_nothing_at_all_is_refused(editor):
    story = live_story()
    assert "or text is required" in errors(write(editor, story))
    write(editor, story, body="Rain begins at the harbour.")
    page = editor.get(posts(story)).content.decode()
    assert "Rain begins at the harbour." in page


def test_a_draft_is_saved_and_leads_to_the_list(editor):
    story = live_story()
    answer = write(editor, story, "_save", headline="Later")
    assert answer["Location"] == posts(story)
    assert Article.objects.get(parent=story).is_draft


def test_a_form_sent_twice_makes_one_post_and_leads_where_the_first_led(editor):
    story = live_story()
    form = {**opened(editor, story), "headline": "Goal!", "_publish": "next"}
    answers = [editor.post(f"{posts(story)}write/", form) for _ in range(2)]
    assert [each["Location"] for each in answers] == [f"{posts(story)}write/"] * 2
    assert Article.objects.filter(parent=story).count() == 1
    assert "was sent before" in editor.get(f"{posts(story)}write/").content.decode()


def test_the_same_words_in_a_new_form_are_asked_about_and_lost_in_no_story(editor):
    story, other = live_story(), live_story("Match")
    write(editor, story, headline="Goal!")
    asked = write(editor, story, headline="Goal!")
    assert "tick “This is another post”" in errors(asked)
    form = typed(asked.content.decode())
    assert form["headline"] == "Goal!"
    [token] = re.findall(r'name="another" value="([^"]+)"', asked.content.decode())
    editor.post(f"{posts(story)}write/", {**form, "another": token, "_publish": "next"})
    write(editor, other, headline="Goal!")
    assert [story.posts.count(), other.posts.count()] == [2, 1]


def test_a_draft_sent_again_for_publication_is_not_reported_as_published(editor):
    story = live_story()
    form = {**opened(editor, story), "headline": "Goal!"}
    editor.post(f"{posts(story)}write/", {**form, "_save": "draft"})
    again = editor.post(f"{posts(story)}write/", {**form, "_publish": "next"})
    assert "You can publish it there" in errors(again)


def test_an_error_keeps_all_that_was_typed(editor):
    story = live_story()
    said = {"headline": "Goal!", "body": "By Ann.", "occurred_1": "25:00", "byline": "Mara"}
    answer = write(editor, story, **said)
    assert "Enter a valid time" in errors(answer)
    form = typed(answer.content.decode())
    assert {name: form[name] for name in said} == said


def test_a_form_begins_with_the_byline_of_the_users_last_post_in_the_story(editor):
    story, other = live_story(), live_story("Match")
    post(story, byline="Somebody else")
    assert opened(editor, story)["byline"] == ""
    write(editor, story, headline="Goal!", byline="Ann Bee, Aurich")
    assert opened(editor, story)["byline"] == "Ann Bee, Aurich"
    assert opened(editor, other)["byline"] == ""


def test_a_time_needs_no_date(editor):
    story, now = live_story(), database_time()
    ago = now - timedelta(minutes=2)
    write(editor, story, headline="Kick-off", occurred_1=f"{ago:%H:%M}")
    made = Article.objects.get(parent=story)
    assert made.occurred == ago.replace(second=0, microsecond=0)
    for number, hurried in enumerate((f"{ago:%H%M}", f"{ago:%H.%M}", f"{ago.hour}")):
        minute = ago.minute if number < 2 else 0
        write(editor, story, headline=hurried, occurred_1=hurried)
        made = Article.objects.get(headline=hurried)
        assert made.occurred == ago.replace(minute=minute, second=0, microsecond=0)
    assert "Enter a valid time" in errors(write(editor, story, headline="No", occurred_1="2475"))
    night = datetime(2026, 11, 22, 0, 10, tzinfo=UTC)
    assert day_meant("23:50", night, UTC) == "2026-11-21"
    assert day_meant("00:11", night, UTC) == "2026-11-22"
    assert day_meant("soon", night, UTC) == ""


def test_a_reporter_submits_and_cannot_publish(client):
    reporter = user_as("Reporter")
    client.force_login(reporter)
    story = live_story()
    assert client.get(f"{posts(story)}write/").status_code == 404
    story.contributors.create(user=reporter)
    page = client.get(f"{posts(story)}write/").content.decode()
    assert 'name="_submit"' in page and 'name="_publish"' not in page
    assert 'name="pinned"' not in page
    assert "needs the right to publish" in errors(write(client, story, headline="Goal!"))
    write(client, story, "_submit", headline="Goal!")
    made = Article.objects.get(parent=story)
    assert made.desk_state == Article.DeskState.SUBMITTED
    assert "Goal!" in client.get(posts(story)).content.decode()


def test_only_a_live_story_has_posts(editor):
    for article in (draft(), post(live_story())):
        for address in (posts(article), f"{posts(article)}write/"):
            assert editor.get(address).status_code == 404


def test_posts_of_a_story_that_is_not_public_are_drafts(editor):
    story = draft(kind="live")
    page = editor.get(f"{posts(story)}write/").content.decode()
    assert "Readers do not see the story" in page and 'name="_publish"' not in page
    assert "Publish the story first" in errors(write(editor, story, headline="Early"))


def test_lists_omit_posts_and_mark_live_stories(editor):
    story = live_story()
    post(story, "A tree fell")
    listed = editor.get(posts(story)).content.decode()
    assert "1 post\n" in listed and "Retract the selected posts" in listed
    assert "Retract the selected articles" in editor.get(ARTICLES).content.decode()
    public("Bridge opens")
    page = editor.get(ARTICLES).content.decode()
    assert "A tree fell" not in page and "Published, live" in page
    only = editor.get(f"{ARTICLES}?kind=live").content.decode()
    assert "Storm" in only and "Bridge opens" not in only
    assert "Posts (1)" in editor.get(f"{ARTICLES}{story.pk}/change/").content.decode()


def test_a_list_of_posts_takes_as_many_queries_for_100_as_for_10(editor):
    story = live_story()

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert editor.get(posts(story)).status_code == 200
        return len(asked)

    for number in range(10):
        post(story, "", body=f"Number {number}", authors=[])
    editor.get(posts(story))
    few = queries()
    for number in range(90):
        post(story, "", body=f"Number {number}")
    assert queries() == few


def test_a_post_is_changed_on_the_pages_of_articles(editor):
    story = live_story()
    made = post(story)
    before, occurred = told(f"posts:{story.pk}"), made.occurred
    answer = save(editor, made)
    assert answer["Location"] == posts(story)
    assert told(f"posts:{story.pk}") == before
    save(editor, made, body="On the quay.")
    made.refresh_from_db()
    assert (made.body, made.occurred) == ("On the quay.", occurred)
    page = editor.get(f"{ARTICLES}{made.pk}/change/?change_is=correction").content.decode()
    assert filled(page)["change_is"] == "correction"
    assert f'href="{made.get_absolute_url()}" class="viewsitelink"' in page
    assert 'name="section"' not in page and 'name="urgency"' not in page


def test_a_deleted_draft_leads_to_the_posts_of_its_story(editor):
    story = live_story()
    write(editor, story, "_save", headline="Later")
    made = Article.objects.get(parent=story)
    answer = editor.post(f"{ARTICLES}{made.pk}/delete/", {"post": "yes"})
    assert answer["Location"] == posts(story) and not story.posts.exists()


def test_a_story_refuses_at_once_what_its_form_would_refuse(editor):
    story = draft(kind="live")
    write(editor, story, "_save", headline="Later")
    answer = editor.get(f"{ARTICLES}{story.pk}/delete/")
    assert "The story has posts" in editor.get(answer["Location"]).content.decode()
    form = {**opened(editor, story), "headline": "More", "_save": "draft"}
    decide(editor, story, "discard", "")
    assert "was discarded" in errors(editor.post(f"{posts(story)}write/", form))
    answer = editor.get(f"{posts(story)}write/")
    assert answer["Location"] == posts(story)
    page = editor.get(posts(story)).content.decode()
    assert "was discarded. Reopen it first." in page and "Write a post" not in page


def test_the_form_of_a_post_that_was_deleted_makes_a_new_post(editor):
    story = live_story()
    write(editor, story, "_save", headline="Later", body="Long text.")
    made = Article.objects.get(parent=story)
    form = filled(editor.get(f"{ARTICLES}{made.pk}/change/").content.decode())
    delete_draft(Article(pk=made.pk))
    answer = editor.post(f"{ARTICLES}{made.pk}/change/", {**form, "_save": "x"})
    assert "was deleted meanwhile" in errors(answer)
    again = filled(answer.content.decode())
    assert again["body"] == "Long text."
    editor.post(f"{posts(story)}write/", {**again, "_save": "x"})
    assert story.posts.get().body == "Long text."
