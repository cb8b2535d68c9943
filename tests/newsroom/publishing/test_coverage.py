from datetime import timedelta

import pytest

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.payloads import wire_time
from stoppress.newsroom.publishing import (
    InvalidField,
    WrongState,
    close_quiet,
    move_post,
    restore_article,
    retract_article,
    set_coverage,
    update_article,
)
from tests.newsroom.desk import NINE, Page, draft, live_story, post, public, told

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def coverage(story):
    [item] = live.snapshot(f"coverage:{story.pk}").items
    return item


def test_coverage_is_open_from_publication_and_included_in_every_stream():
    story = live_story()
    pages = [Page(stream) for stream in ("news", story.stream, f"coverage:{story.pk}")]
    started = story.coverage_started
    assert story.coverage == "open" and started == story.coverage_changed
    story = set_coverage(story, "paused", by="ann")
    for page in pages:
        [item] = page.items()
        assert page.items() == page.fresh()
        assert (item["coverage"], item["coverage_ended"]) == ("paused", None)
    story = set_coverage(story, "closed")
    for page in pages:
        [item] = page.items()
        assert item["coverage"] == "closed"
        assert item["coverage_ended"] == item["coverage_changed"] > item["coverage_started"]
    story = set_coverage(story, "open")
    assert story.coverage_started == started
    acts = [version.act for version in story.versions.public()]
    assert acts == ["resume", "close", "pause", "publish"]
    assert told(story.stream) == ["put article.published"] + 3 * ["put article.updated"]


def test_the_same_state_again_changes_nothing():
    story = live_story()
    assert set_coverage(story, "open").version == story.version


def test_a_coverage_that_ended_elsewhere_ended_then():
    story = live_story()
    started = story.coverage_started
    assert set_coverage(story, "closed", at=started - HOUR).coverage_changed == started
    story = set_coverage(story, "open")
    assert set_coverage(story, "closed", at=database_time() + HOUR).coverage_changed < (
        database_time() + HOUR
    )


def test_posts_stay_possible_while_coverage_is_paused_or_closed():
    story = live_story()
    for state in ("paused", "closed"):
        set_coverage(story, state)
        assert post(story).is_public
        assert coverage(story)["coverage"] == state


def test_a_wrong_state_of_coverage_or_of_its_story_is_refused():
    with pytest.raises(InvalidField, match="state must be open, paused or closed"):
        set_coverage(live_story(), "over")
    for article in (public(), post(live_story())):
        with pytest.raises(WrongState, match="Only a live story"):
            set_coverage(article, "closed")
    for story in (draft(kind="live"), retract_article(live_story(), "No.")):
        with pytest.raises(WrongState, match="not public"):
            set_coverage(story, "closed")


def test_a_quiet_story_ends_automatically():
    story, lasting = live_story(quiet_hours=2), live_story()
    now = database_time()
    page = Page(f"coverage:{story.pk}")
    assert close_quiet(now + 2 * HOUR - timedelta(minutes=1)) == 0
    assert close_quiet(now + 3 * HOUR) == 1
    assert close_quiet(now + 3 * HOUR) == 0
    story.refresh_from_db()
    lasting.refresh_from_db()
    assert (story.coverage, lasting.coverage) == ("closed", "open")
    assert story.versions.first().by == "schedule"
    assert page.items() == page.fresh()


def test_every_change_of_a_post_keeps_its_story_open_and_is_its_latest_change():
    story, other = live_story(quiet_hours=2), live_story()
    page, stories = Page(f"coverage:{story.pk}"), type(story).objects.filter(pk=story.pk)
    fell, moved, waiting = post(story), post(story), draft(kind="live")

    def rest():
        stories.update(latest_change=story.version_created - 5 * HOUR)

    for verb in (
        lambda: post(story, at=NINE),
        lambda: update_article(fell, {"headline": "An oak fell"}),
        lambda: retract_article(fell, "It did not."),
        lambda: restore_article(fell),
        lambda: move_post(moved, other),
        lambda: update_article(story, {"headline": "Gale"}),
    ):
        rest()
        changed = verb()
        assert close_quiet(database_time() + HOUR) == 0
        assert coverage(story)["latest"] == wire_time(changed.version_created)
    for unseen in (
        lambda: update_article(fell, {"slugline": "oak"}),
        lambda: update_article(waiting, {"headline": "Later"}),
    ):
        before = coverage(story)["latest"]
        unseen()
        assert coverage(story)["latest"] == before
    assert page.items() == page.fresh()
    assert close_quiet(database_time() + 3 * HOUR) == 1
