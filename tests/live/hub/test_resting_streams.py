"""A stream that nobody reads rests, and is current again when it is asked for."""

import pytest
from asgiref.sync import sync_to_async

from stoppress import live
from stoppress.live import metrics
from stoppress.live.errors import UnknownStream
from stoppress.live.hub import queries, stream_cache, watch
from stoppress.live.hub.hub import running_hub, stop_hub
from stoppress.live.protocol.refusals import cannot_be_read
from stoppress.live.publishing import registry
from tests.live.asking import counted, until
from tests.live.reader import Reader, say


async def resting(hub, name):
    """Let a stream that nobody reads rest."""
    hub.streams[name].idle_since = hub.now() - watch.FOLLOWED_FOR - 1
    await hub.watch.look()
    assert not hub.streams[name].followed


async def test_looks_skip_streams_without_readers(hub, monkeypatch):
    asked = []
    look = queries.look
    monkeypatch.setattr(  # the real one is called
        queries, "look", lambda known, limit: asked.append(set(known)) or look(known, limit)
    )
    await Reader(hub).join("board")
    await hub.stream("other:x")
    await hub.watch.look()
    assert asked[-1] == {"board", "other:x"}
    await resting(hub, "other:x")
    assert asked[-1] == {"board"}


async def test_a_rested_stream_is_looked_at_before_it_sends_anything(
    settings, transactional_db, board
):
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 60, "RELAY_POLL": 60}
    hub = running_hub()
    hub.watch.abandon()
    await say("a", text="withdrawn words")
    first = await Reader(hub).join("board")
    start = str(hub.streams["board"].ring.start)
    hub.leave(first.connection)
    await resting(hub, "board")
    await sync_to_async(live.redact)("a", "thing.withdrawn", version=2)
    fresh, late = await Reader(hub).join("board"), await Reader(hub).join(board=start)
    assert b"withdrawn words" not in b"".join(fresh.sink.data + late.sink.data)
    assert fresh.of("snapshot")[0]["items"] == []
    await stop_hub()


async def test_repeated_requests_for_a_quiet_stream_cost_no_read(settings, transactional_db, board):
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 60, "RELAY_POLL": 60}
    hub = running_hub()
    hub.leave((await Reader(hub).join("board")).connection)
    await hub.watch.look()
    before = [counted(metrics.READS, kind) for kind in ("open", "look", "snapshot", "exists")]
    for _ in range(5):
        hub.leave((await Reader(hub).join("board")).connection)
    after = [counted(metrics.READS, kind) for kind in ("open", "look", "snapshot", "exists")]
    assert after == before
    await stop_hub()


async def test_a_deleted_stream_is_refused_to_newcomers(hub):
    there = True
    live.stream("case:<n>", public=True, exists=lambda n: there)(lambda limit, n: [])
    try:
        reader = await Reader(hub).join("case:1")
        there = False
        assert await hub.stream("case:1")
        hub.streams["case:1"].found_at -= stream_cache.FOUND_FOR + 1
        asked = counted(metrics.READS, "exists")
        with pytest.raises(UnknownStream, match=r"^case:1$"):
            await Reader(hub).join("case:1")
        assert counted(metrics.READS, "exists") == asked + 1
        # Who reads it already goes on.
        await say("a", stream="case:1")
        await reader.until(1)
        hub.leave(reader.connection)
        hub.streams["case:1"].found_at -= stream_cache.FOUND_FOR + 1
        with pytest.raises(UnknownStream):
            await hub.stream("case:1")
        assert "case:1" not in hub.streams
    finally:
        registry.unregister("case:<n>")


async def test_a_reader_whose_writes_fail_costs_no_other_reader_an_event(hub, caplog):
    readers = [await Reader(hub).join("board") for _ in range(5)]

    def broken(data):
        raise RuntimeError("broken")

    readers[0].sink.write = broken
    await say("a")
    for reader in readers[1:]:
        await reader.until(1)
    await until(lambda: readers[0].connection not in hub.connections)
    assert readers[0].sink.closed[0] == cannot_be_read().code
    assert caplog.text.count("write to a reader failed") == 1


async def test_a_stream_is_current_only_if_no_read_is_needed(hub):
    asked = []
    live.stream("found:<n>", public=True, exists=lambda n: not asked.append(n))(lambda limit, n: [])
    try:
        assert hub.stream_cache.current_stream("found:1") is None
        stream = await hub.stream("found:1")
        assert hub.stream_cache.current_stream("found:1") is stream and asked == ["1"]
        stream.found_at -= stream_cache.FOUND_FOR + 1
        assert hub.stream_cache.current_stream("found:1") is None
        assert await hub.stream("found:1") is stream and asked == ["1", "1"]
        stream.followed = False
        assert hub.stream_cache.current_stream("found:1") is None
    finally:
        registry.unregister("found:<n>")


async def test_a_current_stream_counts_as_used_and_stays(hub):
    stream = await hub.stream("board")
    stream.idle_since -= 100
    hub.stream_cache.current_stream("board")
    assert hub.now() - stream.idle_since < 50
