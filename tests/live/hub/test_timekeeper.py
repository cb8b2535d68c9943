"""Heartbeats: when they come, and that each tells a reader what it was sent."""

import asyncio
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import pairwise

import pytest
from django.utils import timezone

from stoppress.live.delivery import row, sends
from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.subscription import Subscription
from stoppress.live.event_loop import STEPS, step_at
from stoppress.live.hub.feed_cache import FeedCache
from stoppress.live.hub.hub import running_hub, stop_hub
from stoppress.live.hub.timekeeper import ASKED_AT_ONCE, QUIET_ROUNDS, Timekeeper
from stoppress.live.protocol.refusals import not_allowed
from tests.live.asking import turns
from tests.live.delivery.test_feed import feed_of, grow
from tests.live.delivery.test_ring import START
from tests.live.kernel import Kernel, WiredLine
from tests.live.reader import ListSink, Reader, say
from tests.site.raw import until

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter

HEARTBEAT = 0.8


@pytest.fixture
async def hub(settings, transactional_db, board):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": HEARTBEAT, "LAG_SECONDS": 60}
    yield running_hub()
    await stop_hub()


@pytest.fixture
def kernel(monkeypatch):
    monkeypatch.setattr(row, "ROW", 2)
    made = Kernel()
    monkeypatch.setattr(sends, "_send", made.send)  # the system's call
    return made


async def wired(hub, kernel, *names):
    reader = Reader(hub)
    reader.times = []
    reader.sink = WiredLine(kernel, lambda frame, data: reader.times.append(hub.now()))
    reader.connection = Connection(reader.sink, "ws")
    reader.sink.filled = lambda: (
        reader.connection.leave_rows(),
        hub.timekeeper.watch_stalled(reader.connection),
    )
    return await reader.join(*names)


def rows(hub):
    return list(hub.feeds["board"].audience.rows)


@asynccontextmanager
async def never_silent(*readers):
    """Nobody waits for a sign of life for longer than the interval, whatever is done meanwhile.

    What the machine holds the event loop up for is none of the hub's silence.
    """
    late = 0.0

    async def measure():
        nonlocal late
        while True:
            due = now() + HEARTBEAT / 20
            await asyncio.sleep(HEARTBEAT / 20)  # it measures how late the loop is
            late = max(late, now() - due)

    now = asyncio.get_running_loop().time
    measuring = asyncio.create_task(measure())
    yield
    measuring.cancel()
    for reader in readers:
        gaps = [b - a for a, b in zip(reader.times, reader.times[1:], strict=False)]
        assert gaps and max(gaps) < HEARTBEAT * 1.5 + 2 * late, f"silent for {max(gaps)} s"


@pytest.mark.slow("it waits for heartbeats")
async def test_readers_of_a_row_are_told_what_they_were_sent_by_one_call(hub, kernel):
    readers = [await wired(hub, kernel, "board") for _ in range(3)]
    await say("a")
    async with never_silent(*readers):
        for reader in readers:
            await reader.until(1)
        before, told = kernel.sent, [len(reader.of("heartbeat")) for reader in readers]
        written = [reader.connection.written for reader in readers]
        for reader, seen in zip(readers, told, strict=True):
            await reader.until(seen + 3, "heartbeat")
    assert [reader.connection.written for reader in readers] == written, "past the sinks"
    assert kernel.sent - before >= 9 and not kernel.faults
    for reader in readers:
        assert reader.of("heartbeat")[-1]["cursors"] == {"board": reader.cursor()}
        assert reader.of("event")[-1]["cursor"] == reader.cursor()


@pytest.mark.slow("it waits for heartbeats")
async def test_one_who_reads_two_streams_is_told_of_both(hub, kernel):
    alone, both = await wired(hub, kernel, "board"), await wired(hub, kernel, "board", "other:x")
    await say("a")
    for reader in (alone, both):
        await reader.until(1)
    assert len(rows(hub)) == 1 and not rows(hub)[0].sole
    for reader in (alone, both):
        seen = len(reader.of("heartbeat"))
        await reader.until(seen + 2, "heartbeat")
        cursors = {name: str(at) for name, at in reader.connection.sent().items()}
        assert reader.of("heartbeat")[-1]["cursors"] == cursors
    assert len(both.connection.sent()) == 2


@pytest.mark.slow("it waits for heartbeats")
async def test_whoever_comes_or_leaves_the_others_are_never_silent_for_long(hub, kernel):
    readers = [await wired(hub, kernel, "board") for _ in range(4)]
    await say("a")
    for reader in readers:
        await reader.until(1)
    staying = readers[1:3]
    async with never_silent(*staying):
        for reader in readers:
            if reader not in staying:
                reader.sink.ended = True
                hub.leave(reader.connection)
                await asyncio.sleep(HEARTBEAT)  # the time that is to have a heartbeat
        await asyncio.sleep(2 * HEARTBEAT)  # the same
    assert not kernel.faults


async def test_one_of_a_row_who_takes_nothing_gets_the_heartbeat_whole_once_it_takes_again(
    hub, kernel
):
    readers = [await wired(hub, kernel, "board") for _ in range(2)]
    await say("a")
    for reader in readers:
        await reader.until(1)
    slow, quick = readers if readers[0].sink.descriptor % 2 else readers[::-1]
    slow.sink.stalled = True
    await until(lambda: slow.sink.pending())
    assert slow.connection.subscriptions[0].row is None
    seen = len(slow.of("heartbeat"))
    slow.sink.take()
    hub.timekeeper.unwatch_stalled(slow.connection)
    await say("b")
    for reader in readers:
        await reader.until(2)
    await slow.until(seen + 1, "heartbeat")
    assert slow.keys() == quick.keys() == ["a", "b"] and not kernel.faults


async def test_a_newcomer_has_its_first_heartbeat_in_time_but_not_at_once(hub):
    for _ in range(5):
        reader = await Reader(hub).join("board")
        came = hub.now()
        await reader.until(1, "heartbeat")
        assert hub.now() - came > HEARTBEAT / 4


async def test_a_crowd_that_came_at_once_has_its_heartbeats_apart(hub):
    for _ in range(40):
        await Reader(hub).join("board")
    assert len({connection.slot for connection in hub.connections}) >= STEPS / 2


async def test_steps_that_were_missed_are_made_up_for(hub):
    reader = await Reader(hub).join("board")
    await reader.until(1, "heartbeat")
    seen, held = len(reader.of("heartbeat")), hub.now() + 3 * HEARTBEAT
    while hub.now() < held:
        pass
    async with asyncio.timeout(HEARTBEAT / 3):
        await reader.until(seen + 1, "heartbeat")
    assert len(reader.of("heartbeat")) <= seen + 2, "one that was missed, and perhaps the next"


async def test_one_that_fails_keeps_nobody_else_waiting(hub, monkeypatch, caplog):
    reader, broken = [await Reader(hub).join("board") for _ in range(2)]

    def fail(frames):
        raise RuntimeError("no heartbeat")

    broken.sink.write = fail
    await until(lambda: broken.connection not in hub.connections)
    seen = len(reader.of("heartbeat"))
    await reader.until(seen + 2, "heartbeat")
    assert "write to a reader failed" in caplog.text


async def test_whoever_has_left_is_not_looked_after_any_more(hub):
    reader = await Reader(hub).join("board")
    hub.timekeeper.watch_stalled(reader.connection)
    hub.leave(reader.connection)
    hub.timekeeper.watch_stalled(reader.connection)
    assert reader.connection not in hub.timekeeper._stalled
    assert not any(hub.timekeeper._wheel.values())


async def test_one_who_left_while_it_waited_takes_no_place(hub):
    reader = Reader(hub)
    joining = asyncio.create_task(hub.join(reader.connection, {"other:new": None}, False))
    await asyncio.sleep(0)  # the turn in which the stream is asked for
    assert not joining.done() and not hub.connections
    hub.leave(reader.connection)
    await joining
    assert hub.is_ready(["other:new"])
    assert not hub.connections and not reader.sink.frames


@pytest.mark.slow("it waits for heartbeats")
async def test_a_step_that_fails_is_followed_by_the_next(hub, monkeypatch, caplog):
    async def fail(now):
        raise RuntimeError("no memory")

    monkeypatch.setattr(hub.feed_cache, "tidy", fail)  # nothing real fails there
    reader = await Reader(hub).join("board")
    await until(lambda: "a timekeeper step failed" in caplog.text)
    await reader.until(len(reader.of("heartbeat")) + 2, "heartbeat")


# One step at a time, without a hub


class Watchman:
    """A timekeeper that nobody keeps: its steps are the test's to make.

    Attributes:
        left: connections that were removed.
        pumped: connections that were pumped.
        spawned: background tasks.
    """

    def __init__(self):
        self.connections, self.feeds = set(), {}
        self.left, self.pumped, self.spawned = [], [], []
        self.cache = FeedCache(self.feeds, None, None)  # it only tidies here
        self.timekeeper = Timekeeper(
            self.connections,
            self.feeds,
            self.cache,
            leave=self.left.append,
            pump=self.pumped.append,
            spawn=lambda work: self.spawned.append(asyncio.create_task(work)),
        )

    def feed(self, name="board"):
        return self.feeds.setdefault(name, feed_of("a", name=name))

    def come(self, *names, sink=None, guard=None):
        """Return the connection of a reader at the head of some streams."""
        connection = Connection(sink or ListSink(), "ws", guard)
        self.connections.add(connection)
        for name in names or ("board",):
            feed = self.feed(name)
            subscription = Subscription(feed, connection, False, lambda _: None)
            feed.audience.add(subscription)
            connection.subscriptions += (subscription,)
            subscription.place(feed.ring.head, None)
            subscription.next()  # it is live
        self.timekeeper.add(connection)
        return connection

    def seat(self, connection, slot):
        """Seat a reader in a row of its own stream, whose heartbeats are due in a slot."""
        connection.slot = slot
        [subscription] = connection.subscriptions
        self.feeds[subscription.name].audience.seat(subscription, connection.sink.descriptor)
        return subscription.row

    def stall(self, connection):
        connection.sink.stalled = True
        connection.send_control(b'{"type":"hello"}')
        self.timekeeper.watch_stalled(connection)

    def look_after(self, connection, now):
        self.timekeeper._look_after(connection, now)

    async def beat(self, *connections):
        await self.timekeeper._beat_one_by_one(set(connections))


class Asked:
    """Checks of a reader, which the test answers."""

    def __init__(self, refusal=None):
        self.asking, self.due_at, self.refusal = False, 0.0, refusal
        self.asked, self.answer = 0, asyncio.Event()

    def due(self, now):
        return now >= self.due_at

    async def ask(self):
        self.asked += 1
        await self.answer.wait()
        return self.refusal


@pytest.fixture
async def watchman(settings):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": 15, "LAG_SECONDS": 10, "LAG_EVENTS": 3}
    made = Watchman()
    yield made
    for task in made.spawned:
        task.cancel()
    await asyncio.gather(*made.spawned, return_exceptions=True)


def now():
    return asyncio.get_running_loop().time()


def beats(connection):
    return [frame for frame in connection.sink.frames if frame["type"] == "heartbeat"]


@pytest.mark.parametrize(
    ("heartbeat", "slots", "quiet"),
    [(15, 60, QUIET_ROUNDS * STEPS), (4.9, 16, 8), (2, 8, 4), (0.5, STEPS, 2)],
)
async def test_a_newcomer_is_given_any_slot_of_the_interval_but_the_very_next(
    settings, heartbeat, slots, quiet
):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": heartbeat}
    watchman, waits = Watchman(), set()
    loop, pause = asyncio.get_running_loop(), heartbeat / slots
    for _ in range(40 * slots):
        now = step_at(loop.time(), pause)
        connection = Connection(ListSink(), "ws")
        watchman.timekeeper.add(connection)
        assert 0 <= connection.slot < slots
        assert connection in watchman.timekeeper._wheel[connection.slot]
        if step_at(loop.time(), pause) == now:
            waits.add((connection.slot - now - 1) % slots)
    assert waits == set(range(quiet, slots))


async def test_one_that_takes_nothing_for_longer_than_it_may_is_closed(watchman):
    connection = watchman.come()
    watchman.stall(connection)
    watchman.look_after(connection, 100.0)
    watchman.look_after(connection, 110.0)
    assert connection.open and watchman.left == []
    watchman.look_after(connection, 110.1)
    assert connection.sink.closed == (4002, "too slow") and watchman.left == [connection]


async def test_one_that_takes_nothing_while_too_much_comes_is_closed_sooner(watchman):
    connection = watchman.come()
    watchman.stall(connection)
    grow(watchman.feed(), *"bcd")
    watchman.look_after(connection, 100.0)
    watchman.look_after(connection, 101.0)
    assert connection.open
    grow(watchman.feed(), "e")
    watchman.look_after(connection, 102.0)
    assert connection.sink.closed == (4002, "too slow") and watchman.left == [connection]


async def test_one_that_still_takes_something_may_be_far_behind(watchman):
    connection = watchman.come()
    watchman.timekeeper.watch_stalled(connection)
    grow(watchman.feed(), *"bcdef")
    for now in (100.0, 200.0):
        watchman.look_after(connection, now)
        assert connection.open


async def test_one_whose_sink_fails_as_it_is_looked_after_ends(watchman, caplog):
    connection = watchman.come()
    watchman.stall(connection)

    def fail():
        raise OSError("the socket is gone")

    connection.sink.pending = fail
    watchman.look_after(connection, 100.0)
    assert connection.sink.closed[0] == 1011 and watchman.left == [connection]
    assert "write to a reader failed" in caplog.text


async def test_who_takes_again_is_no_longer_looked_after(watchman):
    stalled, takes, ended = (watchman.come() for _ in range(3))
    for each in (stalled, takes, ended):
        watchman.stall(each)
    watchman.timekeeper.unwatch_stalled(takes)
    watchman.timekeeper.discard(ended)
    watchman.connections.discard(ended)
    watchman.timekeeper.watch_stalled(ended)
    for now in (100.0, 120.0):
        for each in (stalled, takes, ended):
            watchman.look_after(each, now)
    assert [each.open for each in (stalled, takes, ended)] == [False, True, True]


async def test_all_who_stall_or_have_to_be_asked_are_looked_after(watchman):
    guarded, stalled, neither = watchman.come(guard=Asked()), watchman.come(), watchman.come()
    stays = watchman.come()
    for each in (stalled, stays):
        watchman.stall(each)
    for each in (guarded, stalled, neither):
        each.open = False
    await watchman.timekeeper._look_after_some()
    assert stays.open
    assert stays.stalled_for(now() + 5) == pytest.approx(5, abs=4), "it is counted from now on"
    assert set(watchman.left) == {guarded, stalled}
    for each in (guarded, stalled):
        watchman.timekeeper.discard(each)
    watchman.left.clear()
    await watchman.timekeeper._look_after_some()
    assert watchman.left == []


async def test_one_that_stalls_is_asked_whether_it_may_read_all_the_same(watchman):
    guard = Asked()
    connection = watchman.come(guard=guard)
    watchman.stall(connection)
    watchman.look_after(connection, 100.0)
    assert guard.asking


async def test_a_reader_is_asked_once_it_is_due_and_not_again_meanwhile(watchman):
    guard = Asked()
    connection = watchman.come(guard=guard)
    guard.due_at = 101.0
    watchman.look_after(connection, 100.0)
    assert watchman.spawned == [] and not guard.asking
    watchman.look_after(connection, 101.0)
    watchman.look_after(connection, 102.0)
    await until(lambda: guard.asked)
    assert len(watchman.spawned) == 1 and guard.asking
    guard.answer.set()
    await watchman.spawned[0]
    assert connection.open and not guard.asking and watchman.left == []
    watchman.look_after(connection, 103.0)
    await watchman.spawned[1]
    assert guard.asked == 2


async def test_one_that_may_read_no_longer_is_closed_and_leaves(watchman):
    guard = Asked(not_allowed("board"))
    connection = watchman.come(guard=guard)
    guard.answer.set()
    watchman.look_after(connection, 100.0)
    await watchman.spawned[0]
    assert connection.sink.closed == (4403, "you may not read board")
    assert watchman.left == [connection] and not guard.asking


async def test_a_check_that_fails_may_be_made_again(watchman):
    guard = Asked()
    guard.ask = None  # calling it fails
    watchman.look_after(watchman.come(guard=guard), 100.0)
    with pytest.raises(TypeError):
        await watchman.spawned[0]
    assert not guard.asking


async def test_only_so_many_are_asked_at_once_and_nobody_who_has_left_meanwhile(watchman):
    guards = [Asked() for _ in range(ASKED_AT_ONCE + 2)]
    connections = [watchman.come(guard=guard) for guard in guards]
    for connection in connections:
        watchman.look_after(connection, 100.0)
    await until(lambda: sum(guard.asked for guard in guards) >= ASKED_AT_ONCE)
    await asyncio.sleep(0)  # one turn more
    assert [guard.asked for guard in guards] == [1, 1, 0, 0] and ASKED_AT_ONCE == 2
    connections[2].open = False
    guards[0].answer.set()
    await until(lambda: guards[3].asked)
    assert guards[2].asked == 0 and not guards[2].asking


async def test_the_rows_of_a_slot_have_a_heartbeat_each_in_one_send(watchman, kernel):
    def wired(*names):
        return watchman.come(*names, sink=WiredLine(kernel, lambda frame, data: None))

    one, other, later, elsewhere = wired(), wired(), wired(), wired("other:x")
    for connection, slot in ((one, 3), (other, 9), (later, 4), (elsewhere, 3)):
        watchman.seat(connection, slot)
    before = kernel.sent
    await watchman.timekeeper._beat_rows(3)
    assert kernel.sent == before + 3 and beats(later) == []
    head = str(watchman.feed().ring.head)
    for connection in (one, other):  # the slot of a row is that of its first reader
        [frame] = beats(connection)
        assert frame["cursors"] == {"board": head}
        [beat] = connection.last_beats()
        assert beat.cursors == {"board": watchman.feed().ring.head}
        assert 0 <= now() - beat.at < 60
    assert [frame["cursors"] for frame in beats(elsewhere)] == [
        {"other:x": str(watchman.feed("other:x").ring.head)}
    ]


async def test_a_row_with_one_that_has_another_stream_too_gets_none_together(watchman, kernel):
    both = watchman.come("board", "other:x", sink=WiredLine(kernel, lambda frame, data: None))
    subscription = both.subscriptions[0]
    both.slot = 3
    subscription.feed.audience.seat(subscription, both.sink.descriptor)
    await watchman.timekeeper._beat_rows(3)
    assert kernel.sent == 0 and beats(both) == []
    await watchman.beat(both)
    assert [set(frame["cursors"]) for frame in beats(both)] == [{"board", "other:x"}]


async def test_a_row_that_cannot_be_sent_its_heartbeat_is_pumped_so_that_it_leaves(
    watchman, kernel, monkeypatch
):
    connection = watchman.come(sink=WiredLine(kernel, lambda frame, data: None))
    watchman.seat(connection, 3)
    monkeypatch.setattr(sends, "_send", None)  # the system's call: none
    await watchman.timekeeper._beat_rows(3)
    assert watchman.pumped == [connection] and not connection.open


async def test_those_at_the_same_place_are_sent_the_same_bytes(watchman):
    one, other, behind = watchman.come(), watchman.come(), watchman.come()
    behind.subscriptions[0].place(START, None)
    await watchman.beat(one, other, behind)
    assert one.sink.data[-1] is other.sink.data[-1]
    [beat], [same], [its] = (each.last_beats() for each in (one, other, behind))
    assert beat is same and its.cursors == {"board": START}
    assert beat.cursors == {"board": watchman.feed().ring.head}
    assert 0 <= now() - beat.at < 60
    assert [each["cursors"] for each in beats(one)] == [{"board": str(watchman.feed().ring.head)}]
    told = datetime.fromisoformat(beats(one)[0]["time"])
    assert abs((timezone.now() - told).total_seconds()) < 60


async def test_one_in_a_row_gets_none_alone_and_one_that_takes_nothing_is_watched(watchman, kernel):
    seated = watchman.come(sink=WiredLine(kernel, lambda frame, data: None))
    watchman.seat(seated, 3)
    stalled, sound = watchman.come(), watchman.come()
    stalled.sink.stalled = True
    stalled.send_control(b'{"type":"hello"}')
    await watchman.beat(seated, stalled, sound)
    assert [len(beats(each)) for each in (seated, stalled, sound)] == [0, 0, 1]
    assert watchman.timekeeper._stalled == {stalled}
    assert watchman.left == []


async def test_one_that_cannot_be_sent_its_heartbeat_leaves_and_the_others_have_theirs(watchman):
    broken, ended, sound = watchman.come(), watchman.come(), watchman.come()

    def fail():
        raise OSError("the socket is gone")

    broken.sink.pending = fail
    ended.open = False
    await watchman.beat(broken, ended, sound)
    assert broken.sink.closed[0] == 1011 and len(beats(sound)) == 1
    assert set(watchman.left) == {broken, ended}


async def test_one_of_a_row_that_takes_a_part_of_its_heartbeat_leaves_the_row(watchman, kernel):
    whole, part = (
        watchman.come(sink=WiredLine(kernel, lambda frame, data: None)) for _ in range(2)
    )
    for each in (whole, part):
        row = watchman.seat(each, 3)
    part.sink.stalled = True
    await watchman.timekeeper._beat_rows(3)
    assert list(row) == list(whole.subscriptions) and part.subscriptions[0].row is None
    assert len(beats(whole)) == len(beats(part)) == part.count_beats() == 1


async def test_each_step_has_the_heartbeats_of_its_slot_and_each_round_looks_after_the_rest(
    watchman, settings, kernel
):
    settings.STOPPRESS_LIVE |= {"RING_IDLE": 50}
    alone, ended = watchman.come(), watchman.come(guard=Asked())
    seated = watchman.come(sink=WiredLine(kernel, lambda frame, data: None))
    for each in (alone, ended):
        watchman.timekeeper.discard(each)
    watchman.timekeeper._guarded.add(ended)
    ended.open = False
    alone.slot = 5
    watchman.timekeeper._wheel[5].add(alone)
    watchman.seat(seated, 6)
    # It was last asked for so long ago that it is to be forgotten.
    watchman.feed("other:old").idle_since = now() - 51
    for slot in (1, 2, 3, 5, 6):
        assert await turns(watchman.timekeeper._step(slot)) < 10
        assert (len(beats(alone)), len(beats(seated))) == (slot >= 5, slot >= 6)
    assert watchman.left == [] and "other:old" in watchman.feeds
    assert await turns(watchman.timekeeper._step(8)) < 10
    assert watchman.left == [ended] and "other:old" not in watchman.feeds
    assert (len(beats(alone)), len(beats(seated))) == (1, 1)


async def test_kept_it_goes_from_slot_to_slot_and_does_none_twice_in_an_interval(settings):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": 0.04}
    watchman, told = Watchman(), []
    begun = now()
    for slot in range(STEPS):
        connection = watchman.come()
        watchman.timekeeper.discard(connection)
        connection.slot = slot
        watchman.timekeeper._wheel[slot].add(connection)
        connection.sink.write = lambda frames, slot=slot: told.append(slot)
    keeping = asyncio.create_task(watchman.timekeeper.keep())
    try:
        await until(lambda: len(told) >= 4 * STEPS)
        rounds = (now() - begun) / 0.04
    finally:
        keeping.cancel()
    assert len(told) <= (rounds + 1) * STEPS
    for each, following in pairwise(told):
        assert following == (each + 1) % STEPS
