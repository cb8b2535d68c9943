import json

import pytest
from django.contrib.auth.models import AnonymousUser

from stoppress import live
from stoppress.live.protocol.refusals import Refusal
from stoppress.live.readers.guard import asked_stream, check_reader
from stoppress.newsroom.models import ApiToken, Article
from stoppress.newsroom.publishing import (
    InvalidField,
    correct_article,
    move_post,
    rename_section,
    restore_article,
    retract_article,
    update_article,
    withdraw_version,
)
from stoppress.newsroom.token_reader import reader_of_token
from tests.logged import logged

from .desk import Page, draft, live_story, post, public, section, told
from .pictures.made import picture
from .staff import user_with

pytestmark = pytest.mark.django_db


def last():
    return json.loads(logged(stream="wire").last().item)


def test_each_public_event_is_on_the_wire_once_in_order():
    draft("Unseen")
    article = public(section=section(), topics=[])
    update_article(article, {"ed_note": "For the desk alone."})
    article = update_article(article, {"headline": "Bridge to open"})
    article = update_article(article, {"section": section("sport").slug})
    article = correct_article(article, "It opens on Monday.", {"body": "On Monday."})
    article = retract_article(article, "Made up.")
    restore_article(article)
    assert told("wire") == [
        "put article.published",
        "put article.updated",
        "put article.moved",
        "put article.corrected",
        "remove article.retracted",
        "put article.restored",
    ]


def test_an_item_has_every_field_that_another_paper_needs():
    shown = picture(alt="The bridge", credit="Ann")
    body = f"A *bridge*.\n\n![The bridge](picture:{shown.pk})"
    article = public(body=body, summary="It opens.", copyright_notice="Ours.", image=shown)
    article = correct_article(article, "It opens on Monday.", {"summary": "It opens on Monday."})
    item = last()
    assert (item["id"], item["key"], item["version"]) == (article.pk, article.key, 3)
    assert (item["body"], item["body_format"]) == (body, "markdown")
    assert (item["uri"], item["copyright_notice"]) == (article.uri, "Ours.")
    assert item["note"] == item["correction"]["text"] == "It opens on Monday."
    assert [each["alt"] for each in item["pictures"]] == ["The bridge"]
    assert "view" not in item


def test_a_retraction_has_its_reason_and_no_text():
    article = public("Zanzibar", body="Zanzibar")
    retract_article(article, "Made up.")
    article.refresh_from_db()
    facts = last()
    assert facts.pop("retracted").endswith("Z")
    assert facts == {
        "key": article.key,
        "version": article.version,
        "uri": article.uri,
        "kind": "article",
        "url": article.get_absolute_url(),
        "note": "Made up.",
    }
    assert not logged(item__contains="Zanzibar").exists()


def test_a_note_withdrawn_with_its_version_is_no_longer_on_the_wire():
    article = restore_article(retract_article(public(), "Zanzibar."))
    [number] = article.versions.filter(act="retraction").values_list("version", flat=True)
    withdraw_version(article, number, note="A libel.")
    assert not logged(item__contains="Zanzibar").exists()


def test_a_retraction_keeps_its_reason_where_an_older_version_is_withdrawn_after_it():
    article = update_article(public("Zanzibar"), {"headline": "Bridge opens"})
    article = retract_article(article, "Made up.")
    withdraw_version(article, article.versions.last().version, note="A libel.")
    assert (told("wire")[-1], last()["note"]) == ("remove article.retracted", "Made up.")


def test_a_live_story_takes_its_posts_along_and_brings_them_back():
    story = live_story()
    first, gone = post(story, "A tree fell"), post(story, "A roof flew", key_event=True)
    gone = retract_article(gone, "No roof.")
    before = logged(stream="wire").count()
    story = retract_article(story, "No storm.")
    restore_article(story)
    new = [(each.key, each.event) for each in logged(stream="wire")[before:]]
    assert new == [
        (story.key, "article.retracted"),
        (first.key, "post.retracted"),
        (story.key, "article.restored"),
        (first.key, "post.restored"),
    ]
    restore_article(gone)
    assert last()["story"] == {"key": story.key, "url": story.get_absolute_url()}


def test_a_moved_post_makes_one_event():
    story, other = live_story(), live_story("Flood")
    move_post(post(story), other)
    assert told("wire")[-1] == "put post.moved"
    assert last()["story"]["key"] == other.key


def test_a_new_name_makes_an_event_for_each_article_that_shows_it():
    world = section()
    public("One", section=world)
    public("Two", section=world)
    rename_section(world, "The World")
    assert told("wire")[2:] == ["put article.updated"] * 2
    assert last()["section"]["name"] == "The World"


def test_a_snapshot_has_the_latest_changes_and_equals_a_followers_state():
    page = Page("wire")
    story = live_story()
    old, new = public("Old"), public("New")
    post(story)
    update_article(old, {"headline": "Old, and changed"})
    retract_article(new, "Made up.")
    assert page.items() == page.fresh()
    assert page.headlines() == ["Old, and changed", "A tree fell", "Storm"]


def test_earlier_changes_are_read_below_an_order():
    made = [public(f"News {number}") for number in range(5)]
    update_article(made[0], {"headline": "News 0, and changed"})
    shown, below = [], None
    while True:
        part = live.snapshot("wire", below=below, limit=2)
        shown += [item["headline"] for item in part.items]
        below = part.floor
        if below is None:
            break
    assert shown == ["News 0, and changed", "News 4", "News 3", "News 2", "News 1"]
    for wrong in ("0", "x-1", "2026-11-22T09:00:00.000000Z-x"):
        assert live.snapshot("wire", below=wrong).items == []


def test_the_wire_is_readable_with_tokens_and_by_users_who_may_read_articles():
    wire = asked_stream("wire")
    token, secret = ApiToken.issue("reader", "read")
    check_reader(wire, reader_of_token(secret, {}))
    check_reader(wire, user_with("view_article", name="ed"))
    with pytest.raises(Refusal):
        check_reader(wire, user_with("view_section", name="ann"))
    for nobody in (AnonymousUser(), None, reader_of_token("sp_wrong", {})):
        with pytest.raises(Refusal):
            check_reader(wire, nobody)
    token.revoke()
    assert reader_of_token(secret, {}) is None
    with pytest.raises(Refusal):
        check_reader(wire, token)


def test_a_text_too_long_for_the_wire_is_refused_as_a_draft(settings):
    settings.STOPPRESS_LIVE = {**settings.STOPPRESS_LIVE, "ITEM_BYTES": 4000}
    with pytest.raises(InvalidField, match="too large"):
        draft("Long", body="word " * 900)
    assert not Article.objects.exists()
    assert live.snapshot("wire").items == []
