"""A connection: one reader's subscriptions, and the sink that leads to the reader."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from stoppress.live import metrics
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.refusals import Refusal, cannot_be_read

from .beat import Beat, Beats, latest
from .sink import Sink

logger = logging.getLogger("stoppress.live")


class Guard(Protocol):
    """Says whether a reader may read on what is not public.

    Attributes:
        asking: the reader is being asked for, or waits to be.
    """

    asking: bool

    @property
    def session(self) -> str | None:
        """Return the mark of the reader's session, by which a sign-out finds the reader."""

    async def listen(self) -> None:
        """Return once sign-outs are heard of."""

    async def look_again(self) -> Refusal | None:
        """Return why the reader has no place, as things are now; None where it has."""

    async def ask(self) -> Refusal | None:
        """Return why the reader may not come in, or go on; None where it may."""

    def due(self, now: float) -> bool:
        """Say whether it is time to ask again, by the event loop's clock."""

    def doubt(self) -> None:
        """Have the reader asked for again soon."""

    def signed_out(self) -> Refusal:
        """Return the refusal of a reader whose session has ended."""


class Replay(Protocol):
    """Counts what a reader is sent before it is live."""

    @property
    def refusal(self) -> Refusal | None:
        """Return why there is no more of it; None as long as there is."""

    def affords(self, size: int) -> bool:
        """Spend so many bytes; say whether there were as many."""

    def may_begin(self) -> bool:
        """Say whether there is more to be had, before what it is for is read."""


class SharedPlace(Protocol):
    """A row of readers, as the connection of one of them sees it."""

    sole: bool
    count: int

    def beats_since(self, count: int) -> Beats:
        """Return the last heartbeats of those who came after some had been sent."""


class Place(Protocol):
    """A reader's place in one stream, as its connection sees it.

    Attributes:
        seated: how many heartbeats the row had been sent when the reader came to it.
    """

    seated: int

    @property
    def name(self) -> str:
        """Return the stream's name."""

    @property
    def cursor(self) -> Cursor | None:
        """Return what the reader was sent last; None until it has a place."""

    @property
    def row(self) -> SharedPlace | None:
        """Return those it is written to with; None where it is written to by itself."""

    def next(self) -> bytes | None:
        """Return the next frame, and move past it; None while there is none."""

    def lag(self) -> int:
        """Return by how many events a reader that was live once is behind."""

    def outdated(self) -> bool:
        """Say whether the reader may have been sent a text that was withdrawn since it came."""

    def single_out(self) -> None:
        """Have the reader written to by itself from here on."""

    def leave(self, now: float) -> None:
        """Give the place back, at a moment of the event loop's clock."""


class Connection:
    """One reader. It holds no queue of events: when it is slow, only its cursors lag.

    Args:
        transport: `ws`, `sse`, `poll`; empty for one of the hub's own, which is no reader.
        guard: asks again whether the reader may go on, where a stream is not public.
        replay: counts what the reader is sent before it is live, where that is limited.

    Attributes:
        slot: where in the timekeeper's wheel it has its heartbeats.
        written: how often its sink was written to.
    """

    # There are many of them.
    __slots__ = (
        "_beats",
        "_control",
        "_count",
        "_stall",
        "guard",
        "open",
        "replay",
        "sink",
        "slot",
        "subscriptions",
        "transport",
        "written",
    )

    def __init__(
        self,
        sink: Sink,
        transport: str,
        guard: Guard | None = None,
        replay: Replay | None = None,
    ) -> None:
        self.sink = sink
        self.transport = transport
        self.guard = guard
        self.replay = replay
        self.subscriptions: tuple[Place, ...] = ()
        self.open = True
        self.slot = 0
        self.written = 0
        # Of those to itself; its rows have theirs.
        self._beats: Beats = ()
        self._count = 0
        self._stall: tuple[float, int] | None = None
        self._control: tuple[bytes, ...] = ()

    def say(self, frame: bytes) -> None:
        """Send a frame that is of no stream, before any event that is still to come."""
        self.say_with_next(frame)
        self.pump()

    def say_with_next(self, frame: bytes) -> None:
        """Say a frame at the next `pump`, which is soon."""
        self._control = (*self._control, frame)

    def pump(self) -> None:
        """Write what there is to write until the sink has enough or the reader has all."""
        try:
            while self.open and not self.sink.pending():
                frames, more = self._batch(self.sink.batch_bytes)
                if frames:
                    self.written += 1
                    self.sink.write(frames)
                if not more:
                    # A replay that is too much ends here; its reader goes on from its cursor.
                    if self.replay is not None and self.replay.refusal is not None:
                        self.close(self.replay.refusal)
                    return
        except Exception:  # whatever a sink may raise, this reader alone is given up
            self.give_up()

    def give_up(self) -> None:
        """End a connection whose writing has just failed.

        Whoever writes goes on to other readers, who have nothing to do with this one.
        """
        logger.exception("a reader could not be written to, and is sent back to its cursor")
        with suppress(Exception):
            self.close(cannot_be_read())

    def affords(self, size: int) -> bool:
        """Say whether the reader may be replayed so many bytes more, which then are."""
        return self.replay is None or self.replay.affords(size)

    def may_read_on(self) -> bool:
        """Say whether more of the log may be read for the reader's replay."""
        return self.replay is None or self.replay.may_begin()

    def sent(self) -> dict[str, Cursor]:
        """Return what the reader was sent of each stream in which it has a place."""
        places = ((s.name, s.cursor) for s in self.subscriptions)
        return {name: cursor for name, cursor in places if cursor is not None}

    def beat(self, frame: bytes, beat: Beat) -> None:
        """Send a heartbeat to this reader alone."""
        self._beats = latest(self._beats, (beat,))
        self._count += 1
        self.say(frame)

    def last_beats(self) -> Beats:
        """Return the last heartbeats that the reader was sent, by itself or with a row."""
        rows = [s.row.beats_since(s.seated) for s in self.subscriptions if s.row is not None]
        return latest(self._beats, *rows)

    def count_beats(self) -> int:
        """Return how many heartbeats the reader was sent in all."""
        rows = [s.row.count - s.seated for s in self.subscriptions if s.row is not None]
        return self._count + sum(rows)

    def keep_beats(self, subscription: Place) -> None:
        """Keep the heartbeats of a row that the reader is about to leave."""
        row = subscription.row
        if row is not None and row.count > subscription.seated:
            self._beats = latest(self._beats, row.beats_since(subscription.seated))
            self._count += row.count - subscription.seated

    def lag(self) -> int:
        """Return by how many events the furthest subscription lags that was live once."""
        return max((s.lag() for s in self.subscriptions), default=0)

    def stalled_for(self, now: float) -> float:
        """Return for how many seconds the sink has taken nothing; asked from time to time.

        Args:
            now: the event loop's clock.
        """
        if not self.sink.pending():
            self._stall = None
        elif self._stall is None or self._stall[1] != self.written:
            self._stall = (now, self.written)
        return now - self._stall[0] if self._stall else 0.0

    def in_row(self) -> bool:
        """Say whether the reader has its heartbeats with a row."""
        rows = [subscription.row for subscription in self.subscriptions]
        return len(rows) == 1 and rows[0] is not None and rows[0].sole

    def step_out(self) -> None:
        """Be written to by the sink alone."""
        for subscription in self.subscriptions:
            subscription.single_out()

    def close(self, refusal: Refusal) -> None:
        """End the connection."""
        if self.open:
            self.open = False
            self.step_out()
            if self.transport:
                metrics.CLOSES.labels(refusal.code).inc()
            self.sink.close(refusal)

    def _batch(self, most: int) -> tuple[Sequence[bytes], bool]:
        """Return the next frames, and whether there may be more.

        It is one frame, and more until they have `most` bytes.
        """
        frames: list[bytes] = []
        size = 0
        while not frames or size < most:
            data = self._next()
            if data is None:
                return frames, False
            frames.append(data)
            size += len(data)
        return frames, True

    def _next(self) -> bytes | None:
        if self._control:
            first, *rest = self._control
            self._control = tuple(rest)
            return first
        for subscription in self.subscriptions:
            data = subscription.next()
            if data is not None:
                return data
        return None
