"""After any verbs on live stories and their posts, open pages equal fresh ones."""

import os
import random
from datetime import timedelta

import pytest

from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import (
    NewsroomError,
    close_quiet,
    correct_article,
    create_article,
    discard_draft,
    move_post,
    publish_article,
    restore_article,
    retract_article,
    set_coverage,
    update_article,
    withdraw_version,
)
from tests.logged import logged
from tests.newsroom.desk import Page, live_story, post

pytestmark = pytest.mark.django_db
# `make long` plays a walk that is twenty times as long.
MANY = int(os.environ.get("STOPPRESS_MACHINE", "0"))
WALKS, STEPS = (max(1, MANY // 160), 500) if MANY else (1, 25)
VERBS = {
    "post": 12,
    "draft": 3,
    "publish": 4,
    "update": 8,
    "occurred": 8,
    "pin": 6,
    "key": 6,
    "correct": 5,
    "retract": 5,
    "restore": 6,
    "move": 6,
    "coverage": 4,
    "quiet": 1,
    "withdraw": 3,
    "discard": 1,
    "story": 2,
    "retract story": 1,
    "restore story": 3,
}


class Desk:
    """Two live stories, and an editor who does something at random."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.stories = [live_story("Storm", quiet_hours=3), live_story("Match")]
        for number in range(36):
            post(self.stories[0], f"Post {number}", **self.fields())
        self.done: list[str] = []

    def fields(self) -> dict[str, object]:
        """Return a post's fields. Some tell of the same moment as others."""
        hours = timedelta(hours=self.chance.randint(1, 40))
        return {
            "occurred": database_time().replace(minute=0, second=0, microsecond=0) - hours,
            "key_event": self.chance.random() < 0.3,
            "pinned": self.chance.random() < 0.1,
        }

    def do(self) -> None:
        """Do something; what a verb refuses is no harm."""
        verb = self.chance.choices(list(VERBS), list(VERBS.values()))[0]
        try:
            self._do(verb)
        except NewsroomError:
            return
        self.done.append(verb)

    def _do(self, verb: str) -> None:
        word = f"{self.chance.random():.6f}"
        story = self.chance.choice(self.stories)
        one = self.chance.choice(list(Article.objects.filter(kind="post").order_by("pk")))
        if verb == "post":
            post(story, word, body=f"*{word}*", **self.fields())
        elif verb == "draft":
            create_article({"headline": word, **self.fields()}, parent=story)
        elif verb == "publish":
            publish_article(self._in("withheld"))
        elif verb == "update":
            update_article(one, {"headline": word, "body": f"*{word}*"})
        elif verb == "occurred":
            update_article(one, {"occurred": self.fields()["occurred"]})
        elif verb == "pin":
            update_article(one, {"pinned": not one.pinned})
        elif verb == "key":
            update_article(one, {"key_event": not one.key_event})
        elif verb == "correct":
            correct_article(one, word, {**self.fields(), "headline": word})
        elif verb == "retract":
            retract_article(one, word)
        elif verb == "restore":
            restore_article(self._in("canceled"))
        elif verb == "move":
            move_post(one, story)
        elif verb == "coverage":
            set_coverage(story, self.chance.choice(["open", "paused", "closed"]))
        elif verb == "quiet":
            close_quiet(database_time() + timedelta(hours=self.chance.choice([1, 5])))
        elif verb == "withdraw":
            withdraw_version(one, self.chance.randint(1, one.version), note=word)
        elif verb == "discard":
            discard_draft(self._in("withheld"))
        elif verb == "story":
            update_article(story, {"headline": word, "body": word})
        elif verb == "retract story":
            retract_article(story, word)
        else:
            restore_article(story)

    def _in(self, pub_status: str) -> Article:
        """Return a post in a state; any post if there is none."""
        posts = Article.objects.filter(kind="post").order_by("pk")
        return self.chance.choice(list(posts.filter(pub_status=pub_status)) or list(posts))

    def pages(self) -> list[Page]:
        """Open a page of each stream, and one of older posts with its ceiling."""
        opened = [Page("keys"), Page("news")]
        for story in self.stories:
            opened += [Page(stream) for stream in (story.stream, *story.streams_of_posts)]
            placed = Article.objects.filter(kind="post", order__isnull=False)
            orders = list(placed.order_by("pk").values_list("order", flat=True))
            opened.append(Page(f"posts:{story.pk}", ceiling=self.chance.choice(orders)))
        return opened


@pytest.mark.parametrize("seed", range(WALKS))
@pytest.mark.slow("it plays a random walk")
def test_pages_equal_fresh_pages_at_every_step(seed):
    desk = Desk(random.Random(seed))
    # Some pages are cut off and come back later, by their cursor.
    following, late = desk.pages(), desk.pages()
    for step in range(STEPS):
        desk.do()
        back = [page for page in late if desk.chance.random() < 0.05]
        if step % 100 == 50:
            following, back = following[-12:] + desk.pages(), late
            late = desk.pages()
        for page in following + back:
            assert page.items() == page.fresh(), (step, desk.done[-1:], page.stream)
    for page in late:
        assert page.items() == page.fresh()
    assert len(set(desk.done)) > 8
    assert logged(stream=f"posts:{desk.stories[0].pk}").exists()
