"""The pages of a replay are bounded, also while their readers stall."""

from asgiref.sync import sync_to_async
from django.utils import timezone

from stoppress import live
from stoppress.live.log.trimming import trim_streams
from tests.live.asking import until
from tests.live.reader import Reader

from .log_changes import put_all


async def far_behind(hub, settings, count, text, **more):
    """Return a reader that has stalled while it replays the whole log of `board`."""
    settings.STOPPRESS_LIVE = {"RING_EVENTS": 2, "REPLAY_LIMIT": 10_000}
    start = str((await hub.stream("board")).ring.head)
    await sync_to_async(put_all)([f"k{n:04}" for n in range(count)], text=text)
    while hub.streams["board"].ring.head.position < count:
        await hub.watch.look()
    reader = Reader(hub)
    reader.sink.stalled = True
    await hub.join(reader.connection, {"board": start}, True)
    reader.sink._pending = 0  # of the hello
    reader.connection.pump()
    await until(lambda: reader.of("event"))
    # Not before: a stream that nobody reads yet would be let go.
    settings.STOPPRESS_LIVE |= more
    return reader, reader.connection.subscriptions[0]


async def go_on(reader):
    reader.sink.take()
    reader.connection.pump()
    await reader.until(1, "live")


async def test_a_page_is_limited_in_bytes_and_freed_as_it_is_read(hub, settings):
    reader, subscription = await far_behind(hub, settings, 60, "x" * 20_000)
    size, length = subscription.replay_page.size, len(subscription.replay_page)
    assert 200_000 < size < 300_000
    reader.sink._pending = 0
    reader.connection.pump()
    assert len(subscription.replay_page) == length - 1 and subscription.replay_page.size < size
    await go_on(reader)
    assert reader.keys() == [f"k{n:04}" for n in range(60)]


async def test_pages_of_stalled_readers_are_taken_back_and_read_again(hub, settings):
    reader, subscription = await far_behind(hub, settings, 60, "x" * 20_000, RING_BYTES=1000)
    await hub.stream_cache.tidy(hub.now())
    assert not subscription.replay_page
    await go_on(reader)
    assert reader.keys() == [f"k{n:04}" for n in range(60)]


async def test_no_page_of_a_stalled_reader_has_a_trimmed_and_withdrawn_text(hub, settings):
    reader, _ = await far_behind(hub, settings, 20, "withdrawn words")
    sent = len(reader.sink.data)
    await sync_to_async(trim_streams)(timezone.now(), keep_events=1, keep_hours=0)
    await sync_to_async(live.redact)("k0005", "thing.withdrawn", version=2)
    await hub.watch.look()
    await go_on(reader)
    assert b"withdrawn words" not in b"".join(reader.sink.data[sent:-2])
    assert reader.of("snapshot")[0]["reason"] == "trimmed"
