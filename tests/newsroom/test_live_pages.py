"""The pages of a live story: its newest posts, older ones, and those from one post on."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stoppress import live
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import (
    correct_article,
    create_article,
    move_post,
    publish_article,
    retract_article,
    set_coverage,
    update_article,
)
from tests.logged import logged

from .desk import NINE, draft, live_story, post, public, section
from .test_pages import emptiness

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def text(response: Any) -> str:
    return str(response.content.decode())


def page(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200
    return text(response)


def written(story: Article, number: int, since: datetime = NINE) -> list[Article]:
    """Write rows of posts, one a minute, as the verbs would: in an instant, without versions."""
    made = []
    for n in range(number):
        at = since + timedelta(minutes=n)
        # No two posts have one place, also of two stories.
        time = f"{at:%Y-%m-%dT%H:%M:%S}.{story.pk % 1000:03}Z"
        made.append(
            Article(
                kind="post", parent=story, pub_status="usable", headline=f"Post {n}",
                body_tree=[["p", "The water comes over the lower steps of the quay. " * 6]],
                key_event=n % 3 == 0, occurred=at, first_published=at, version_created=at,
                place=time, order=f"0-{time}-{time}", language=story.language,
            )
        )  # fmt: skip
    return Article.objects.bulk_create(made)


def keys(page: str) -> list[str]:
    """Return the keys of the posts on a page, from the first to the last."""
    return re.findall(r'data-key="((?:post|retraction):\d+)"', page[page.index('class="posts"') :])


def way(page: str, words: str) -> str:
    """Return the first address that a way leads to; empty if there is none."""
    found = re.findall(rf'<a (?:href="([^"]*)")?[^>]*>{words}</a>', page)
    return str(found[0]) if found else ""


def test_a_live_story_s_page_has_the_story_its_state_its_key_events_and_its_posts():
    story = live_story(body="Two bridges are closed.", section=section())
    tree = post(story, "A tree fell", key_event=True)
    first = post(story, "What we know", pinned=True)
    last = post(story, "", body="The ferry *stops*.")
    shown = page(story.get_absolute_url())
    coverage = shown[shown.index('class="coverage"') : shown.index('class="live-story"')]
    assert "Live" in coverage and "3 posts" in coverage
    assert shown.index("What you need to know") < shown.index("<p>Two bridges are closed.")
    rail = shown[shown.index('<nav class="key-events"') : shown.index('class="posts"')]
    assert 'aria-label="Key events"' in rail
    assert f'<a href="{tree.get_absolute_url()}"' in rail and "What we know" not in rail
    assert keys(shown) == [first.key, last.key, tree.key]
    assert "Pinned" in shown and "<em>stops</em>" in shown
    assert way(shown, "Older posts") == ""


@pytest.mark.parametrize(
    ("state", "words"), [("open", "Live"), ("paused", "Paused since"), ("closed", "Ended")]
)
def test_the_state_of_the_coverage_is_written_wherever_the_story_is_listed(state, words):
    story = live_story()
    if state != "open":
        set_coverage(story, state)
    shown = page(story.get_absolute_url())
    assert words in shown[shown.index('class="coverage"') : shown.index('class="live-story"')]
    labels = re.findall(r'class="coverage-label[^>]*>(\w+)<', page("/"))
    assert labels == {"open": ["Live"], "paused": ["Paused"], "closed": []}[state]


def test_a_post_is_an_article_named_by_its_headline_or_by_its_time():
    story = live_story()
    for made in (post(story, "A tree fell"), post(story, "", body="Text.")):
        shown = page(story.get_absolute_url())
        assert f'<article class="post" dir="ltr" aria-labelledby="{made.key}"' in shown
        [named] = re.findall(rf'<(\w+)[^>]* id="{made.key}"', shown)
        assert named == ("h2" if made.headline else "a")


def test_the_time_of_publication_is_shown_if_it_differs_from_the_event_s():
    story = live_story()
    post(story)
    assert "post-published" not in page(story.get_absolute_url())
    late = post(story, occurred=NINE)
    assert page(story.get_absolute_url()).count("post-published") == 1
    # The day stands once where it is the same.
    days = 'class="day"'
    assert page(late.get_absolute_url()).count(days) == 2
    other = live_story()
    same = post(other, occurred=late.first_published - timedelta(minutes=2))
    apart = same.occurred.date() != same.first_published.date()
    assert page(other.get_absolute_url()).count(days) == 1 + apart


def test_a_post_shows_its_correction_its_change_and_its_machine_label():
    story = live_story()
    whose = {"source": "Harbour Office", "copyright_notice": "© Harbour"}
    made = post(story, body="Mill Lane.", source_type="program", **whose)
    made = correct_article(made, "It is Mill Street.", {"body": "Mill Street."})
    shown = page(story.get_absolute_url())
    assert "It is Mill Street." in shown and "Written by a program" in shown
    assert "Harbour Office" in shown and "© Harbour" in shown and "Updated" not in shown
    address = way(shown, "What changed")
    assert address.startswith(f"/articles/{made.pk}/history/")
    changed = page(address)
    assert "<del>Lane</del>" in changed and f'href="{made.get_absolute_url()}"' in changed


def test_a_note_replaces_a_retracted_post():
    story = live_story()
    below, gone, above = (post(story, f"Post {n}", body="canary") for n in range(3))
    retract_article(gone, "It was another street.")
    shown = page(story.get_absolute_url())
    assert keys(shown) == [above.key, f"retraction:{gone.pk}", below.key]
    assert "It was another street." in shown and "Post 1" not in shown


def test_the_links_lead_through_all_posts_once_and_back_to_the_newest():
    story = live_story()
    posts = [made.key for made in written(story, 70)][::-1]
    found, shown = [], page(story.get_absolute_url())
    while True:
        found += keys(shown)
        if not (older := way(shown, "Older posts")):
            break
        shown = page(older)
    assert found == posts
    back = [keys(shown)]
    while newer := way(shown, "Newer posts"):
        shown = page(newer)
        back.insert(0, keys(shown))
    assert newer == "" and back[0] == posts[:30]
    assert sum(back, [])[-40:] == posts[-40:]


def test_nothing_drifts_from_one_page_to_another():
    story = live_story()
    made = written(story, 70)
    address = way(page(story.get_absolute_url()), "Older posts")
    before = keys(page(address))
    written(story, 40, since=made[-1].occurred + HOUR)
    retract_article(made[60], "Wrong.")
    shown = page(address)
    assert keys(shown) == before
    # What was just above it is just above it still.
    above = keys(page(way(shown, "Newer posts")))
    assert above[-1] == made[40].key and f"retraction:{made[60].pk}" in above


def test_a_permalink_opens_the_page_at_its_post():
    story = live_story("Storm Edda", body="canary of the story")
    posts = written(story, 100)
    linked = posts[30]
    shown = page(linked.get_absolute_url())
    assert keys(shown) == [each.key for each in posts[30:0:-1]]
    assert re.findall(r'data-key="([^"]+)"[^>]* aria-current="true"', shown) == [linked.key]
    assert "<title>Post 30 – Stop Press</title>" in shown
    assert shown.count('content="The water comes over the lower steps of the quay.') == 2
    assert f'rel="canonical" href="http://testserver{linked.get_absolute_url()}"' in shown
    assert keys(page(way(shown, "Newer posts")))[-1] == posts[31].key
    assert keys(page(way(shown, "Older posts"))) == [posts[0].key]
    assert way(shown, "Newest posts") == story.get_absolute_url()
    # The newest has nothing above it, and so no way there; what comes in above it stays above.
    address = posts[-1].get_absolute_url()
    assert way(page(address), "Newer posts") == ""
    post(story)
    newest = page(address)
    assert keys(newest)[0] == posts[-1].key
    assert way(newest, "Newer posts") == story.get_absolute_url()


def test_a_pinned_post_is_at_the_top_of_its_page():
    story = live_story()
    written(story, 3)
    pinned = post(story, pinned=True)
    shown = page(pinned.get_absolute_url())
    assert keys(shown)[0] == pinned.key and len(keys(shown)) == 4
    [ceiling] = re.findall(r'ceiling="([^"]+)"', shown)
    assert pinned.order < ceiling < post(story, pinned=True).order


def test_each_post_that_is_not_public_gets_its_answer():
    story, other = live_story(), live_story("Flood")
    retracted = retract_article(post(story, "canary"), "It was another street.")
    unwritten = create_article({"headline": "canary"}, parent=story)
    moved = move_post(post(story, "A tree fell"), other)
    client = Client()
    for address in (retracted.get_absolute_url(), f"/articles/{retracted.pk}/"):
        gone = client.get(address)
        assert gone.status_code == 410 and "It was another street." in text(gone)
        assert "canary" not in text(gone) and way(text(gone), "Read on in the live story")
        assert emptiness(address) == []
    for address in (
        unwritten.get_absolute_url(),
        f"/articles/{unwritten.pk}/",
        "/articles/1/posts/99/",
    ):
        assert client.get(address).status_code == 404
    for address in (f"/articles/{story.pk}/posts/{moved.pk}/", f"/articles/{moved.pk}/"):
        assert client.get(address)["Location"] == moved.get_absolute_url()
    assert "A tree fell" in page(moved.get_absolute_url())


def test_a_retracted_story_answers_for_its_posts_and_pages():
    story = live_story("canary", body="canary", section=section())
    made = post(story, "canary", key_event=True)
    changed = update_article(made, {"body": "canary"})
    retract_article(story, "It named the wrong company.")
    for address in (
        story.get_absolute_url(),
        made.get_absolute_url(),
        f"/articles/{made.pk}/",
        f"{story.get_absolute_url()}page/{made.order}/",
        f"/articles/{made.pk}/history/1..{changed.version}/",
    ):
        gone = Client().get(address)
        assert gone.status_code == 410 and "It named the wrong company." in text(gone)
        assert "canary" not in text(gone)
        assert way(text(gone), "More from World") == "/section/world/"
        assert way(text(gone), "Go to the front page") == "/"


def test_a_withdrawn_page_follows_what_its_address_shows():
    story = live_story()
    made = written(story, 40)[20]
    older = f"{story.get_absolute_url()}page/{made.order}/"
    addresses = [story.get_absolute_url(), older, made.get_absolute_url(), f"/articles/{made.pk}/"]
    shown = [Client().get(address, follow=True) for address in addresses]
    retract_article(story, "It named the wrong company.")

    def follows(response: Any) -> tuple[list[str], ...]:
        named = ("ceiling", "current", "data-post", "data-begins")
        return tuple(re.findall(rf'\s{name}="([^"]*)"', text(response)) for name in named)

    gone = [Client().get(address) for address in addresses]
    assert [follows(each) for each in gone] == [follows(each) for each in shown]
    assert follows(gone[1])[0] == [made.order] and follows(gone[2])[2] == [made.key]


@pytest.mark.parametrize(
    "order",
    [
        "0",
        "0-2026",
        "2-x",
        "1-2026-11-22T09:00:00Z",
        "1-9999-99-99T09:00:00.000Z-2026-11-22T09:00:00.000Z",
        "1-2026-11-22T09:00:00.000Z-2026-11-22T24:61:00.000Z",
    ],
)
def test_an_invalid_order_is_not_found(order):
    assert Client().get(f"/articles/{live_story().pk}/page/{order}/").status_code == 404


def test_an_article_without_posts_has_no_older_ones():
    order = post(live_story()).order
    for article in (public(), draft(kind="live")):
        assert Client().get(f"/articles/{article.pk}/page/{order}/").status_code == 404


def test_a_page_is_another_one_after_every_change_that_it_shows():
    story = live_story()
    first = post(story)
    addresses = [
        story.get_absolute_url(),
        first.get_absolute_url(),
        f"{story.get_absolute_url()}page/{first.order}/",
    ]
    client = Client()

    def changed(change: Any, *others: str) -> None:
        held = {each: client.get(each)["ETag"] for each in (*addresses, *others)}
        for each, etag in held.items():
            assert client.get(each, headers={"If-None-Match": etag}).status_code == 304
        change()
        for each, etag in held.items():
            assert client.get(each, headers={"If-None-Match": etag}).status_code == 200

    changed(lambda: post(story))
    changed(lambda: post(story, key_event=True), "/")
    changed(lambda: set_coverage(story, "paused"), "/")
    changed(lambda: update_article(story, {"headline": "Storm Edda"}), "/")
    other = post(story)
    changed(lambda: retract_article(other, "Wrong."))


def test_a_page_of_a_thousand_posts_costs_what_one_of_ten_does():
    def cost(number: int) -> tuple[list[int], list[int]]:
        story = live_story(body="Two bridges are closed.", section=section())
        posts = written(story, number)
        for gone in posts[-3:-1]:
            retract_article(gone, "Wrong.")
        middle = posts[number // 2]
        queries, sizes = [], []
        for address in (
            story.get_absolute_url(),
            middle.get_absolute_url(),
            f"{story.get_absolute_url()}page/{middle.order}/",
            "/",
        ):
            logged()
            with CaptureQueriesContext(connection) as captured:
                sizes.append(len(Client().get(address).content))
            queries.append(len(captured))
        return queries, sizes

    few, _ = cost(10)
    many, sizes = cost(1000)
    assert many == few
    assert max(sizes) < 100_000


def test_the_front_page_has_the_newest_key_events():
    assert page("/").count('class="key-event"') == 0
    tree = post(live_story(), "A tree fell", key_event=True)
    shown = page("/")
    rail = shown[
        shown.index('<nav class="key-events"') : shown.index("</nav>", shown.index("key-ev"))
    ]
    assert f'href="{tree.get_absolute_url()}"' in rail and "A tree fell" in rail
    # Each says which section it is of, also after the story has moved to another one.
    story = update_article(tree.parent, {"section": section("town", "Town")})
    assert re.search('key-event-section"[^>]*>Town<', page("/"))
    told = logged(stream="keys").reverse()[0]
    assert json.loads(told.item)["view"] == live.snapshot("keys").items[0]["view"]
    assert "key-event-section" not in page(story.get_absolute_url())
    retract_article(tree, "Wrong.")
    assert "A tree fell" not in page("/")


def test_nothing_on_the_pages_is_empty_inline_or_shown_as_none():
    story = live_story(body="Text.", section=section())
    first = post(story, "", body="Text.")
    for _ in range(2):
        for address in (
            story.get_absolute_url(),
            first.get_absolute_url(),
            f"{story.get_absolute_url()}page/{first.order}/",
        ):
            assert emptiness(address) == []
            assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page(address))
        publish_article(
            create_article({"headline": "A tree fell", "key_event": True}, parent=story)
        )
        first = correct_article(first, "Wrong.", {"body": "Other text."})


@pytest.mark.parametrize(("language", "runs"), [("ar", "rtl"), ("de", "ltr")])
def test_a_post_has_its_language_and_direction_on_every_page(language, runs):
    story = live_story("عاصفة" if language == "ar" else "Sturm", language=language)
    made = post(story, "شجرة" if language == "ar" else "Baum", key_event=True, body="نص")
    says = f' lang="{language}" dir="{runs}">'
    for address in (story.get_absolute_url(), made.get_absolute_url()):
        shown = page(address)
        assert f'<h2 id="{made.key}"{says}' in shown
        assert f'<div class="story-body"{says}' in shown
        assert f'<span class="key-event-text"{says}' in shown
        assert re.search(f'<html lang="{language}"\\s+dir="{runs}">', shown)


def test_a_page_is_the_views_of_its_streams():
    story = live_story()
    written(story, 40)
    shown = page(story.get_absolute_url())
    for stream in (story.stream, *story.streams_of_posts):
        snapshot = live.snapshot(stream)
        assert shown.count(f'<live-feed stream="{stream}" cursor="{snapshot.cursor}"') == 1
        for item in snapshot.items:
            assert f'data-key="{item["key"]}"' in shown
