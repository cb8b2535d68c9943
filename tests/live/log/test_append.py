import json
import re
import threading

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from stoppress import live
from stoppress.live.log.beginning import first_cursor, installation
from stoppress.live.log.history import read_after, read_head
from stoppress.live.models import LoggedEvent, StreamHead
from stoppress.live.protocol.cursor import next_link
from tests.live.conftest import item, put

from .lock_waits import one_waits_for_a_lock, stream_locked

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


def rows(stream="board"):
    return list(LoggedEvent.objects.filter(stream=stream).order_by("position"))


def told_since(stream, cursor):
    with live.reading():
        frames = read_after(stream, cursor, read_head(stream), 100)
    return [json.loads(frame.data) for frame in frames]


def test_positions_have_no_hole_and_links_are_a_chain_to_the_head():
    for key in "abc":
        put(key)
    with live.atomic():
        put("d")
        put("e")
    link = first_cursor("board", installation("default")).link
    for position, row in enumerate(rows(), start=1):
        link = next_link(link, position, bytes(row.uid))
        assert (row.position, row.link) == (position, link)
    head = StreamHead.objects.get(name="board")
    assert (head.head, head.link) == (5, link)


def test_uids_are_random():
    put("a")
    put("b")
    assert len({bytes(row.uid) for row in rows()}) == 2
    assert all(len(bytes(row.uid)) == 16 for row in rows())


def test_a_redaction_blanks_every_text_of_the_key_and_tells_each_stream_it_was_in():
    put("a", text="the withdrawn words")
    put("b", text="other words")
    put("a", 2, stream="other:x", text="the withdrawn words")
    live.remove("other:x", "thing.moved", "a", version=3)
    before = [row.link for row in rows()]
    live.redact("a", "thing.withdrawn", version=4)
    assert [(r.op, r.key, r.redacted, r.redacts, r.item != "") for r in rows()] == [
        ("put", "a", True, False, False),
        ("put", "b", False, False, True),
        ("remove", "a", False, True, False),
    ]
    assert [(r.op, r.redacted, r.redacts) for r in rows("other:x")] == [
        ("put", True, False),
        ("remove", False, False),
        ("remove", False, True),
    ]
    assert [row.link for row in rows()][:2] == before
    assert not LoggedEvent.objects.filter(item__contains="withdrawn words").exists()


def test_a_redaction_blanks_earlier_puts_of_its_transaction_and_no_later_ones():
    with live.atomic():
        put("a", 1, text="gone")
        live.redact("a", "thing.withdrawn", version=2)
        put("a", 3, text="back")
    assert [(r.op, r.redacted) for r in rows()] == [
        ("put", True),
        ("remove", False),
        ("put", False),
    ]
    assert "back" in rows()[2].item


def test_a_key_without_events_is_redacted_without_an_event():
    live.redact("a", "thing.withdrawn")
    assert not LoggedEvent.objects.exists()


def test_streams_are_locked_in_the_order_of_their_names():
    with CaptureQueriesContext(connection) as queries, live.atomic():
        for stream in ("other:z", "other:a", "board"):
            live.publish(stream, "thing.said", item("a"))
    raised = [q["sql"] for q in queries if "SET head = head" in q["sql"] or "RETURNING" in q["sql"]]
    names = [name for sql in raised for name in re.findall(r"'(board|other:[az])'", sql)]
    assert names == sorted(names) and set(names) == {"board", "other:a", "other:z"}


def test_a_redaction_keeps_later_puts_in_a_stream_new_to_the_key():
    put("a", 1, text="gone")
    with live.atomic():
        live.redact("a", "thing.withdrawn", version=2)
        put("a", 3, stream="other:new", text="back")
    assert [(r.op, r.redacted) for r in rows("other:new")] == [("put", False)]
    assert [(r.op, r.redacted) for r in rows()] == [("put", True), ("remove", False)]


def test_a_redaction_reaches_a_stream_whose_log_was_trimmed():
    put("a", 1)
    LoggedEvent.objects.all().delete()
    live.redact("a", "thing.withdrawn", version=2, shown_in=["board"])
    assert [(r.position, r.op, r.redacts) for r in rows()] == [(2, "remove", True)]
    with pytest.raises(live.UnknownStream):
        live.redact("a", "thing.withdrawn", shown_in=["nowhere"])


@pytest.mark.backend("postgres")  # SQLite has one writer at a time: the race cannot be
def test_a_key_that_comes_into_a_stream_while_the_redaction_waits_is_withdrawn_there_too():
    put("a", 1, text="words")

    def redact():
        live.redact("a", "thing.withdrawn", version=3)
        connections.close_all()

    redacting = threading.Thread(target=redact)
    with stream_locked("board"):
        redacting.start()
        one_waits_for_a_lock()  # the redaction has looked which streams the key was in
        put("a", 2, text="words", stream="other:late")
    redacting.join()
    assert [(r.op, r.redacted) for r in rows("other:late")] == [("put", True), ("remove", False)]
    assert [(r.op, r.redacted) for r in rows()] == [("put", True), ("remove", False)]


def test_a_rollback_leaves_no_event_and_no_hole():
    put("a")
    with pytest.raises(ZeroDivisionError), live.atomic():
        put("b")
        1 / 0  # noqa: B018
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        put("c")
        1 / 0  # noqa: B018
    put("d")
    assert [(row.position, row.key) for row in rows()] == [(1, "a"), (2, "d")]


def test_a_redaction_adds_facts_to_the_event_until_the_next_redaction():
    put("a", text="the withdrawn words")
    put("a", stream="other:x")
    live.redact("a", "thing.withdrawn", version=2, facts={"other:x": {"note": "A mistake."}})
    put("a", 3, stream="other:x")
    start = first_cursor("other:x", installation("default"))
    *_, told, _ = told_since("other:x", start)
    assert told["item"] == {"note": "A mistake.", "key": "a", "version": 2}
    assert told_since("board", first_cursor("board", installation("default")))[-1]["item"] == {
        "key": "a",
        "version": 2,
    }
    live.redact("a", "thing.withdrawn", version=4, facts={"other:x": {"note": "Another."}})
    assert [(row.op, row.redacted, "note" in row.item) for row in rows("other:x")] == [
        ("put", True, False),
        ("remove", True, False),
        ("put", True, False),
        ("remove", False, True),
    ]
    assert told_since("other:x", start)[1]["item"] == {"key": "a", "version": 2}
    with pytest.raises(live.InvalidItem, match="JSON"):
        live.redact("a", "thing.withdrawn", facts={"other:x": {"note": object()}})
    with pytest.raises(live.UnknownStream, match="nowhere"):
        live.redact("a", "thing.withdrawn", facts={"nowhere": {}})
