"""Local content is kept: changes by editors, articles, texts of pictures."""

import pytest

from stoppress.ingest.models import Copy, Source
from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.publishing import (
    correct_article,
    restore_article,
    retract_article,
    update_article,
)
from tests.newsroom.desk import live_story, post, public, section

from .other import only, paper, read, told_by

pytestmark = pytest.mark.django_db


def changed_there():
    article = public(byline="By Ann Ray", summary="It opens.")
    update_article(article, {"headline": "Bridge to open", "summary": "It opens soon."})


def test_a_change_made_here_stays_until_the_paper_changes_the_same_field():
    first, second = told_by(changed_there)
    reading = read([first])
    update_article(only(), {"byline": "By our own", "summary": "Ours."})
    read([second], reading.source)
    article = only()
    assert (article.headline, article.summary) == ("Bridge to open", "It opens soon.")
    assert article.byline == "By our own"


def test_an_article_retracted_here_stays_retracted():
    def write():
        article = public()
        yield
        article = retract_article(article, "Made up.")
        yield
        update_article(restore_article(article), {"headline": "Bridge to open"})

    first, *more = told_by(write)
    reading = read([first])
    retract_article(only(), "Not ours.")
    read(more, reading.source)
    assert (only().is_retracted, only().retraction_note) == (True, "Not ours.")
    restored = restore_article(only())
    assert restored.headline == "Bridge opens"


def test_an_article_of_another_source_is_not_changed():
    frames = told_by(changed_there)
    ours = public("Ours", uri=frames[0]["item"]["uri"])
    reading = read(frames)
    assert (only().pk, only().headline) == (ours.pk, "Ours")
    assert (reading.tally.read, reading.tally.left_out) == (2, 0)


def test_no_post_is_imported_into_a_story_of_another_source():
    def write():
        post(live_story())

    frames = told_by(write)
    live_story("Ours", uri=frames[0]["item"]["uri"])
    reading = read(frames)
    assert Article.objects.count() == 1
    assert reading.tally.reasons == ["its live story is not here"]


def test_a_paper_that_is_followed_again_keeps_its_articles():
    first, second = told_by(changed_there)
    source = read([first]).source
    url = source.url
    source.delete()
    assert not Copy.objects.exists()
    read([second], paper(url, cursor=second["after"]))
    assert only().headline == "Bridge to open"


def followed_again(*frames) -> None:
    """Follow the paper of an article that is here once more, under its address as a title."""
    source = Source.objects.get()
    url = source.url
    source.delete()
    read(list(frames), paper(url, frames[0]["after"], title="first.example"))


def test_a_paper_that_is_followed_again_changes_no_field_that_was_changed_here():
    first, second = told_by(changed_there)
    read([first])
    update_article(only(), {"headline": "Ours", "byline": "By our own"})
    followed_again(second)
    article = only()
    assert (article.headline, article.byline) == ("Ours", "By our own")
    assert article.summary == "It opens soon."


def test_a_correction_is_made_once_even_if_the_paper_is_followed_again():
    def write():
        correct_article(public(), "It opens on Monday.")

    frames = told_by(write)
    read(frames)
    followed_again(frames[-1])
    assert only().versions.filter(act=Version.Act.CORRECTION).count() == 1


@pytest.mark.parametrize("retracted_by", ["editor", "paper"])
def test_a_paper_that_is_followed_again_restores_only_what_it_retracted(retracted_by):
    def write():
        article = public()
        yield
        article = retract_article(article, "Made up.")
        yield
        restore_article(article)

    first, removed, *more = told_by(write)
    source = read([first]).source
    if retracted_by == "editor":
        retract_article(only(), "Not ours.")
    else:
        read([removed], source)
    followed_again(*more)
    assert only().is_public == (retracted_by == "paper")


def test_a_paper_followed_again_retracts_articles_it_no_longer_lists():
    def write():
        article = public()
        yield
        retract_article(article, "Made up.")

    first, removed = told_by(write)
    read([first])
    followed_again(removed)
    assert only().retraction_note == "Made up."


def test_all_articles_can_go_to_one_section():
    frames = told_by(lambda: public(section=section("sport")))
    source = paper(cursor=frames[0]["after"], section=section("agency"))
    read(frames, source)
    assert only().section.slug == "agency"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"uri": "two words"}, "uri: String should match pattern"),
        ({"uri": "tag:a\0b"}, "uri: String should match pattern"),
        ({"url": "http://[bad"}, "url: Value error, is not an address"),
        ({"image": {"id": 1, "url": "http://[bad"}}, "image.url: Value error, is not an address"),
        ({"image": {"id": 1, "url": "a\0b"}}, "image.url: String should match pattern"),
        ({"original_url": "http://[bad"}, "original_url"),
        ({"version": "3"}, "version: Input should be a valid integer"),
        ({"body": None}, "body: Input should be a valid string"),
        ({"headline": ""}, "headline is required."),
        ({"urgency": 17}, "urgency must be a whole number"),
        ({"section": {"slug": "../", "name": "x"}}, "section.slug: String should match"),
        ({"body": "[](" * 70_000}, "body has"),
    ],
)
def test_a_refused_event_is_skipped_with_a_message_and_the_next_one_brings_all_fields(wrong, why):
    first, second = told_by(changed_there)
    reading = read([{**first, "item": first["item"] | wrong}])
    assert reading.tally.reasons[0].startswith(why)
    assert not Article.objects.exists()
    assert reading.source.cursor == first["cursor"]
    read([second], reading.source)
    assert only().headline == "Bridge to open"


def test_an_event_without_item_or_with_an_internal_error_does_not_stop_the_paper():
    first, second = told_by(changed_there)
    reading = read([{name: said for name, said in first.items() if name != "item"}])
    assert reading.tally.reasons == ["item: Input should be a valid dictionary or instance of Item"]
    # No address can be made with the paper's own.
    broken = read([second], paper("https://[first.example", cursor=second["after"]))
    assert broken.tally.reasons == ["it cannot be taken in (ValueError)"]
    assert broken.source.cursor == second["cursor"]


def test_a_time_of_a_fast_clock_counts_as_now():
    def write():
        post(live_story())

    story, fallen = told_by(write)
    item = fallen["item"] | {"occurred": "2999-01-01T00:00:00.000Z"}
    read([story, {**fallen, "item": item}])
    assert Article.objects.public().filter(kind="post").exists()


def test_a_correction_keeps_its_own_date():
    def write():
        correct_article(public(), "It opens on Monday.")

    frames = told_by(write)
    item = frames[-1]["item"]
    item["correction"]["date"] = "2026-05-03T09:00:00.000Z"
    read(frames)
    assert only().correction_date.isoformat() == "2026-05-03T09:00:00+00:00"
