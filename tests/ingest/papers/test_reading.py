"""Each verb of another paper does the same here, and each event once."""

import pytest

from stoppress.ingest.models import Source
from stoppress.ingest.papers.reading import CursorMoved, Reading
from stoppress.newsroom.models import Article, Person, Section, Topic
from stoppress.newsroom.publishing import (
    correct_article,
    move_post,
    restore_article,
    retract_article,
    set_coverage,
    update_article,
    withdraw_version,
)
from stoppress.newsroom.wire import wire_item
from tests.newsroom.desk import NINE, draft, live_story, post, public, section

from .alike import alike
from .other import only, read, told_by

pytestmark = pytest.mark.django_db


def acts() -> list[str]:
    return [version.act for version in only().versions.order_by("version")]


def test_an_article_of_the_paper_is_published_with_the_same_fields():
    def write():
        draft("Unseen")
        person = Person.objects.create(slug="ann", name="Ann Ray")
        topic = Topic.objects.create(slug="bridges", name="Bridges")
        public(
            at=NINE, summary="It opens.", body="A *bridge*.", byline="By Ann Ray", located="Hull",
            section=section(), topics=[topic], authors=[person], urgency=2, pinned=True,
            copyright_notice="© The First", language="en-GB",
        )  # fmt: skip

    frames = told_by(write)
    assert not Section.objects.exists()
    reading = read(frames)
    article = only()
    assert alike(wire_item(article)) == alike(frames[-1]["item"])
    assert (article.uri, article.first_published) == (frames[-1]["item"]["uri"], NINE)
    assert article.source == "The First"
    assert article.original_url == "https://first.example" + frames[-1]["item"]["url"]
    assert (reading.tally.read, str(reading.tally.phrase())) == (1, "followed")
    assert Source.objects.get().cursor == frames[-1]["cursor"]


def test_each_verb_has_the_same_effect_here():
    def write():
        article = public(section=section(), body="One.")
        article = update_article(article, {"body": "Two."}, note="Adds a number.")
        article = update_article(article, {"section": section("sport").slug, "urgency": 1})
        article = correct_article(article, "It opens on Monday.", {"body": "On Monday."})
        yield
        article = retract_article(article, "Made up.")
        restore_article(article, note="It was true.")

    frames = told_by(write)
    reading = read(frames[:4])
    assert only().correction_text == "It opens on Monday."
    assert alike(wire_item(only())) == alike(frames[3]["item"])
    read(frames[4:5], reading.source)
    assert (only().is_retracted, only().retraction_note) == (True, "Made up.")
    read(frames[5:], reading.source)
    assert alike(wire_item(only())) == alike(frames[5]["item"])
    assert acts() == [
        *("create", "publish", "update", "update", "correction", "retraction", "restore"),
    ]
    notes = [version.note for version in only().versions.public().order_by("version")]
    assert notes == ["", "Adds a number.", "", "It opens on Monday.", "Made up.", "It was true."]


def test_a_repeated_event_is_not_applied():
    frames = told_by(lambda: update_article(public(), {"headline": "Bridge to open"}))
    reading = read(frames)
    late = Reading(Source.objects.get())
    late.source.cursor = frames[0]["after"]
    for frame in frames:
        with pytest.raises(CursorMoved):
            late.apply(frame)
    assert acts() == ["create", "publish", "update"]
    assert reading.tally.read == 2


def test_a_live_story_is_imported_with_its_posts_and_coverage():
    def write():
        story, other = live_story(), live_story("Flood")
        first = post(story, body="It *fell*.", key_event=True, occurred=NINE)
        move_post(first, other)
        second = correct_article(post(story, "A roof flew"), "Two roofs.", {"headline": "Two"})
        yield
        second = retract_article(second, "No roof.")
        restore_article(second)
        set_coverage(story, "paused")
        set_coverage(story, "closed")

    frames = told_by(write)
    read(frames)
    last = {frame["key"]: frame["item"] for frame in frames}
    found = {article.uri: article for article in Article.objects.all()}
    assert {uri: alike(wire_item(each)) for uri, each in found.items()} == {
        item["uri"]: alike(item) for item in last.values()
    }
    moved = Article.objects.get(key_event=True)
    assert (moved.parent.headline, moved.occurred) == ("Flood", NINE)


def test_a_live_story_takes_its_posts_along_and_brings_them_back():
    def write():
        story = live_story()
        post(story)
        roof = post(story, "A roof flew")
        yield
        retract_article(roof, "No roof.")
        restore_article(retract_article(story, "No storm."))

    frames = told_by(write)
    at = next(n for n, frame in enumerate(frames) if frame["event"] == "article.restored")
    reading = read(frames[:at])
    assert not Article.objects.public().exists()
    read(frames[at:], reading.source)
    shown = Article.objects.public().order_by("pk").values_list("headline", flat=True)
    assert list(shown) == ["Storm", "A tree fell"]
    assert Article.objects.get(headline="A roof flew").retraction_note == "No roof."


def test_a_post_moved_unread_is_restored_in_its_new_story():
    def write():
        moved = post(live_story())
        other = live_story("Flood")
        yield
        restore_article(retract_article(move_post(moved, other), "No tree."))

    read(told_by(write))
    moved = Article.objects.get(kind="post")
    assert (moved.parent.headline, moved.is_public) == ("Flood", True)


def test_a_version_withdrawn_in_the_paper_is_withdrawn_here():
    def write():
        article = public(body="Zanzibar")
        article = correct_article(article, "Zanzibar was wrong.", {"body": "Hull"})
        article = update_article(article, {"body": "Hull and York"})
        withdraw_version(article, [2, 3], note="A libel.")

    frames = told_by(write)
    # What came before is blanked by now: a slow reader is told of the withdrawal alone.
    assert "Zanzibar" not in str(frames)
    reading = read(frames)
    assert only().body == "Hull and York"
    assert reading.tally.left_out == 0


def test_an_up_to_date_reader_withdraws_the_older_texts():
    def write():
        article = public(body="Zanzibar")
        article = correct_article(article, "Zanzibar was wrong.", {"body": "Hull"})
        article = update_article(article, {"body": "Hull and York"})
        yield
        withdraw_version(article, [2, 3], note="A libel.")

    read(told_by(write))
    article = only()
    said = [(version.body, version.note) for version in article.versions.all()]
    assert "Zanzibar" not in str(said)
    assert (article.body, article.correction_text) == ("Hull and York", "")
