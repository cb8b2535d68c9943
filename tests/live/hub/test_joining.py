"""A reader joins: what it is sent first, and what all who join share."""

import asyncio
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from stoppress import live
from stoppress.live import metrics
from stoppress.live.build import build
from stoppress.live.errors import UnknownStream
from stoppress.live.protocol.refusals import Refusal, not_allowed
from stoppress.live.publishing import registry
from tests.live.asking import counted, until
from tests.live.reader import Reader, say


async def test_a_reader_gets_hello_a_snapshot_live_and_then_events_as_they_come(hub):
    await say("a")
    given = counted(metrics.SNAPSHOTS, "start")
    reader = await Reader(hub).join("board")
    assert [f["type"] for f in reader.sink.frames] == ["hello", "snapshot", "live"]
    assert counted(metrics.SNAPSHOTS, "start") == given + 1
    snapshot = reader.of("snapshot")[0]
    assert snapshot["reason"] == "start" and [i["key"] for i in snapshot["items"]] == ["a"]
    await say("b", "c")
    await reader.until(2)
    b, c = reader.of("event")
    assert b["after"] == snapshot["cursor"] and c["after"] == b["cursor"]
    assert (b["op"], b["event"], b["item"]["key"]) == ("put", "thing.said", "b")


async def test_the_first_frame_says_how_often_heartbeats_come_and_what_time_it_is(hub, settings):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": 7}
    reader = await Reader(hub).join("board")
    [hello] = reader.of("hello")
    assert hello["heartbeat"] == 7 and hello["build"] == build()
    told = datetime.fromisoformat(hello["time"])
    assert abs((timezone.now() - told).total_seconds()) < 60


@pytest.mark.backend("postgres")
@pytest.mark.usefixtures("fast_machine")
async def test_the_first_frame_has_the_databases_time_on_a_machine_with_a_wrong_clock(hub):
    reader = await Reader(hub).join("board")
    await say("a")
    await reader.until(1)
    told, happened = reader.of("hello")[0]["time"], reader.of("event")[0]["time"]
    now = datetime.now(UTC)  # of the machine under the test
    for time in map(datetime.fromisoformat, (told, happened)):
        assert abs((now - time).total_seconds()) < 60


async def test_a_stream_without_events_has_a_cursor_to_resume_from(hub):
    reader = await Reader(hub).join("other:x")
    first = reader.cursor("other:x")
    assert first.startswith("0-")
    back = await Reader(hub).join(**{"other:x": first})
    assert [f["type"] for f in back.sink.frames] == ["hello", "live"]
    await say("a", stream="other:x")
    await back.until(1)
    assert back.of("event")[0]["after"] == first


async def test_an_unknown_stream_is_refused(hub):
    with pytest.raises(UnknownStream):
        await Reader(hub).join("nowhere")
    with pytest.raises(UnknownStream):
        await Reader(hub).join("other:none")
    assert not hub.connections


async def test_a_snapshot_that_cannot_be_taken_disturbs_no_other_stream(hub):
    reader = await Reader(hub).join("other:x")
    live.stream("broken", public=True)(lambda limit: 1 / 0)
    try:
        refused = await Reader(hub).join_in_vain("broken")
        assert refused == (1011, "the stream cannot be read now")
    finally:
        registry.unregister("broken")
    await say("a", stream="other:x")
    await reader.until(1)


async def test_readers_share_one_snapshot_and_one_encoding(hub, board):
    await say("a")
    readers = await asyncio.gather(*(Reader(hub).join("board") for _ in range(50)))
    assert len({id(reader.sink.data[1]) for reader in readers}) == 1
    await say("b")
    for reader in readers:
        await reader.until(1)
    assert len({id(reader.sink.data[-1]) for reader in readers}) == 1
    assert board.taken == 1


async def test_newcomers_get_the_same_snapshot_and_the_events_after_it(hub, board):
    first = await Reader(hub).join("board")
    await say("a", "b")
    await first.until(2)
    late = await Reader(hub).join("board")
    assert [f["type"] for f in late.sink.frames] == ["hello", "snapshot", "event", "event", "live"]
    assert board.taken == 1


async def test_a_reader_that_left_while_it_waited_takes_no_place(hub):
    reader = Reader(hub)
    joining = asyncio.create_task(hub.join(reader.connection, {"other:new": None}, False))
    await asyncio.sleep(0)  # the turn in which the stream is asked for
    assert not joining.done() and not hub.connections
    hub.leave(reader.connection)
    await joining
    assert hub.is_ready(["other:new"])
    assert not hub.connections and not reader.sink.frames


async def test_a_connection_that_ended_during_its_cursor_check_takes_no_place(hub):
    await say("a")
    reader = Reader(hub)
    joining = asyncio.create_task(
        hub.join(reader.connection, {"board": "1-0123456789abcdef", "other:x": None}, False)
    )
    await until(lambda: reader.of("hello"))
    hub.leave(reader.connection)
    await joining
    assert not hub.streams["board"].audience and not hub.connections


class Door:
    """The access checks of a reader that joins; the test says what they do and answer."""

    asking = False

    def __init__(self, recheck):
        self._recheck = recheck

    async def listen(self):
        pass

    async def recheck(self):
        return self._recheck()

    def due(self, now):
        return False


async def test_a_reader_that_lost_its_right_to_read_is_refused_at_joining(hub):
    refusal = not_allowed("board")
    reader = Reader(hub, guard=Door(lambda: refusal))
    with pytest.raises(Refusal) as refused:
        await reader.join("board")
    assert refused.value is refusal
    assert [frame["type"] for frame in reader.sink.frames] == ["hello"]


async def test_a_stream_that_is_dropped_while_a_reader_joins_is_opened_again(hub):
    await say("a")
    dropped = await hub.stream("board")

    def drop():
        del hub.streams["board"]

    reader = await Reader(hub, guard=Door(drop)).join("board")
    assert hub.streams["board"] is not dropped
    assert [f["type"] for f in reader.sink.frames] == ["hello", "snapshot", "live"]
    assert [item["key"] for item in reader.of("snapshot")[0]["items"]] == ["a"]
