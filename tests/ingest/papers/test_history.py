"""Earlier articles of another paper: at first, after a gap in its log, after a backup."""

from datetime import timedelta

import pytest

from stoppress.ingest.models import Copy
from stoppress.ingest.papers.following import apply
from stoppress.ingest.papers.history import History
from stoppress.ingest.papers.paper import Paper
from stoppress.ingest.papers.reading import Reading
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import (
    correct_article,
    move_post,
    restore_article,
    retract_article,
    update_article,
)
from stoppress.newsroom.wire import wire_item
from tests.newsroom.desk import NINE, live_story, post, public

from .alike import paper_of
from .other import Served, paper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_network")]


def take(served: Served, source=None, **fields: object):
    source = source or paper(served.url, **fields)
    reading = Reading(source)
    History(reading, Paper(served.url, lambda: "sp_token")).take(served.snapshot)
    return reading


def here() -> list[dict]:
    return [wire_item(each) for each in Article.objects.public().order_by("pk")]


def headlines() -> list[str]:
    return list(Article.objects.public().order_by("headline").values_list("headline", flat=True))


def many(number: int = 33) -> None:
    for each in range(number):
        public(f"News {each:02}", at=NINE + timedelta(minutes=each))


def test_the_first_run_imports_the_newest_articles(web):
    served = Served(web, many)
    reading = take(served)
    assert headlines() == [f"News {each:02}" for each in range(3, 33)]
    assert reading.source.cursor == served.snapshot["cursor"]
    assert paper_of(here()) == paper_of(served.items[:30])


def test_a_live_story_comes_with_all_its_posts(web):
    def write():
        story = live_story()
        for each in range(40):
            post(story, f"Post {each}")

    served = Served(web, write, page=10)
    take(served)
    assert paper_of(here()) == paper_of(served.items)


def test_a_paper_can_be_imported_with_its_whole_history(web):
    def write():
        article = public("Old", at=NINE, body="It opens.")
        correct_article(article, "It opens on Monday.", {"body": "On Monday."})
        story = live_story()
        post(story)
        many()

    served = Served(web, write, page=7)
    take(served, whole=True)
    assert paper_of(here()) == paper_of(served.items)


def test_after_a_gap_changed_articles_are_updated_and_missing_ones_retracted(web):
    def before():
        for name in ("Changed", "Retracted", "Stays"):
            public(name, at=NINE)

    served = Served(web, before)
    reading = take(served)
    uris = {item["headline"]: item["uri"] for item in served.items}

    def since():
        made = [public(name, at=NINE, uri=uri) for name, uri in sorted(uris.items())]
        update_article(made[0], {"headline": "Changed, and told"})
        retract_article(made[1], "Made up.")
        public("New")

    served.write(since, reason="trimmed")
    take(served, reading.source)
    assert headlines() == ["Changed, and told", "New", "Stays"]
    assert Article.objects.get(headline="Retracted").retraction_note == "Made up."
    assert paper_of(here()) == paper_of(served.items)


def test_after_a_restore_the_current_state_of_the_paper_counts(web):
    def before():
        public("Old")
        update_article(public("Kept"), {"headline": "Kept, and changed"})
        public("Lost")

    served = Served(web, before)
    reading = take(served)
    uris = {item["headline"]: item["uri"] for item in served.items}

    def restored():
        public("Old", uri=uris["Old"])
        public("Kept", uri=uris["Kept, and changed"])
        public("Another")

    served.write(restored, reason="fork")
    take(served, reading.source)
    assert headlines() == ["Another", "Kept", "Old"]
    lost = Article.objects.get(headline="Lost")
    assert lost.retraction_note == "The paper from which this comes has withdrawn it."
    # The number that it had is another article's now.
    assert Copy.objects.get(uri=lost.uri).key == ""


def test_posts_that_came_while_their_story_was_retracted_here_come_once_it_is_restored(web):
    served = Served(web, live_story)
    story = {"uri": served.items[0]["uri"]}
    reading = take(served)

    def since():
        written = live_story(**story)
        post(written, "A tree fell"), post(written, "A roof flew")

    served.write(since)
    history = History(reading, Paper(served.url, lambda: "sp_token"))

    def tell(item: dict) -> None:
        cursor = reading.source.cursor
        told = {"type": "event", "op": "put", "key": item["key"], "event": "post.published"}
        apply(history, reading, {**told, "after": cursor, "cursor": cursor + "1", "item": item})

    roof, tree, storm = sorted(served.items, key=lambda item: item["headline"])
    retracted = retract_article(Article.objects.get(), "Not ours.")
    tell(tree)
    assert reading.tally.reasons == ["its live story was retracted here"]
    restore_article(retracted)
    tell(roof)
    assert headlines() == ["A roof flew", "A tree fell", "Storm"]
    asked = len(web.requests)
    tell(storm)
    assert len(web.requests) == asked


def test_after_a_gap_a_post_is_in_the_story_to_which_it_was_moved_while_retracted(web):
    def write(then):
        first, second = live_story("Storm", uri="tag:a"), live_story("Flood", uri="tag:b")
        then(post(first, uri="tag:p"), second)

    served = Served(web, lambda: write(lambda fallen, other: None))
    source = take(served).source
    served.write(lambda: write(lambda fallen, other: retract_article(fallen, "No.")), "trimmed")
    take(served, source)
    assert Article.objects.get(kind="post").is_retracted

    def restored(fallen, other):
        move_post(restore_article(retract_article(fallen, "No.")), other)

    served.write(lambda: write(restored), "trimmed")
    take(served, source)
    moved = Article.objects.get(kind="post")
    assert (moved.parent.headline, moved.is_public) == ("Flood", True)


def test_a_post_of_an_unknown_story_imports_the_story_with_its_posts(web):
    def write():
        story = live_story()
        post(story, "A tree fell"), post(story, "A roof flew")

    served = Served(web, write)
    reading = Reading(paper(served.url, cursor="1-0000000000000000"))
    history = History(reading, Paper(served.url, lambda: "sp_token"))
    history.bring_story_of({"item": served.items[0]})
    assert paper_of(here()) == paper_of(served.items)
    asked = len(web.requests)
    history.bring_story_of({"item": served.items[0]})
    assert len(web.requests) == asked
