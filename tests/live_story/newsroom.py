"""A newsroom that writes live stories, on a server's data, in a process of its own.

`python -m tests.live_story.newsroom` reads commands from standard input, such as `["walk", 5]`, and
answers each with one line of JSON.
"""

import json
import random
import sys
import time
from datetime import timedelta
from typing import Any

from stoppress.site import setup

setup.load()

from django.apps import apps  # noqa: E402  Django first
from django.db import connection  # noqa: E402

from stoppress import live  # noqa: E402
from stoppress.live.clock import database_time  # noqa: E402
from stoppress.live.log.history import read_head  # noqa: E402
from stoppress.newsroom.models import Article  # noqa: E402
from stoppress.newsroom.publishing import (  # noqa: E402
    create_article,
    move_post,
    publish_article,
    restore_article,
    retract_article,
    update_article,
)

from .random_verb import Desk  # noqa: E402

COMMON = ["news", "keys"]
AT_ONCE = 20
# No page shows posts further down.
DEEPEST = 500
OF_STORY = ["story:{}", "coverage:{}", "posts:{}", "keys:{}"]


class Newsroom:
    """Two live stories, and what happens in them."""

    def __init__(self) -> None:
        self.stories: list[int] = []

    def begin(self, seed: int, *posts: int) -> list[int]:
        """Publish as many stories, each with its number of posts; return their numbers."""
        for number, words in zip(posts, ("zqpost", "zqother"), strict=True):
            texts = {"headline": f"The storm {words}", "body": words}
            story = create_article({**texts, "kind": "live"})
            self.stories.append(publish_article(story).pk)
            self.write(self.stories[-1], number, words)
        self.desk = Desk(random.Random(seed), self.stories)
        return self.stories

    def write(self, story: int, posts: int, words: str = "zqpost") -> list[int]:
        """Publish posts; each twentieth is a key event. Return their numbers."""
        parent, made = Article.objects.get(pk=story), []
        for start in range(0, posts, AT_ONCE):
            with live.atomic():  # to be done sooner
                for number in range(start, min(start + AT_ONCE, posts)):
                    texts = {"headline": f"Post {words} {number}", "body": f"{words} {number}."}
                    marks = {"byline": f"By {words}", "key_event": number % 20 == 0}
                    post = create_article({**texts, **marks}, parent=parent)
                    made.append(publish_article(post).pk)
        return made

    def walk(self, verbs: int) -> list[str]:
        """Do as many random verbs; say which."""
        return [self.desk.verb() for _ in range(verbs)]

    def streams(self) -> list[str]:
        return [*COMMON, *(each.format(story) for story in self.stories for each in OF_STORY)]

    def state(self) -> dict[str, Any] | None:
        """Return each stream as it is now, of posts 500; None if something is under way."""
        heads = self.heads()
        told = {name: self._whole(name) for name in self.streams()}
        due = Article.objects.filter(pub_status="withheld", publish_at__isnull=False)
        same = self.heads() == heads == {name: each["cursor"] for name, each in told.items()}
        return told if same and not due.filter(publish_at__lt=database_time()).exists() else None

    def floors(self) -> dict[str, str]:
        """Return where each stream's log begins."""
        return {name: str(read_head(name).floor) for name in self.streams()}

    def heads(self) -> dict[str, str]:
        return {name: str(read_head(name).cursor) for name in self.streams()}

    def _whole(self, name: str) -> dict[str, Any]:
        taken = live.snapshot(name)
        items, floor = [*taken.items], taken.floor
        while name.startswith("posts:") and floor is not None and len(items) < DEEPEST:
            below = live.snapshot(name, below=floor)
            items, floor = [*items, *below.items], below.floor
        return {"cursor": str(taken.cursor), "floor": floor, "items": items}

    def retract(self, pk: int, note: str) -> list[float]:
        """Retract; return the seconds that it took, and when it was done by the machine's clock."""
        began = time.monotonic()
        retract_article(Article.objects.get(pk=pk), note)
        return [time.monotonic() - began, time.time()]

    def restore(self, pk: int) -> float:
        began = time.monotonic()
        restore_article(Article.objects.get(pk=pk))
        return time.monotonic() - began

    def move(self, pk: int, story: int) -> str:
        moved = move_post(Article.objects.get(pk=pk), Article.objects.get(pk=story))
        return moved.get_absolute_url()

    def draft(self, story: int, hours: dict[str, int]) -> int:
        """Write a draft; some of its times are so many hours ahead."""
        times = {name: database_time() + timedelta(hours=ahead) for name, ahead in hours.items()}
        parent = Article.objects.get(pk=story)
        return create_article({"headline": "Draft zqpost", **times}, parent=parent).pk

    def happened_with(self, pk: int, other: int) -> None:
        """Set the time of a post's event to that of another's."""
        occurred = Article.objects.get(pk=other).occurred
        update_article(Article.objects.get(pk=pk), {"occurred": occurred})

    def update(self, pk: int, fields: dict[str, Any]) -> int:
        return update_article(Article.objects.get(pk=pk), fields).version

    def posts(self, story: int) -> list[int]:
        """Return a story's public posts, the oldest first."""
        shown = Article.objects.public().filter(parent=story).order_by("order")
        return list(shown.values_list("pk", flat=True))

    def found(self, words: str) -> dict[str, int]:
        """Return in how many rows of each table a text stands."""
        found = {}
        with connection.cursor() as database:
            for table in connection.introspection.table_names(database):
                database.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                rows = sum(words in " ".join(map(_told, row)) for row in database.fetchall())
                found |= {table: rows} if rows else {}
        return found

    def desk_tables(self) -> list[str]:
        """Return the tables of the desk, which keep what was withdrawn."""
        return [each._meta.db_table for each in apps.get_app_config("newsroom").get_models()]


def _told(value: object) -> str:
    return (
        bytes(value).decode(errors="replace")
        if isinstance(value, bytes | memoryview)
        else str(value)
    )


def main() -> None:
    newsroom = Newsroom()
    for line in sys.stdin:
        name, *words = json.loads(line)
        print(json.dumps(getattr(newsroom, name)(*words)), flush=True)


if __name__ == "__main__":
    main()
