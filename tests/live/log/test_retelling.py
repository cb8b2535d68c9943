import re
import threading

import pytest
from asgiref.sync import sync_to_async
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from stoppress import live
from stoppress.live.hub.hub import Hub
from stoppress.live.log.history import read_head
from stoppress.live.log.retelling import retell_stream
from stoppress.live.models import LoggedEvent
from stoppress.live.publishing import registry
from tests.live.conftest import put
from tests.live.publishing.counted import statements
from tests.live.reader import Reader

from .lock_waits import one_waits_for_a_lock, stream_locked

pytestmark = pytest.mark.usefixtures("transactional_db", "board")


@pytest.fixture
def offers():
    shown = [{"key": "a", "order": "a", "text": "as the old template has it"}]
    live.stream("offers", public=True)(lambda limit: shown)
    yield shown
    registry.unregister("offers")


@pytest.mark.parametrize("events", [0, 3])
async def test_every_reader_gets_a_snapshot_of_what_the_stream_holds_now(hub: Hub, offers, events):
    for _ in range(events):
        await sync_to_async(live.publish)("offers", "offer.made", offers[0])
    reader = await Reader(hub).join("offers")
    before = reader.cursor("offers")
    offers[0] = {"key": "a", "order": "a", "text": "as the new one has it"}
    await sync_to_async(retell_stream)("offers")
    await reader.until(2, "snapshot")
    late = await Reader(hub).join(offers=before)
    for told in (reader.of("snapshot")[-1], late.of("snapshot")[-1]):
        assert (told["reason"], told["items"]) == ("trimmed", offers)
    await sync_to_async(live.publish)("offers", "offer.made", offers[0])
    await reader.until(1)
    await late.until(1)
    assert reader.cursor("offers") == late.cursor("offers")


def test_other_streams_continue_and_the_log_has_no_gap():
    for key in "abc":
        put(key)
        put(key, stream="other:x")
    other = read_head("other:x")
    call_command("retell", "board")
    head = read_head("board")
    assert head.cursor == head.floor and head.cursor.position == 4
    assert read_head("other:x") == other
    assert not LoggedEvent.objects.filter(stream="board").exists()
    put("d")
    assert LoggedEvent.objects.get(stream="board").position == 5


@pytest.mark.parametrize(
    ("names", "words"),
    [(["board", "nowhere"], "nowhere.*Nothing was done"), (["live:signouts"], "has no items")],
)
def test_a_stream_that_cannot_be_retold_is_refused_with_a_message(names, words):
    put("a")
    with pytest.raises(CommandError, match=words):
        call_command("retell", *names)
    assert LoggedEvent.objects.filter(stream="board").exists()


def rows(stream="board"):
    return list(LoggedEvent.objects.filter(stream=stream).order_by("position"))


def test_a_stream_is_retold_at_the_end_of_the_transaction():
    put("a")
    before = read_head("board")
    with transaction.atomic():
        live.retell("board")
        assert read_head("board") == before and rows()
    head = read_head("board")
    assert head.cursor == head.floor and head.cursor.position == 2 and not rows()
    live.retell("board", "other:x")
    assert read_head("board").cursor.position == 3
    assert read_head("other:x").floor.position == 1


def test_a_rolled_back_savepoint_cancels_the_retelling():
    put("a")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        live.retell("board")
        1 / 0  # noqa: B018
    with live.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            live.retell("board")
            1 / 0  # noqa: B018
        put("b")
    assert [row.key for row in rows()] == ["a", "b"]


def test_other_events_of_the_transaction_reach_only_other_streams():
    for stream in ("board", "other:x"):
        put("a", text="withdrawn words", stream=stream)
        put("b", text="words that stay", stream=stream)
    with live.atomic():
        put("c", text="new words")
        live.retell("board")
        live.redact("a", "thing.withdrawn", version=2)
        live.remove("board", "thing.left", "b")
    head = read_head("board")
    assert head.cursor == head.floor and {row.item for row in rows()} == {""}
    assert {row.key for row in rows() if row.redacts} == {"a"}, "a later restore names it"
    assert [(r.key, r.op, r.redacted) for r in rows("other:x")] == [
        ("a", "put", True),
        ("b", "put", False),
        ("a", "remove", False),
    ]
    live.redact("c", "thing.withdrawn")
    assert rows()[-1].redacts, "the log knows that it is shown"


def test_streams_are_locked_in_the_order_of_their_names():
    with CaptureQueriesContext(connection) as queries, live.atomic():
        live.retell("other:z", "board")
        put("a", stream="other:a")
    raised = [q["sql"] for q in queries if "RETURNING" in q["sql"]]
    names = [name for sql in raised for name in re.findall(r"'(board|other:[az])'", sql)]
    assert names == sorted(names) and set(names) == {"board", "other:a", "other:z"}


@pytest.mark.parametrize("name", ["nowhere", "live:signouts"])
def test_a_stream_that_cannot_be_retold_leaves_no_mark(name):
    put("a")
    with live.atomic(), pytest.raises(live.UnknownStream, match=name):
        live.retell("board", name)
    assert rows()


def redact_all(count):
    with live.atomic():
        for number in range(count):
            live.redact(f"k{number}", "thing.withdrawn", version=2)
        live.retell("board")


def test_redacting_takes_two_more_statements_for_every_500_keys():
    """On SQLite one: what was found is not looked for again."""
    needed = []
    for count in (1, 500, 1000):
        with live.atomic():
            for number in range(count):
                put(f"k{number}")
                put(f"k{number}", stream="other:x")
        needed.append(statements(lambda count=count: redact_all(count)))
    more = 1 if connection.vendor == "sqlite" else 2
    assert needed == [needed[0], needed[0], needed[0] + more]
    assert all(row.redacted or row.redacts for row in rows("other:x"))


@pytest.mark.backend("postgres")  # SQLite has one writer at a time: the race cannot be
def test_a_stream_retold_while_a_redaction_waits_gets_its_event():
    for stream in ("board", "other:x"):
        put("a", text="withdrawn words", stream=stream)

    def redact():
        live.redact("a", "thing.withdrawn", version=2)
        connections.close_all()

    redacting = threading.Thread(target=redact)
    with stream_locked("board"):
        redacting.start()
        one_waits_for_a_lock()  # the redaction has looked which streams the key was in
        live.retell("other:x")
    redacting.join()
    assert [(row.op, row.redacts) for row in rows("other:x")] == [("remove", True)]
