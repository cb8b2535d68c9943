import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async

from stoppress import live
from stoppress.live import metrics
from stoppress.live.hub import queries
from stoppress.live.hub.fetcher import Fetcher
from stoppress.live.hub.shared_reads import LANE_THREADS
from stoppress.live.protocol.cursor import Cursor
from tests.live.asking import counted, until
from tests.live.conftest import put
from tests.live.delivery.test_open_stream import come

from .log_changes import rewrite


class Fetching:
    """A fetcher of the hub's reads, whose tasks the test waits for."""

    def __init__(self, hub, stream):
        self.hub, self.stream = hub, stream
        self.pumped, self.spawned = [], []
        self.fetcher = Fetcher(
            hub.watch,
            hub.stream_cache,
            hub.reads,
            pump=self.pumped.append,
            spawn=lambda work: self.spawned.append(asyncio.create_task(work)),
        )

    def come(self, cursor, reason=None):
        return come(self.stream, cursor, reason)

    def begin(self, *subscriptions):
        for subscription in subscriptions:
            self.fetcher.fetch(subscription)

    async def end(self):
        await asyncio.gather(*self.spawned)


@pytest.fixture
async def fetching(hub, settings):
    """The events a, b and c, of which this process remembers no one."""
    settings.STOPPRESS_LIVE = {"SAFETY_POLL": 60, "RELAY_POLL": 60}
    hub.watch.abandon()
    await sync_to_async(_write)()
    stream = await hub.stream("board")
    await hub.watch.look()
    made = Fetching(hub, stream)
    made.cursors = [stream.ring.start, *(stream.ring.after(at).cursor for at in range(3))]
    stream.ring.shrink(0)
    return made


def _write():
    with live.atomic():
        for key in "abc":
            put(key, text=f"words of {key}")


@pytest.fixture
def held(monkeypatch):
    """Hold the answers of reads until the test lets go of them."""

    class Held:
        def __init__(self):
            self.begun, self.go = [], threading.Event()

        def hold(self, name):
            read = getattr(queries, name)

            def held(*arguments):
                found = read(*arguments)
                self.begun.append(arguments)
                self.go.wait(10)
                return found

            monkeypatch.setattr(queries, name, held)  # the real one is called

    made = Held()
    yield made
    made.go.set()


def page(subscription):
    return [frame.key for frame in subscription.replay_page._frames]


async def test_readers_that_wait_for_the_same_page_share_one_read(fetching):
    before = counted(metrics.READS, "page")
    one, other = (fetching.come(fetching.cursors[1]) for _ in range(2))
    fetching.begin(one, one, other)
    assert one.fetching and len(fetching.spawned) == 2
    await fetching.end()
    assert page(one) == page(other) == ["b", "c"]
    assert one.replay_page.shared == other.replay_page.shared
    assert counted(metrics.READS, "page") == before + 1
    assert not one.fetching and fetching.pumped == [one.connection, other.connection]
    assert fetching.hub.stream_cache._weigh_tracked() == one.replay_page.size


async def test_a_reader_without_a_cursor_is_pumped_without_a_read(fetching):
    subscription = fetching.come(None)
    fetching.begin(subscription)
    await fetching.end()
    assert page(subscription) == [] and fetching.pumped == [subscription.connection]
    assert not subscription.fetching


async def test_a_page_is_dropped_if_its_reader_got_another_cursor_meanwhile(fetching, held):
    held.hold("read_replay_page")
    subscription = fetching.come(fetching.cursors[1])
    fetching.begin(subscription)
    await until(lambda: held.begun)
    subscription.place(fetching.cursors[0], None)
    held.go.set()
    await fetching.end()
    assert page(subscription) == [] and fetching.pumped == [subscription.connection]


async def test_a_page_that_may_hold_a_withdrawn_text_is_dropped_and_read_anew(fetching, held):
    held.hold("read_replay_page")
    early = fetching.come(fetching.cursors[0])
    fetching.begin(early)
    await until(lambda: held.begun)
    await sync_to_async(live.redact)("b", "thing.withdrawn", version=2)
    await fetching.hub.watch.look()
    late = fetching.come(fetching.cursors[0])
    fetching.begin(late)
    await until(lambda: len(held.begun) == 2)
    held.go.set()
    await fetching.end()
    assert page(early) == [] and page(late) == ["a", "b", "c", "b"]
    texts = b"".join(frame.data for frame in late.replay_page._frames)
    assert b"words of a" in texts and b"words of b" not in texts


async def test_a_page_whose_events_were_trimmed_meanwhile_is_dropped(fetching, held):
    held.hold("read_replay_page")
    below, at_floor = fetching.come(fetching.cursors[0]), fetching.come(fetching.cursors[1])
    fetching.begin(below, at_floor)
    await until(lambda: len(held.begun) == 2)
    fetching.stream.forget_before(fetching.cursors[1])
    held.go.set()
    await fetching.end()
    assert page(below) == [] and page(at_floor) == ["b", "c"]


@pytest.mark.parametrize(("position", "reason"), [(1, "fork"), (9, "ahead")])
async def test_a_reader_whose_cursor_is_not_in_the_log_gets_a_snapshot(fetching, position, reason):
    subscription = fetching.come(Cursor(position, "b" * 16))
    fetching.begin(subscription)
    await fetching.end()
    assert (subscription.cursor, subscription.reason) == (None, reason)
    assert fetching.pumped == [subscription.connection]


async def test_a_log_that_ends_before_the_ring_is_looked_at(fetching):
    subscription = fetching.come(fetching.cursors[3])
    looks = fetching.hub.watch.done
    fetching.begin(subscription)
    await fetching.end()
    assert fetching.hub.watch.done == looks + 1
    assert subscription.cursor == fetching.cursors[3] and page(subscription) == []


async def test_a_snapshot_is_read_once_for_all_and_kept_for_newcomers(fetching, board):
    before = counted(metrics.READS, "snapshot")
    one, other = (fetching.come(None, "start") for _ in range(2))
    fetching.begin(one, other)
    await fetching.end()
    assert one.fresh is other.fresh is fetching.stream.snapshot
    assert one.fresh.cursor == fetching.cursors[3] and board.taken == 1
    assert counted(metrics.READS, "snapshot") == before + 1
    fetching.stream.snapshot = None
    assert fetching.hub.stream_cache._weigh_tracked() == one.fresh.size
    assert not one.fetching and fetching.pumped == [one.connection, other.connection]


async def test_a_snapshot_newer_than_the_head_in_memory_waits_for_a_look(fetching):
    await sync_to_async(put)("d")
    subscription = fetching.come(None, "start")
    fetching.begin(subscription)
    await fetching.end()
    assert subscription.fresh.cursor == fetching.stream.ring.head
    assert fetching.stream.ring.head.position == 4


async def test_a_snapshot_that_may_hold_a_withdrawn_text_is_dropped(fetching, held):
    held.hold("take_snapshot")
    early = fetching.come(None, "start")
    fetching.begin(early)
    await until(lambda: held.begun)
    await sync_to_async(live.redact)("b", "thing.withdrawn", version=2)
    await fetching.hub.watch.look()
    late = fetching.come(None, "start")
    fetching.begin(late)
    await until(lambda: len(held.begun) == 2)
    held.go.set()
    await fetching.end()
    assert early.fresh is None and late.fresh is not None
    assert late.fresh is fetching.stream.snapshot


async def test_a_snapshot_from_before_the_new_floor_is_dropped(fetching, held):
    held.hold("take_snapshot")
    subscription = fetching.come(None, "start")
    fetching.begin(subscription)
    await until(lambda: held.begun)
    await sync_to_async(put)("d")
    await fetching.hub.watch.look()
    fetching.stream.forget_before(fetching.stream.ring.head)
    held.go.set()
    await fetching.end()
    assert subscription.fresh is None is fetching.stream.snapshot


async def test_a_snapshot_older_than_the_ring_is_still_sent(fetching, held):
    held.hold("take_snapshot")
    subscription = fetching.come(None, "start")
    fetching.begin(subscription)
    await until(lambda: held.begun)
    await sync_to_async(put)("d")
    await fetching.hub.watch.look()
    fetching.stream.ring.shrink(0)
    held.go.set()
    await fetching.end()
    assert subscription.fresh.cursor == fetching.cursors[3]


async def test_a_snapshot_of_a_history_that_no_look_has_seen_is_dropped(fetching):
    await sync_to_async(rewrite)()
    subscription = fetching.come(None, "start")
    fetching.begin(subscription)
    await fetching.end()
    assert subscription.fresh is None is fetching.stream.snapshot
    await fetching.hub.watch.look()
    fetching.begin(subscription)
    await fetching.end()
    assert subscription.fresh.cursor == fetching.stream.ring.head != fetching.cursors[3]


async def test_snapshots_of_one_pattern_take_only_some_of_the_threads(fetching, held):
    held.hold("take_snapshot")
    streams = [await fetching.hub.stream(f"other:{name}") for name in "xyz"]
    fetching.begin(*(come(stream, None, "start") for stream in streams))
    await until(lambda: len(held.begun) == LANE_THREADS)
    assert await fetching.hub.reads.run(str, "other") == "other"
    assert sorted(held.begun) == [("other:x",), ("other:y",)]
    held.go.set()
    await fetching.end()
    assert all(stream.snapshot is not None for stream in streams)


async def test_a_reader_whose_read_fails_is_closed_and_may_come_back(fetching, board, caplog):
    board.broken = True
    subscription = fetching.come(None, "start")
    fetching.begin(subscription)
    await fetching.end()
    assert subscription.connection.sink.closed == (1011, "the stream cannot be read now")
    assert fetching.pumped == [subscription.connection] and not subscription.fetching
    assert "database read" in caplog.text
