"""One random verb of a newsroom with live stories."""

import random
from collections.abc import Callable
from datetime import timedelta

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import (
    NewsroomError,
    correct_article,
    create_article,
    move_post,
    publish_article,
    restore_article,
    retract_article,
    set_coverage,
    submit_article,
    update_article,
    withdraw_version,
)


class Desk:
    """Does what a desk does to the posts of some stories, by chance.

    A verb that is refused says why, and counts: a desk tries wrong things too.
    """

    def __init__(self, chance: random.Random, stories: list[int]) -> None:
        self.chance, self.stories = chance, stories
        often: dict[Callable[[], object], int] = {
            self.publish: 8, self.backdate: 5, self.schedule: 3, self.draft: 2, self.update: 8,
            self.retime: 4, self.correct: 4, self.pin: 5, self.key: 6, self.retract: 5,
            self.restore: 4, self.move: 5, self.cover: 3, self.withdraw: 4, self.update_story: 2,
            self.retract_story: 1, self.retell: 1,
        }  # fmt: skip
        self._verbs, self._weights = list(often), list(often.values())

    def verb(self) -> str:
        """Do one; return its name, and why it was refused."""
        retracted = [story for story in self._stories() if story.is_retracted]
        if retracted and self.chance.random() < 0.2:
            restore_article(retracted[0])
            return "restore_story"
        [verb] = self.chance.choices(self._verbs, self._weights)
        try:
            verb()
        except NewsroomError as error:
            return f"{verb.__name__}: {error}"
        return verb.__name__

    def _stories(self) -> list[Article]:
        return list(Article.objects.filter(pk__in=self.stories).order_by("pk"))

    def _story(self) -> Article:
        return self.chance.choice(self._stories())

    def _post(self, status: str = "usable") -> Article:
        """Return a post: often one of the newest, so that some are changed again and again."""
        posts = Article.objects.filter(parent__in=self.stories, pub_status=status)
        found = list(posts.select_related("parent").order_by("-order", "pk"))
        if not found:
            raise NewsroomError("there is none")
        return self.chance.choice(found[:20] if self.chance.random() < 0.4 else found)

    def _word(self) -> str:
        return f"{self.chance.random():.6f}"

    def _new(self, **fields: object) -> Article:
        chance = self.chance
        words = {"headline": self._word(), "body": f"*{self._word()}*"}
        if chance.random() < 0.3:
            del words["headline"]
        marks = {"key_event": chance.random() < 0.3, "pinned": chance.random() < 0.1}
        return create_article({**words, **marks, **fields}, parent=self._story())

    def _earlier(self) -> object:
        return database_time() - timedelta(seconds=self.chance.choice([0.05, 2, 20, 100, 5000]))

    def publish(self) -> None:
        publish_article(self._new())

    def backdate(self) -> None:
        publish_article(self._new(occurred=self._earlier()))

    def schedule(self) -> None:
        self._new(publish_at=database_time() + timedelta(seconds=self.chance.choice([0.3, 1, 3])))

    def draft(self) -> None:
        submit_article(self._new())

    def update(self) -> None:
        post = self._post(
            self.chance.choice(["usable", "usable", "usable", "canceled", "withheld"])
        )
        update_article(post, {"headline": self._word(), "body": f"*{self._word()}*"})

    def retime(self) -> None:
        update_article(self._post(), {"occurred": self._earlier()})

    def correct(self) -> None:
        correct_article(self._post(), self._word(), {"body": self._word()})

    def pin(self) -> None:
        pinned = Article.objects.filter(parent__in=self.stories, pinned=True)
        post = pinned.first() if pinned.count() > 3 else self._post()
        update_article(post, {"pinned": not post.pinned})

    def key(self) -> None:
        post = self._post()
        update_article(post, {"key_event": not post.key_event})

    def retract(self) -> None:
        retract_article(self._post(), self._word())

    def restore(self) -> None:
        restore_article(self._post("canceled"))

    def move(self) -> None:
        post = self._post()
        move_post(post, self.chance.choice([s for s in self._stories() if s != post.parent]))

    def cover(self) -> None:
        set_coverage(self._story(), self.chance.choice(["open", "paused", "closed"]))

    def withdraw(self) -> None:
        post = self._post(self.chance.choice(["usable", "usable", "canceled"]))
        if post.version < 2:
            post = update_article(post, {"body": self._word()})
        withdraw_version(post, self.chance.randrange(1, post.version), note="A libel.")

    def update_story(self) -> None:
        update_article(self._story(), {"headline": self._word()})

    def retract_story(self) -> None:
        retract_article(self._story(), self._word())

    def retell(self) -> None:
        with live.atomic():
            live.retell(*self._story().streams_of_posts)
