"""A timekeeper for tests, without a hub, and answers to its access checks."""

import asyncio

from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.subscription import Subscription
from stoppress.live.hub.stream_cache import StreamCache
from stoppress.live.hub.timekeeper import Timekeeper
from tests.live.delivery.test_open_stream import stream_of
from tests.live.reader import ListSink


class Watchman:
    """A timekeeper that does not run: the test makes its steps one by one.

    Attributes:
        left: connections that were removed.
        pumped: connections that were pumped.
        spawned: background tasks.
    """

    def __init__(self):
        self.connections, self.streams = set(), {}
        self.left, self.pumped, self.spawned = [], [], []
        self.cache = StreamCache(self.streams, None, None)  # it only tidies here
        self.timekeeper = Timekeeper(
            self.connections,
            self.streams,
            self.cache,
            leave=self.left.append,
            pump=self.pumped.append,
            spawn=lambda work: self.spawned.append(asyncio.create_task(work)),
        )

    def stream(self, name="board"):
        return self.streams.setdefault(name, stream_of("a", name=name))

    def come(self, *names, sink=None, guard=None):
        """Return the connection of a reader at the head of some streams."""
        connection = Connection(sink or ListSink(), "ws", guard)
        self.connections.add(connection)
        for name in names or ("board",):
            stream = self.stream(name)
            subscription = Subscription(stream, connection, False, lambda _: None)
            stream.audience.add(subscription)
            connection.subscriptions += (subscription,)
            subscription.place(stream.ring.head, None)
            subscription.next()  # it is live
        self.timekeeper.add(connection)
        return connection

    def seat(self, connection, slot):
        """Seat a reader in a row of its own stream, whose heartbeats are due in a slot."""
        connection.slot = slot
        [subscription] = connection.subscriptions
        self.streams[subscription.name].audience.seat(subscription, connection.sink.descriptor)
        return subscription.row

    def stall(self, connection):
        connection.sink.stalled = True
        connection.send_control(b'{"type":"hello"}')
        self.timekeeper.watch_stalled(connection)

    def check(self, connection, now):
        self.timekeeper._check_reader(connection, now)

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


def beats(connection):
    return [frame for frame in connection.sink.frames if frame["type"] == "heartbeat"]


def now():
    return asyncio.get_running_loop().time()
