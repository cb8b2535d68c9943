"""Helpers for a site's tests: published events, and whether open pages equal a new page.

    def test_a_goal_is_shown(self):
        with capture_events("scores") as events:
            match.goal()
        assert [event["event"] for event in events] == ["match.changed"]
        assert_fresh("scores")

In a `TestCase`, whose transaction is never committed, each of these first logs the marked changes.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from stoppress.live.errors import LiveError
from stoppress.live.log.history import read_after, read_head
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.publishing.registry import check_stream
from stoppress.live.publishing.snapshots import snapshot

# Events in one read of the log.
_EVENTS_A_READ = 1000
# A selector, and no script: the page's Content-Security-Policy may forbid one.
_ALL_LIVE = 'html:has(live-feed):not(:has(live-feed:not([data-state="live"])))'

Event = dict[str, Any]


@contextmanager
def capture_events(stream: str) -> Iterator[list[Event]]:
    """Collect the events that a block publishes in a stream, in order.

        with capture_events("scores") as events:
            match.goal()

    The list is filled when the block ends: `{"op": "put", "event": "match.created", "key", "item":
    {…}, "cursor", …}`, as on the wire.

    Raises:
        UnknownStream: no registered stream has that name.
        LiveError: the stream's log began anew in the block.
    """
    before = read_head(check_stream(stream)).cursor
    events: list[Event] = []
    try:
        yield events
    finally:
        events += _events_after(stream, before)


@contextmanager
def assert_published(
    stream: str, event: str | None = None, *, key: str | None = None, **fields: object
) -> Iterator[list[Event]]:
    """Fail unless a block publishes an event in a stream.

        with assert_published("scores", "match.changed", home=1):
            match.goal()

    Args:
        event: its name, such as `match.changed`; any by default.
        key: the item's key; any by default.
        fields: fields of the item, with their values as JSON has them.
    """
    with capture_events(stream) as events:
        yield events
    wanted = {"event": event, "key": key}
    for one in events:
        item = one["item"]
        if all(value in (None, one[name]) for name, value in wanted.items()) and all(
            name in item and item[name] == value for name, value in fields.items()
        ):
            return
    named = {name: value for name, value in wanted.items() if value is not None} | fields
    raise AssertionError(
        f"No event with {named or 'any content'} was published in {stream!r}. {_described(events)}"
    )


@contextmanager
def assert_nothing_published(stream: str) -> Iterator[None]:
    """Fail if a block publishes an event in a stream.

        with assert_nothing_published("scores"):
            Match.objects.create(hidden=True)

    Raises:
        UnknownStream: no registered stream has that name.
    """
    with capture_events(stream) as events:
        yield
    if events:
        raise AssertionError(f"An event was published in {stream!r}. {_described(events)}")


def assert_fresh(stream: str) -> None:
    """Fail unless the stream's events, replayed, give what its snapshot function returns.

        match.goal()
        assert_fresh("scores")

    A difference means that a change was not published, or that the items of events and of the
    snapshot function are made differently. Keys that the log does not know are not compared if it
    was trimmed.
    """
    taken = snapshot(stream)
    floor = read_head(stream).floor
    replayed: dict[str, Any] = {}
    known = set()
    for event in _events_after(stream, floor):
        known.add(event["key"])
        replayed.pop(event["key"], None)
        if event["op"] == "put":
            replayed[event["key"]] = event["item"]
    shown = {item["key"]: item for item in taken.items}
    trimmed = floor.position > 0
    for key, item in shown.items():
        if key not in replayed and (key in known or not trimmed):
            raise AssertionError(f"{stream!r} shows {key!r}, and no event has put it there.")
        if key in replayed and replayed[key] != item:
            raise AssertionError(
                f"{stream!r} shows {key!r} as {item}, and its last event says {replayed[key]}."
            )
    for key, item in replayed.items():
        if key not in shown and (taken.floor is None or item["order"] > taken.floor):
            raise AssertionError(f"{stream!r} shows {key!r} no longer, and no event removed it.")


def wait_until_live(page: Any, *, timeout: float = 10.0) -> Any:
    """Wait until every feed of a Playwright page is live.

        page.goto(live_server.url)
        wait_until_live(page)

    Args:
        page: of Playwright's sync API, or of its async API; await the result then.
        timeout: seconds.

    Raises:
        playwright.TimeoutError: there is no feed, or one is not live in time.
    """
    return page.wait_for_selector(_ALL_LIVE, state="attached", timeout=timeout * 1000)


class LiveTestMixin:
    """The functions of this module as methods of a Django `TestCase`.

        class ScoresTest(LiveTestMixin, TestCase):
            def test_a_goal_is_shown(self):
                with self.captureEvents("scores") as events:
                    self.match.goal()

    `captureEvents` is `capture_events`.
    """

    captureEvents = staticmethod(capture_events)  # noqa: N815
    assert_published = staticmethod(assert_published)
    assert_nothing_published = staticmethod(assert_nothing_published)
    assert_fresh = staticmethod(assert_fresh)
    wait_until_live = staticmethod(wait_until_live)


captureEvents = capture_events  # noqa: N816
"""`capture_events`, as Django's tests spell it."""


def _events_after(stream: str, cursor: Cursor) -> list[Event]:
    events: list[Event] = []
    head = read_head(stream)
    while cursor != head.cursor:
        frames = read_after(stream, cursor, head, _EVENTS_A_READ)
        if not frames:
            raise LiveError(f"The log of {stream!r} was trimmed or retold meanwhile.")
        events += (json.loads(frame.data) for frame in frames)
        cursor = frames[-1].cursor
    return events


def _described(events: list[Event]) -> str:
    if not events:
        return "Nothing was published there."
    words = [f"{event['event']} of {event['key']}" for event in events]
    return f"Published there: {', '.join(words)}."
