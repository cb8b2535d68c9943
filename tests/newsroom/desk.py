"""A desk for tests: drafts, public articles, and a page that follows a stream."""

import json
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from stoppress import live
from stoppress.live.client.state import StreamState
from stoppress.live.log.history import read_after, read_head
from stoppress.newsroom.models import Article, Section
from stoppress.newsroom.publishing import create_article, publish_article
from tests.logged import logged

NINE = datetime(2026, 11, 22, 9, tzinfo=UTC)


def section(slug: str = "world", name: str = "") -> Section:
    return Section.objects.get_or_create(slug=slug, defaults={"name": name or slug.title()})[0]


def draft(headline: str = "Bridge opens", **fields: object) -> Article:
    return create_article({"headline": headline, **fields})


def public(headline: str = "Bridge opens", at: datetime | None = None, **fields: object) -> Article:
    return publish_article(draft(headline, **fields), at=at)


def live_story(headline: str = "Storm", **fields: object) -> Article:
    return public(headline, kind="live", **fields)


def post(
    story: Article, headline: str = "A tree fell", at: datetime | None = None, **fields: object
) -> Article:
    made = create_article({"headline": headline, **fields}, parent=story)
    return publish_article(made, at=at)


def told(stream: str = "news") -> list[str]:
    """Return a stream's events, as `put article.published` or `remove article.moved`."""
    return [f"{event.op} {event.event}" for event in logged(stream=stream)]


def wait_until_one_waits(transactions: int = 1) -> None:
    """Wait until other transactions of PostgreSQL wait for a lock, such as this one's."""
    found = 0
    with connection.cursor() as database:
        while found < transactions:
            database.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            [found] = database.fetchone()


def part(view: list[Any], name: str) -> list[Any] | None:
    """Return the first element of a view with this class or of this name; None if there is none."""
    attributes = view[1] if len(view) > 1 and isinstance(view[1], dict) else {}
    if name == view[0] or name in attributes.get("class", "").split():
        return view
    found = (part(child, name) for child in view[1:] if isinstance(child, list))
    return next(filter(None, found), None)


def content(element: list[Any] | None) -> list[Any]:
    """Return an element's children; none if there is no element."""
    return [child for child in (element or [])[1:] if not isinstance(child, dict)]


class Page:
    """An open page: it took a snapshot once, and since then has events only.

    Args:
        ceiling: it shows older items, those below this order.
    """

    def __init__(self, stream: str, ceiling: str | None = None) -> None:
        self.stream, self.ceiling = stream, ceiling
        self.state = StreamState(ceiling)
        self._start()

    def _start(self) -> None:
        taken = live.snapshot(self.stream, below=self.ceiling)
        frame = {"limit": taken.limit, "floor": taken.floor, "items": taken.items}
        self.state.replace({**frame, "cursor": str(taken.cursor)})

    def items(self) -> list[dict[str, Any]]:
        """Return what the page shows, after the events that came meanwhile."""
        assert self.state.cursor is not None
        frames = read_after(self.stream, self.state.cursor, read_head(self.stream), 1000)
        if frames is None:
            self._start()  # the stream was told anew
        for frame in frames or ():
            self.state.apply(json.loads(frame.data))
        return [dict(item) for item in self.state.items()]

    def fresh(self) -> list[dict[str, Any]]:
        """Return what a page shows that is opened now, down to this page's floor."""
        floor, most = self.state.floor or "", 1000 if self.ceiling else None
        fresh = live.snapshot(self.stream, below=self.ceiling, limit=most)
        return [item for item in fresh.items if item["order"] >= floor]

    def headlines(self) -> list[str]:
        return [item["headline"] for item in self.items()]
