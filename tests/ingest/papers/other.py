"""Another paper for tests: its verbs are run in this database, and undone; what it told is kept."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from stoppress import live
from stoppress.ingest.models import Copy, Source
from stoppress.ingest.papers.reading import Reading
from stoppress.live.log.history import read_after, read_head
from stoppress.newsroom.api.answers import article_answer
from stoppress.newsroom.models import Article, Version
from tests.services.web import Web

Frames = list[dict[str, Any]]


def told_by(write: Callable[[], object]) -> Frames:
    """Return the events of another paper's wire while it writes, in order.

    Args:
        write: if it is a generator, events are read whenever it yields; what is withdrawn later
            was read before.
    """
    frames: Frames = []
    cursor = read_head("wire").cursor

    def look() -> None:
        nonlocal cursor
        found = read_after("wire", cursor, read_head("wire"), 1000) or []
        frames.extend(json.loads(frame.data) for frame in found)
        cursor = found[-1].cursor if found else cursor

    with transaction.atomic():
        written = write()
        if isinstance(written, Iterator):
            for _ in written:
                look()
        look()
        transaction.set_rollback(True)
    return frames


class Served:
    """A server that answers as another paper does, once it has written.

    Args:
        write: what the paper has done before.
        page: how many items a page of its wire has.
    """

    def __init__(self, web: Web, write: Callable[[], object], page: int = 2) -> None:
        self.url, self.items, self._web, self._page = web.url, list[Any](), web, page
        self.write(write)

    def write(self, write: Callable[[], object], reason: str = "start") -> None:
        """Answer as a paper that has done this, and nothing before."""
        with transaction.atomic():
            empty_the_desk()
            write()
            shown = live.snapshot("wire", limit=1000)
            self._answer_states()
            transaction.set_rollback(True)
        _number_articles_from((Article.objects.aggregate(most=Max("pk"))["most"] or 0) + 1)
        self.items = shown.items
        self.snapshot = {
            "type": "snapshot",
            "stream": "wire",
            "reason": reason,
            "cursor": str(shown.cursor),
            "limit": 30,
            "floor": None,
            "items": shown.items[:30],
        }
        self._json("/live/poll?stream=wire", {"frames": [self.snapshot]})
        self._answer_ranges(shown.items)

    def _answer_states(self) -> None:
        for path in [each for each in self._web.pages if each.startswith("/api/")]:
            del self._web.pages[path]
        for article in Article.objects.select_related("parent"):
            kind = "posts" if article.is_post else "articles"
            self._json(f"/api/{kind}/{article.pk}", article_answer(article))

    def _answer_ranges(self, items: list[Any]) -> None:
        pages = [items[at : at + self._page] for at in range(0, len(items), self._page)] or [[]]
        below = ""
        for number, page in enumerate(pages, start=1):
            floor = page[-1]["order"] if number < len(pages) else None
            asked = {"stream": "wire", "limit": "50"} | ({"below": below} if below else {})
            self._json(f"/live/range?{urlencode(asked, safe=':')}", {"items": page, "floor": floor})
            below = floor or ""

    def _json(self, path: str, said: object) -> None:
        self._web.serve(path, json.dumps(said).encode(), content_type="application/json")


def empty_the_desk() -> None:
    """Delete all articles, and number the next ones from 1."""
    Copy.objects.update(article=None)
    QuerySet.delete(Version.objects.all())
    Article.objects.filter(kind="post").delete()
    Article.objects.all().delete()
    _number_articles_from(1)


def _number_articles_from(number: int) -> None:
    """Number new articles as a paper of its own does."""
    with connection.cursor() as database:
        if connection.vendor == "postgresql":
            sequence = "pg_get_serial_sequence('newsroom_article', 'id')"
            database.execute(f"SELECT setval({sequence}, %s, false)", [number])
        else:
            table = "UPDATE sqlite_sequence SET seq = %s WHERE name = 'newsroom_article'"
            database.execute(table, [number - 1])


def paper(url: str = "https://first.example", cursor: str = "", **fields: object) -> Source:
    """Return a source that is another paper, read up to a cursor."""
    made = {"title": "The First", "kind": Source.Kind.PAPER, "cursor": cursor}
    return Source.objects.create(url=url, **made | fields)


def read(frames: Frames, source: Source | None = None) -> Reading:
    """Apply another paper's events, each after the one before it."""
    reading = Reading(source or paper(cursor=frames[0]["after"]))
    for frame in frames:
        reading.apply(frame)
    return reading


def only() -> Article:
    return Article.objects.get()
