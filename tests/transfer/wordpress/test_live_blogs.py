"""Live blogs of the plugin Liveblog, as live stories."""

from datetime import UTC, datetime, timedelta

import pytest

from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.publishing import set_coverage

from .exports import SITE, change, entry, post

pytestmark = pytest.mark.django_db


def at(hour: int) -> datetime:
    return datetime(2020, 5, 3, hour, tzinfo=UTC)


def blog(*comments: str, state: str = "archive", **values: str) -> str:
    return post(
        7,
        "Election night",
        "What you need to know.",
        date="2020-05-03 09:00:00",
        values={"liveblog": state},
        comments="".join(comments),
        **values,
    )


ENTRIES = (
    entry(11, "Polls close.\n\nAll of them.", at="10:00:00"),
    entry(12, "First count", at="11:00:00", values={"liveblog_key_entry": "true"}),
    entry(13, "Wrong", at="11:30:00", approved="trash"),
    entry(14, "Ben takes over", at="12:00:00", author="Ben Okri"),
    change(15, 12, "First count", at="12:30:00"),
    change(16, 13, "", at="12:40:00"),
    entry(17, "Nobody’s", at="13:00:00", values={"liveblog_hide_authors": "1"}),
)


def test_a_live_blog_is_a_live_story_with_its_posts(take):
    report = take(blog(*ENTRIES))
    story = Article.objects.get(kind="live")
    assert (story.is_public, story.body, story.first_published) == (
        *(True, "What you need to know.", at(9)),
    )
    assert (story.coverage, story.coverage_started, story.coverage_changed) == (
        *("closed", at(9), at(13)),
    )
    posts = story.posts.public().order_by("order")
    told = [(each.body, each.occurred, each.byline, each.key_event) for each in posts]
    assert told == [
        ("Polls close.\n\nAll of them.", at(10), "Anna Lee", False),
        ("First count", at(11), "Anna Lee", True),
        ("Ben takes over", at(12), "Ben Okri", False),
        ("Nobody’s", at(13), "", False),
    ]
    assert list(posts.values_list("first_published", flat=True)) == [
        at(h) for h in (10, 11, 12, 13)
    ]
    assert report.startswith("New: 4 × post, 1 × live story.")
    assert "1 × deleted entry" in report


def test_a_second_import_changes_and_adds_posts(take):
    take(blog(*ENTRIES))
    report = take(
        blog(
            entry(11, "Polls closed.", at="10:00:00"),
            *ENTRIES[1:],
            entry(20, "More", at="14:00:00"),
        )
    )
    posts = Article.objects.filter(kind="post").public().order_by("order")
    assert [each.body for each in posts] == [
        *("Polls closed.", "First count", "Ben takes over", "Nobody’s", "More"),
    ]
    assert "New: 1 × post." in report
    assert "1 changed, 4 unchanged" in report


def test_an_entry_deleted_in_wordpress_is_named_and_kept(take):
    take(blog(ENTRIES[0]))
    report = take(blog(entry(11, "", approved="trash"), change(12, 11, "")))
    assert (
        f"a deleted entry of “Election night” (post 7): post {Article.objects.get(kind='post').pk}"
        in report
    )


def test_a_live_blog_that_has_not_ended_is_open(take):
    now = datetime.now(UTC) - timedelta(minutes=5)
    fresh = entry(11, "Just now").replace("2020-05-03 10:00:00", f"{now:%Y-%m-%d %H:%M:%S}")
    take(blog(fresh, state="enable"))
    assert Article.objects.get(kind="live").coverage == "open"


def test_an_abandoned_live_blog_ends_with_its_last_entry(take):
    take(blog(*ENTRIES, state="1"))
    story = Article.objects.get(kind="live")
    assert (story.coverage, story.coverage_changed) == ("closed", at(13))


def test_a_coverage_that_an_editor_has_taken_up_again_stays_open(take):
    take(blog(*ENTRIES))
    set_coverage(Article.objects.get(kind="live"), "open", by="eva")
    take(blog(*ENTRIES))
    assert Article.objects.get(kind="live").coverage == "open"


def test_entries_of_a_draft_are_drafts(take):
    take(blog(*ENTRIES[:2], status="draft"))
    assert set(Article.objects.values_list("pub_status", flat=True)) == {"withheld"}
    take(blog(*ENTRIES[:2]))
    assert Article.objects.public().count() == 3


def test_an_interrupted_import_continues(take):
    def end(line: str) -> None:
        if line.startswith("Publishing: 2 of"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(blog(*ENTRIES), tell=end)
    assert Article.objects.public().count() == 2
    take(blog(*ENTRIES))
    assert Article.objects.public().count() == 5
    assert Article.objects.count() == 5
    assert Version.objects.filter(act=Version.Act.PUBLISH).count() == 5


def test_a_post_has_its_own_lasting_name(take):
    take(blog(ENTRIES[0]))
    assert Article.objects.get(kind="post").external_id == f"{SITE}/?p=7 entry 11"
