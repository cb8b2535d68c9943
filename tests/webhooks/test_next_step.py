"""`next_step`: what an endpoint is told next, from the log as it is."""

import json
from datetime import UTC, datetime

import pytest

from stoppress import live
from stoppress.live.log.history import read_after, read_head
from stoppress.live.models import StreamHead
from stoppress.live.protocol.cursor import parse_cursor
from stoppress.newsroom.publishing import (
    create_article,
    publish_article,
    retract_article,
    update_article,
)
from stoppress.webhooks.models import Endpoint
from stoppress.webhooks.next_step import CaughtUp, Lost, Pass, Send, next_step
from stoppress.webhooks.stream import STREAM

from .made import made

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def told(endpoint: Endpoint) -> Send:
    step = next_step(endpoint, NOW)
    assert isinstance(step, Send)
    return step


def data(step: Send) -> dict[str, object]:
    return json.loads(step.message.body)["data"]


def go_on(endpoint: Endpoint) -> Send:
    """Send an endpoint its next message."""
    step = told(endpoint)
    endpoint.cursor = str(step.cursor)
    return step


def test_a_new_endpoint_gets_the_events_after_its_creation(endpoint: Endpoint) -> None:
    assert next_step(endpoint, NOW) == CaughtUp()
    publish_article(create_article({"headline": "Bridge opens"}))
    step = told(endpoint)
    head = read_head(STREAM).cursor
    assert (step.cursor, step.message.id, step.message.type) == (
        head,
        str(head),
        "article.published",
    )
    body = json.loads(step.message.body)
    assert body.keys() == {"type", "timestamp", "data"}
    frame = read_after(STREAM, parse_cursor(endpoint.cursor), read_head(STREAM), 1)[0]
    assert body["data"] == json.loads(frame.data)
    assert body["timestamp"] == body["data"]["time"]


def test_a_text_that_was_withdrawn_since_is_not_sent(endpoint: Endpoint) -> None:
    article = publish_article(create_article({"headline": "A libel"}))
    retract_article(article, note="It was never so.")
    first = go_on(endpoint)
    assert data(first) | {"op": "remove", "redacted": True} == data(first)
    second = go_on(endpoint)
    assert (second.message.type, data(second)["redacts"]) == ("article.retracted", True)
    assert b"libel" not in first.message.body + second.message.body
    assert next_step(endpoint, NOW) == CaughtUp()


def test_events_that_were_not_chosen_are_skipped(db: None) -> None:
    endpoint = made("mails", "https://x.example/", ["article.published"])
    article = publish_article(create_article({"headline": "Bridge opens"}))
    go_on(endpoint)
    update_article(article, {"headline": "Bridge is open"})
    assert next_step(endpoint, NOW) == Pass(read_head(STREAM).cursor)
    retract_article(article, note="It is shut.")
    assert told(endpoint).message.type == "article.retracted"


def test_a_cursor_below_the_floor_gets_one_message_before_the_next_events(
    endpoint: Endpoint,
) -> None:
    began = endpoint.cursor
    article = publish_article(create_article({"headline": "Bridge opens"}))
    update_article(article, {"headline": "Bridge is open"})
    first, second = read_after(STREAM, parse_cursor(began), read_head(STREAM), 10)
    StreamHead.objects.filter(name=STREAM).update(
        floor=first.cursor.position, floor_link=first.cursor.link
    )
    step = go_on(endpoint)
    assert (step.message.type, step.message.id) == ("webhook.trimmed", f"trimmed-{first.cursor}")
    assert data(step) == {
        **{"type": "trimmed", "stream": STREAM},
        **{"after": began, "cursor": str(first.cursor)},
    }
    assert told(endpoint).cursor == second.cursor


@pytest.mark.parametrize("cursor", ["1-0123456789abcdef", "999-0123456789abcdef", "", "x"])
def test_a_cursor_of_another_history_gets_one_message(endpoint: Endpoint, cursor: str) -> None:
    floor = read_head(STREAM).floor
    publish_article(create_article({"headline": "Bridge opens"}))
    endpoint.cursor = cursor
    assert next_step(endpoint, NOW) == Lost()
    endpoint.history_changed = NOW
    step = told(endpoint)
    assert step.message.type == "webhook.reset"
    assert data(step) == {
        **{"type": "reset", "stream": STREAM},
        **{"after": cursor, "cursor": str(floor)},
    }
    assert step.cursor == floor


def test_an_endpoint_resumes_at_its_cursor_in_the_restored_backup(endpoint: Endpoint) -> None:
    publish_article(create_article({"headline": "Bridge opens"}))
    endpoint.history_changed = NOW
    step = told(endpoint)
    assert (step.message.type, str(step.cursor)) == ("webhook.reset", endpoint.cursor)
    assert step.message.id == told(endpoint).message.id


def test_an_endpoint_is_notified_after_an_import_that_the_log_begins_anew(
    endpoint: Endpoint,
) -> None:
    publish_article(create_article({"headline": "Bridge opens"}))
    live.retell(STREAM)  # as an import does
    step = go_on(endpoint)
    assert step.message.type == "webhook.trimmed"
    assert next_step(endpoint, NOW) == CaughtUp()
