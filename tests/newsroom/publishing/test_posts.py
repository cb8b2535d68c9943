from datetime import timedelta

import pytest

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Topic, Version
from stoppress.newsroom.publishing import (
    InvalidField,
    WrongState,
    correct_article,
    create_article,
    delete_draft,
    discard_draft,
    move_post,
    publish_article,
    publish_due,
    restore_article,
    retract_article,
    update_article,
    withdraw_version,
)
from tests.logged import logged
from tests.newsroom.desk import NINE, Page, draft, live_story, post, public, told

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"


def keys_of(stream):
    return [item["key"] for item in live.snapshot(stream).items]


def pages_of(story):
    streams = [story.stream, *story.streams_of_posts, "keys", "news"]
    return [Page(stream) for stream in streams]


def test_a_post_is_public_in_its_story_and_in_no_list():
    story = live_story()
    pages = pages_of(story)
    made = post(story, body="It *blocks* the road.")
    for page in pages:
        assert page.items() == page.fresh()
    assert keys_of(f"posts:{story.pk}") == [f"post:{made.pk}"]
    assert keys_of("news") == [story.key]
    assert keys_of(f"keys:{story.pk}") == keys_of("keys") == []
    assert told(f"posts:{story.pk}") == ["put post.published"]
    assert not told(f"story:{made.pk}")
    [counted] = live.snapshot(f"coverage:{story.pk}").items
    assert (counted["posts"], counted["coverage"]) == (1, "open")
    story.refresh_from_db()
    assert story.version == 2


def test_a_post_has_the_fields_of_the_contract():
    story = live_story(language="de")
    made = post(story, at=NINE, byline="Ann", key_event=True)
    [item] = live.snapshot(f"posts:{story.pk}").items
    time = "2026-11-22T09:00:00.000Z"
    assert item["order"] == f"0-{time}-{time}"
    expected = {
        "key": f"post:{made.pk}",
        "kind": "post",
        "url": f"/articles/{story.pk}/posts/{made.pk}/",
        "story": {"key": story.key, "url": f"/articles/{story.pk}/"},
        "headline": "A tree fell",
        "byline": "Ann",
        "language": "de",
        "occurred": time,
        "first_published": time,
        "key_event": True,
        "pinned": False,
        "correction": None,
        "pub_status": "usable",
    }
    assert {name: item[name] for name in expected} == expected


def test_posts_are_ordered_by_pin_then_time_of_the_event_then_place():
    story = live_story()
    noon = post(story, occurred=NINE + timedelta(hours=3))
    page = Page(f"posts:{story.pk}")
    nine = post(story, occurred=NINE)
    same = post(story, occurred=NINE)
    pinned = post(story, occurred=NINE - timedelta(hours=1), pinned=True)
    wanted = [pinned.key, noon.key, same.key, nine.key]
    assert [item["key"] for item in page.items()] == keys_of(page.stream) == wanted
    update_article(pinned, {"pinned": False})
    update_article(nine, {"occurred": NINE + timedelta(hours=4)})
    wanted = [nine.key, noon.key, same.key, pinned.key]
    assert [item["key"] for item in page.items()] == keys_of(page.stream) == wanted


def test_posts_of_one_moment_are_a_millisecond_apart_in_all_stories():
    one, other = live_story(at=NINE), live_story()
    posts = [post(story, at=NINE) for story in (one, other, one)]
    assert [each.place for each in posts] == [f"2026-11-22T09:00:00.00{n}Z" for n in range(3)]
    assert {each.occurred for each in posts} == {NINE}
    assert len({each.order for each in posts}) == 3


def test_a_key_event_is_a_separate_item_and_is_removed_when_it_stops_being_one():
    story, other = live_story(), live_story("Match")
    pages = pages_of(story)
    goal = post(other, "Goal", key_event=True, occurred=NINE)
    fall = post(story, key_event=True, pinned=True, occurred=NINE - timedelta(hours=1))
    assert keys_of("keys") == [goal.key, fall.key]
    assert keys_of(f"keys:{story.pk}") == [fall.key]
    for page in pages:
        assert page.items() == page.fresh()
    assert "Storm" not in str(live.snapshot("keys").items)
    update_article(fall, {"key_event": False})
    assert keys_of("keys") == [goal.key]
    for page in pages:
        assert page.items() == page.fresh()


def test_key_events_of_one_moment_have_the_same_order_on_open_and_fresh_pages():
    page = Page("keys")
    for number in range(12):
        post(live_story(f"Story {number}"), "Kick-off", at=NINE, key_event=True)
    assert [item["key"] for item in page.items()] == keys_of("keys")
    assert page.items() == page.fresh()
    assert len({item["order"] for item in page.items()}) == 7


def test_a_restored_story_brings_its_newest_key_events_back_whatever_is_pinned():
    story = live_story()
    times = [NINE + timedelta(minutes=number) for number in range(8)]
    first, *newer = [post(story, key_event=True, pinned=at == NINE, at=at) for at in times]
    story = retract_article(story, "A rumour.")
    page = Page("keys")
    restore_article(story)
    assert [item["key"] for item in page.items()] == [each.key for each in reversed(newer)]
    assert first.key not in keys_of("keys")


def test_a_retracted_post_leaves_a_note_in_its_place_and_no_text_anywhere():
    story = live_story()
    above = post(story, "Above", occurred=NINE + timedelta(hours=2))
    wrong = post(story, SECRET, body=SECRET, key_event=True, occurred=NINE + timedelta(hours=1))
    below = post(story, "Below", occurred=NINE)
    wrong = correct_article(wrong, f"{SECRET}!", {"body": f"{SECRET}?"})
    pages = pages_of(story)
    retract_article(wrong, "It did not fall.")
    assert not logged(item__contains=SECRET).exists()
    note = f"retraction:{wrong.pk}"
    assert keys_of(f"posts:{story.pk}") == [above.key, note, below.key]
    [item] = [each for each in live.snapshot(f"posts:{story.pk}").items if each["key"] == note]
    assert (item["note"], item["kind"]) == ("It did not fall.", "retraction")
    assert keys_of("keys") == keys_of(f"keys:{story.pk}") == []
    for page in pages:
        assert page.items() == page.fresh()
        assert SECRET not in str(page.items())
    [counted] = live.snapshot(f"coverage:{story.pk}").items
    assert counted["posts"] == 2
    restore_article(wrong)
    assert keys_of(f"posts:{story.pk}") == [above.key, wrong.key, below.key]
    for page in pages:
        assert page.items() == page.fresh()


def test_the_note_of_a_retracted_pinned_post_is_not_pinned():
    story = live_story()
    pinned = post(story, pinned=True, occurred=NINE)
    later = post(story, occurred=NINE + timedelta(hours=1))
    page = Page(f"posts:{story.pk}")
    pinned = retract_article(pinned, "No.")
    note = pinned.retraction_key
    assert [item["key"] for item in page.items()] == keys_of(page.stream) == [later.key, note]
    restore_article(pinned)
    assert [item["key"] for item in page.items()] == keys_of(page.stream) == [pinned.key, later.key]


def test_a_retracted_story_takes_its_posts_along_and_brings_them_back():
    story, other = live_story(), live_story("Match")
    posts = [post(story, f"{SECRET} {number}", key_event=number < 2) for number in range(4)]
    goal = post(other, "Goal", key_event=True)
    retract_article(posts[3], "No.")
    pages = pages_of(story)
    story = retract_article(story, f"The storm was a rumour: {posts[0].pk}.")
    assert not logged(item__contains=SECRET).exists()
    for page in pages:
        assert page.items() == page.fresh()
        assert SECRET not in str(page.items())
    for stream in story.streams_of_posts:
        assert live.snapshot(stream).items == []
    assert keys_of("keys") == [goal.key]
    assert not Article.objects.public().filter(parent=story).exists()
    restore_article(story)
    assert len(keys_of(f"posts:{story.pk}")) == 4
    assert len(keys_of("keys")) == 3
    for page in pages:
        assert page.items() == page.fresh()


def test_a_retraction_of_a_story_takes_its_posts_texts_for_good(client):
    story, other = live_story(), live_story("Match")
    fell = update_article(post(story, SECRET), {"headline": "An oak fell"})
    here = f"/articles/{fell.pk}/history/"
    assert client.get(f"{here}2..3/").status_code == 200
    restore_article(retract_article(story, "A rumour."))
    assert client.get(f"{here}2..3/").status_code == 404
    fell = update_article(fell, {"headline": "A fir fell"})
    fell = update_article(fell, {"headline": "A pine fell"})
    assert client.get(f"{here}3..4/").status_code == 404
    assert client.get(f"{here}4..5/").status_code == 200
    for stream in (f"posts:{story.pk}", f"posts:{other.pk}"):
        [item] = live.snapshot(stream).items
        assert f"{here}4..5/" in str(item["view"])
        assert not any(f"{here}{each}/" in str(item["view"]) for each in ("2..3", "3..4"))
        if stream == f"posts:{story.pk}":
            move_post(fell, other)
    assert client.get(f"{here}2..3/").status_code == 404
    assert client.get(f"{here}4..5/").status_code == 200


def test_changes_of_a_post_of_a_retracted_story_show_after_its_restoration():
    story = live_story()
    fell, libel = post(story), post(story, SECRET)
    waiting = create_article({"headline": "Later"}, parent=story)
    story = retract_article(story, "A rumour.")
    pages = pages_of(story)
    update_article(fell, {"headline": "An oak fell"})
    retract_article(libel, "A libel.")
    with pytest.raises(WrongState, match="Restore the story first"):
        publish_article(waiting)
    for page in pages:
        assert page.items() == page.fresh() == []
    restore_article(story)
    items = live.snapshot(f"posts:{story.pk}").items
    assert [item.get("headline") for item in items] == [None, "An oak fell"]


def test_a_post_is_published_in_a_public_story_alone():
    story = draft(kind="live")
    waiting = create_article({"headline": "First"}, parent=story)
    with pytest.raises(WrongState, match="story is not public"):
        publish_article(waiting)
    publish_article(story)
    assert publish_article(waiting).is_public


def test_a_scheduled_post_is_published_automatically():
    story = live_story()
    due = database_time() + timedelta(minutes=1)
    waiting = create_article({"headline": "Later", "publish_at": due}, parent=story)
    assert publish_due(due - timedelta(seconds=1)) == 0
    assert publish_due(due) == 1
    assert keys_of(f"posts:{story.pk}") == [waiting.key]


def test_a_post_has_a_headline_or_a_text():
    story = live_story()
    nothing = [" \n", "<!-- x -->", "&nbsp;", "\u200b", "[x]: http://a.b", "&#8203;"]
    for fields in ({}, *({"headline": "", "body": body} for body in nothing)):
        with pytest.raises(InvalidField, match="headline or text is required"):
            create_article(fields, parent=story)
    made = create_article({"body": "Just a text."}, parent=story)
    assert publish_article(made).headline == ""
    with pytest.raises(InvalidField, match="headline or text is required"):
        update_article(made, {"body": "&nbsp;"})
    assert create_article({"body": "![](https://a.example/1.png)"}, parent=story).is_draft
    with pytest.raises(InvalidField, match="headline is required"):
        create_article({"body": "Just a text."})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"section": "world"}, "not a field of posts"),
        ({"urgency": 1}, "not a field of posts"),
        ({"summary": "In short"}, "not a field of posts"),
        ({"quiet_hours": 3}, "not a field of posts"),
        ({"topics": ["budget"]}, "not a field of posts"),
        ({"kind": "live"}, "kind"),
    ],
)
def test_a_post_has_no_field_of_lists(fields, words):
    from tests.newsroom.desk import section

    section("world")
    Topic.objects.create(slug="budget", name="Budget")
    story = live_story()
    with pytest.raises(InvalidField, match=words):
        create_article({"headline": "A", **fields}, parent=story)
    with pytest.raises(InvalidField, match=words):
        update_article(post(story), fields)


def test_an_article_has_no_field_of_posts_or_live_stories():
    for name, value in (("occurred", NINE), ("key_event", True), ("quiet_hours", 2)):
        with pytest.raises(InvalidField, match=f"{name} is a field of"):
            draft(**{name: value})
        with pytest.raises(InvalidField, match=f"{name} is a field of"):
            update_article(draft(), {name: value})
    with pytest.raises(InvalidField, match="kind"):
        draft(kind="post")
    with pytest.raises(WrongState, match="Only a live story has posts"):
        create_article({"headline": "A"}, parent=public())


def test_the_kind_changes_only_where_nothing_relies_on_it():
    quiet = update_article(draft(), {"kind": "live", "quiet_hours": 3})
    assert (quiet.kind, quiet.quiet_hours) == ("live", 3)
    assert update_article(quiet, {"kind": "article"}).quiet_hours is None
    for article in (public(), live_story(), post(live_story())):
        other = "article" if article.kind == "live" else "live"
        with pytest.raises(InvalidField, match="kind cannot change"):
            update_article(article, {"kind": other})
    story = draft(kind="live")
    create_article({"headline": "A"}, parent=story)
    with pytest.raises(InvalidField, match="the story has posts"):
        update_article(story, {"kind": "article"})
    with pytest.raises(WrongState, match="has posts"):
        delete_draft(story)


def test_a_public_post_is_of_something_that_has_happened():
    story, tomorrow = live_story(), database_time() + timedelta(days=1)
    waiting = create_article({"headline": "A", "occurred": tomorrow}, parent=story)
    with pytest.raises(InvalidField, match="occurred cannot be in the future"):
        publish_article(waiting)
    for wrong in (tomorrow, None):
        with pytest.raises(InvalidField, match="occurred"):
            update_article(post(story), {"occurred": wrong})


def test_a_time_shortly_ahead_is_now_because_clocks_differ():
    story, soon = live_story(), database_time() + timedelta(seconds=30)
    made = post(story, occurred=soon)
    updated = update_article(post(story), {"occurred": soon})
    for each in (made, updated):
        each.refresh_from_db()
        assert each.occurred < soon
        assert soon - timedelta(seconds=31) < each.occurred <= database_time()


def test_a_schedule_that_cannot_work_is_refused():
    story, due = live_story(), database_time() + timedelta(hours=1)
    later = due + timedelta(hours=1)
    fields = {"headline": "A", "publish_at": due}
    with pytest.raises(InvalidField, match="occurred cannot be later than the time of publi"):
        create_article({**fields, "occurred": later}, parent=story)
    waiting = create_article({**fields, "occurred": due}, parent=story)
    with pytest.raises(InvalidField, match="occurred cannot be later"):
        update_article(waiting, {"occurred": later})
    changes = {"occurred": later, "embargoed_until": later}
    assert update_article(waiting, changes).embargoed_until == later


def test_a_withdrawn_version_of_a_retracted_post_takes_its_note_along():
    story = live_story()
    page = Page(f"posts:{story.pk}")
    wrong = retract_article(post(story), SECRET)
    later = update_article(wrong, {"headline": "Another"})
    withdraw_version(later, wrong.version, note="The note names somebody.")
    assert not logged(item__contains=SECRET).exists()
    assert page.items() == page.fresh()
    assert SECRET not in str(page.items())


def test_the_note_of_a_withdrawn_retraction_leaves_the_log_of_a_restored_post():
    story = live_story()
    wrong = retract_article(post(story), SECRET)
    back = restore_article(wrong)
    page = Page(f"posts:{story.pk}")
    withdraw_version(back, wrong.version, note="The note names somebody.")
    assert not logged(item__contains=SECRET).exists()
    assert page.items() == page.fresh()
    assert keys_of(page.stream) == [back.key]


def test_a_moved_post_is_removed_here_and_put_there():
    here, there = live_story("Storm"), live_story("Match")
    below, moved = post(there, at=NINE), post(here, at=NINE, key_event=True)
    pages = pages_of(here) + pages_of(there)
    moved = move_post(moved, there, by="ann")
    assert keys_of(f"posts:{here.pk}") == keys_of(f"keys:{here.pk}") == []
    assert keys_of(f"posts:{there.pk}") == [moved.key, below.key]
    assert keys_of(f"keys:{there.pk}") == keys_of("keys") == [moved.key]
    assert told(f"posts:{here.pk}")[-1] == "remove post.moved"
    assert told(f"posts:{there.pk}")[-1] == "put post.moved"
    assert moved.versions.first().act == Version.Act.MOVE
    assert moved.get_absolute_url() == f"/articles/{there.pk}/posts/{moved.pk}/"
    for page in pages:
        assert page.items() == page.fresh()
    counts = [live.snapshot(f"coverage:{each.pk}").items[0]["posts"] for each in (here, there)]
    assert counts == [0, 2]
    assert move_post(moved, there).version == moved.version
    moved = move_post(moved, here)
    for page in pages:
        assert page.items() == page.fresh()


def test_the_text_of_a_moved_draft_is_not_in_the_public_history(client):
    here, there = live_story("Storm"), live_story("Match")
    waiting = create_article({"headline": "Mayor", "body": SECRET}, parent=here)
    created = waiting.version_created
    waiting = move_post(waiting, there)
    assert waiting.version_created == created
    shown = publish_article(update_article(waiting, {"body": "The mayor spoke."}))
    assert [each.act for each in shown.versions.public()] == ["publish"]
    for read in (f"/articles/{shown.pk}/history/2..4/", shown.get_absolute_url()):
        page = client.get(read).content.decode()
        assert SECRET not in page and "Moved to another story" not in page


def test_an_impossible_move_is_refused():
    here, there = live_story(), live_story()
    with pytest.raises(WrongState, match="Only a post"):
        move_post(public(), there)
    with pytest.raises(WrongState, match="Only a live story has posts"):
        move_post(post(here), public())
    with pytest.raises(WrongState, match="story is not public"):
        move_post(post(here), draft(kind="live"))
    with pytest.raises(WrongState, match="retracted"):
        move_post(retract_article(post(here), "No."), there)
    discarded = discard_draft(draft(kind="live"))
    waiting = create_article({"headline": "A"}, parent=here)
    with pytest.raises(WrongState, match="The story was discarded"):
        move_post(waiting, discarded)
    assert move_post(waiting, draft(kind="live")).is_draft
    withdrawn = post(here, SECRET)
    retract_article(here, "A rumour.")
    with pytest.raises(WrongState, match="story is retracted. Restore it first"):
        move_post(withdrawn, there)
    with pytest.raises(WrongState, match="Restore the story first"):
        move_post(post(there), here)
    assert SECRET not in str(live.snapshot(f"posts:{there.pk}").items)


def test_a_moved_draft_has_no_public_version(client):
    here, there = live_story(), live_story()
    waiting = create_article({"headline": "A", "body": SECRET}, parent=here)
    waiting = move_post(waiting, there)
    assert not waiting.versions.public().exists()
    made = publish_article(update_article(waiting, {"body": "It fell."}))
    assert [version.act for version in made.versions.public()] == ["publish"]
    assert client.get(f"/articles/{made.pk}/history/2..{made.version}/").status_code == 404
