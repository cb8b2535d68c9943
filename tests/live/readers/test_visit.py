import json
import re
import threading

import pytest
from asgiref.sync import sync_to_async

from stoppress import live
from stoppress.live import metrics
from stoppress.live.hub.hub import running_hub, stop_hub
from stoppress.live.protocol.query import parse_ask
from stoppress.live.protocol.refusals import Refusal
from stoppress.live.publishing import registry
from stoppress.live.readers import visit
from stoppress.live.readers.limits import admission
from stoppress.live.readers.limits.tally import lone_tally
from stoppress.live.readers.visit import Visit
from tests.live.asking import Request, counted
from tests.live.conftest import put
from tests.live.reader import ListSink, say
from tests.site.raw import until


@pytest.fixture
async def site(transactional_db, board):
    yield live.asgi(None)
    await stop_hub()


async def test_a_stream_that_takes_too_long_to_find_is_refused_on_every_transport(
    site, monkeypatch
):
    monkeypatch.setattr(visit, "PATIENCE", 0.1)
    hold = threading.Event()
    live.stream("lost:<n>", public=True, exists=lambda n: hold.wait(10))(lambda limit, n: [])
    try:
        for path in ("/live/sse", "/live/poll"):
            request = Request(site, path, "stream=lost:1")
            assert await request.start() == 503
            assert "retry-after" in request.headers
    finally:
        hold.set()
        registry.unregister("lost:<n>")


async def test_a_reader_with_a_full_sink_is_watched_until_it_has_read_all(site, settings):
    scope = {
        "type": "websocket",
        "path": "/live/ws",
        "query_string": b"stream=board",
        "headers": [],
    }
    reader, sink = Visit(scope, "ws"), ListSink()
    sink.filled = reader.filled
    await reader.enter()
    await reader.join(parse_ask(b"stream=board"), sink)
    stalled = reader.hub.timekeeper._stalled
    sink.stalled = True
    await say("a")
    await until(lambda: reader.connection in stalled)
    sink.take()
    reader.drained()
    assert not stalled
    settings.STOPPRESS_LIVE = {"LAG_SECONDS": 0.05}
    sink.stalled = True
    await say("b")
    await until(lambda: sink.closed)
    assert sink.closed == (4002, "too slow") and not stalled and not reader.hub.connections


def visit_of(query, transport="ws", address="192.0.2.1"):
    scope = {
        "type": "websocket",
        "path": f"/live/{transport}",
        "query_string": query.encode(),
        "headers": [],
        "client": (address, 1234),
    }
    return Visit(scope, transport)


def live_in(sink):
    return sum(frame["type"] == "live" for frame in sink.frames)


async def joined(query, **more):
    """Join a reader, and return its visit and sink once all is live or it was refused."""
    reader, sink = visit_of(query, **more), ListSink(batch_bytes=64 * 1024)
    ask = await reader.enter()
    await reader.join(ask, sink)
    await until(lambda: sink.closed or len(ask.cursors) == live_in(sink))
    return reader, sink


@sync_to_async
def put_many(count, size):
    with live.atomic():
        for number in range(count):
            put(f"k{number:04}", text="x" * size)


@pytest.fixture
async def long_log(site, settings, monkeypatch):
    """A log of a megabyte, the cursor before it; 160 KB of it may be replayed, and 20 a second."""
    settings.STOPPRESS_LIVE = {"REPLAY_BYTES_PER_SECOND": 20 * 1024}
    monkeypatch.setattr(admission, "_admission", None)  # one of this test's own
    first, sink = await joined("stream=board")
    cursor = sink.frames[-1]["cursor"]
    first.end()
    await put_many(100, 10_000)
    running_hub().watch.look_soon()
    await until(lambda: running_hub().streams["board"].ring.head.position == 100)
    return site, cursor


async def test_a_replay_beyond_the_allowance_ends_and_resumes_from_its_cursor_later(
    long_log, monkeypatch
):
    _, cursor = long_log
    clock = admission.admission()
    now = clock._clock()
    monkeypatch.setattr(clock, "_clock", lambda: now)  # a clock that stands
    keys = []
    for _ in range(100):
        try:
            reader, sink = await joined(f"stream=board@{cursor}&replay=all")
        except Refusal as refusal:
            assert refusal.code == 4429 and keys
            now += refusal.wait
            continue
        events = [frame for frame in sink.frames if frame["type"] == "event"]
        keys += [frame["key"] for frame in events]
        cursor = events[-1]["cursor"]
        reader.end()
        if sink.closed is None:
            break
        assert sink.closed[0] == 4429 and len(events) < 60
        now += float(re.search(r"come back in ([\d.]+) s", sink.closed[1])[1])
    assert keys == [f"k{number:04}" for number in range(100)]


async def test_a_cut_replay_of_an_event_source_has_its_cursor_beside_any_other_stream(long_log):
    site, cursor = long_log
    other, sink = await joined("stream=other:x")
    other.end()
    at = sink.frames[-1]["cursor"]
    request = Request(site, "/live/sse", f"stream=board@{cursor}&stream=other:x@{at}&replay=all")
    assert await request.start() == 200
    parts = []
    while (part := await request.part()) is not None:
        parts.append(part)
    events = [part for part in parts if b"event: event" in part]
    assert 0 < len(events) < 60
    for part in events:
        place = json.loads(part.partition(b"data: ")[2])["cursor"]
        ids = part.partition(b"id: ")[2].partition(b"\n")[0].split(b",")
        assert set(ids) == {f"board@{place}".encode(), f"other:x@{at}".encode()}
    await request.leave()


async def test_an_address_that_was_replayed_enough_is_refused_before_anything_is_read(long_log):
    site, cursor = long_log
    _, sink = await joined(f"stream=board@{cursor}&replay=all")
    assert sink.closed[0] == 4429
    reads = [counted(metrics.READS, kind) for kind in ("page", "check", "snapshot")]
    query = f"stream=board@{cursor}&replay=all"
    with pytest.raises(Refusal) as caught:
        await joined(query)
    assert caught.value.code == 4429 and "come back in" in caught.value.reason
    for path in ("/live/sse", "/live/poll"):
        for asked in (query, f"stream=board@{cursor}"):
            request = Request(site, path, asked)
            await request.body()
            assert request.status == 429 and int(request.headers["retry-after"]) >= 1
    assert reads == [counted(metrics.READS, kind) for kind in ("page", "check", "snapshot")]
    _, other = await joined(query, address="192.0.2.2")
    assert len(other.frames) > 10


@pytest.mark.parametrize("transport", ["ws", "poll"])
async def test_ordinary_joins_are_served_after_any_replay_to_their_address(long_log, transport):
    _, cursor = long_log
    _, sink = await joined(f"stream=board@{cursor}&replay=all")
    assert sink.closed[0] == 4429
    _, newcomer = await joined("stream=board", transport=transport)
    assert [frame["type"] for frame in newcomer.frames][-2:] == ["snapshot", "live"]
    cursor = newcomer.frames[-1]["cursor"]
    await say("a", "b")
    await running_hub().watch.look()
    _, back = await joined(f"stream=board@{cursor}", transport=transport)
    kinds = [frame["type"] for frame in back.frames if frame["type"] != "hello"]
    assert kinds == ["event", "event", "live"]


async def test_two_hundred_readers_of_one_address_who_come_back_are_served(
    site, settings, monkeypatch
):
    settings.STOPPRESS_LIVE = {}
    monkeypatch.setattr(admission, "_admission", None)  # one of this test's own
    first, sink = await joined("stream=board")
    cursor = sink.frames[-1]["cursor"]
    first.end()
    await put_many(50, 3_000)
    await running_hub().watch.look()
    for _ in range(200):
        _, sink = await joined(f"stream=board@{cursor}")
        assert sink.closed is None and len(sink.frames) == 52


async def test_events_to_a_live_reader_do_not_count_as_replay(long_log):
    _, cursor = long_log
    reader, sink = await joined("stream=board")
    for _ in range(3):
        await put_many(30, 10_000)
        await running_hub().watch.look()
    await until(lambda: len(sink.frames) == 2 + 1 + 90)
    assert sink.closed is None and reader.connection.open


async def test_a_poll_that_continues_is_no_handshake_and_one_from_another_cursor_is(
    site, settings, monkeypatch
):
    settings.STOPPRESS_LIVE = {"HANDSHAKES_PER_SECOND": 1, "HANDSHAKE_BURST": 2}
    # A clock that stands: the bucket drains nothing, however long the polls take.
    still = admission.Admission(lone_tally(), clock=lambda: 0.0)
    monkeypatch.setattr(admission, "_admission", still)  # a clock that stands
    _, sink = await joined("stream=board&stream=other:x", transport="poll")
    at = {f["stream"]: f["cursor"] for f in sink.frames if f["type"] == "live"}
    for _ in range(50):
        await joined(f"stream=board@{at['board']}&stream=other:x@{at['other:x']}", transport="poll")
    forged = at["board"].partition("-")[0] + "-0123456789abcdef"
    refused = 0
    for query in (f"stream=board@{forged}", f"stream=board@{at['board']}&stream=other:x"):
        for _ in range(3):
            try:
                await joined(query, transport="poll")
            except Refusal as refusal:
                refused += refusal.code == 4429
    assert refused == 5


async def test_a_query_that_cannot_be_read_is_a_handshake_all_the_same(site, settings, monkeypatch):
    settings.STOPPRESS_LIVE = {"HANDSHAKES_PER_SECOND": 1, "HANDSHAKE_BURST": 2}
    still = admission.Admission(lone_tally(), clock=lambda: 0.0)
    monkeypatch.setattr(admission, "_admission", still)  # a clock that stands
    codes = []
    for _ in range(5):
        reader = visit_of("stream=NO")
        with pytest.raises(Refusal) as refused:
            await reader.enter()
        codes.append(refused.value.code)
        reader.end()
    assert codes == [4400, 4400, 4429, 4429, 4429]


async def test_no_cache_stores_an_answer_that_the_allowance_cut(long_log, monkeypatch):
    application, cursor = long_log
    counts = admission.admission()
    now = counts._clock()
    monkeypatch.setattr(counts, "_clock", lambda: now)  # a clock that stands
    request = Request(application, "/live/poll", f"stream=board@{cursor}&replay=all")
    told = json.loads(await request.body())
    assert 0 < len(told["frames"]) < 60 and told["next"] == 0
    assert request.headers["cache-control"] == "private, no-store"
