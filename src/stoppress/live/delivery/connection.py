"""A connection: one reader's subscriptions, and the sink that sends to the reader."""

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


class AccessCheck(Protocol):
    """Decides whether a reader may keep reading streams that are not public.

    Attributes:
        asking: a check of the reader runs, or waits to run.
    """

    asking: bool

    @property
    def session(self) -> str | None:
        """Return the mark of the reader's session, by which a sign-out finds the reader."""

    async def listen(self) -> None:
        """Return once this process hears of sign-outs."""

    async def recheck(self) -> Refusal | None:
        """Return the reason to refuse an admitted reader that joins now, or None."""

    async def ask(self) -> Refusal | None:
        """Return the reason why the reader may not read, or None."""

    def due(self, now: float) -> bool:
        """Return whether the reader must be checked again, by the event loop's clock."""

    def recheck_soon(self) -> None:
        """Have the reader checked again soon."""

    def signed_out(self) -> Refusal:
        """Return the refusal of a reader whose session has ended."""


class ReplayBudget(Protocol):
    """Counts the bytes that a reader is sent before it is live."""

    @property
    def refusal(self) -> Refusal | None:
        """Return the reason why the replay ends; None while it may continue."""

    def affords(self, size: int) -> bool:
        """Return whether the allowance has so many bytes left, and spend them."""

    def may_begin(self) -> bool:
        """Return whether more may be replayed; called before the log is read for the replay."""


class SharedPlace(Protocol):
    """A row of readers, as the connection of one of them sees it."""

    sole: bool
    count: int

    def beats_since(self, count: int) -> Beats:
        """Return the last heartbeats sent after the first `count`."""


class Place(Protocol):
    """A reader's place in one stream, as its connection sees it.

    Attributes:
        seated: how many heartbeats the row had been sent when the reader joined it.
    """

    seated: int

    @property
    def name(self) -> str:
        """Return the stream's name."""

    @property
    def cursor(self) -> Cursor | None:
        """Return the cursor of the last frame sent; None until the reader has a place."""

    @property
    def row(self) -> SharedPlace | None:
        """Return the row of the reader; None where it is written to by itself."""

    def next(self) -> bytes | None:
        """Return the next frame and move past it; None while there is none."""

    def lag(self) -> int:
        """Return how many events the reader is behind; 0 until it has been live."""

    def outdated(self) -> bool:
        """Return whether a text was withdrawn since the reader joined; it may have been sent it."""

    def leave_row(self) -> None:
        """Leave the row: from now on the reader is written to by itself."""

    def unsubscribe(self, now: float) -> None:
        """Give the place back.

        Args:
            now: the event loop's clock.
        """


class Connection:
    """One reader. It has no queue of events: when it is slow, only its cursors lag.

    Args:
        transport: `ws`, `sse` or `poll`; empty for a connection of the hub's own, which is no
            reader.
        guard: checks the reader again, where a stream is not public.
        replay: counts what the reader is sent before it is live, where that is limited.

    Attributes:
        slot: the slot of the timekeeper's wheel in which its heartbeats are due.
        written: how often its sink was written to.
    """

    # There are many connections, so each must be small.
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
        guard: AccessCheck | None = None,
        replay: ReplayBudget | None = None,
    ) -> None:
        self.sink = sink
        self.transport = transport
        self.guard = guard
        self.replay = replay
        self.subscriptions: tuple[Place, ...] = ()
        self.open = True
        self.slot = 0
        self.written = 0
        # Heartbeats to this connection alone; each row counts its own.
        self._beats: Beats = ()
        self._count = 0
        self._stall: tuple[float, int] | None = None
        self._control: tuple[bytes, ...] = ()

    def send_control(self, frame: bytes) -> None:
        """Send a frame that belongs to no stream, before any further event."""
        self.queue_control(frame)
        self.pump()

    def queue_control(self, frame: bytes) -> None:
        """Queue a frame for the next `pump`, which is soon."""
        self._control = (*self._control, frame)

    def pump(self) -> None:
        """Write what is due, until the sink is full or nothing is left."""
        try:
            while self.open and not self.sink.pending():
                frames, more = self._batch(self.sink.batch_bytes)
                if frames:
                    self.written += 1
                    self.sink.write(frames)
                if not more:
                    # A replay beyond the limit ends here. The reader resumes from its cursor.
                    if self.replay is not None and self.replay.refusal is not None:
                        self.close(self.replay.refusal)
                    return
        except Exception:  # any error of a sink ends this connection only
            self.give_up()

    def give_up(self) -> None:
        """End a connection whose write has just failed.

        The caller goes on to other readers, which are not affected.
        """
        logger.exception("write to a reader failed; it is disconnected and resumes from its cursor")
        with suppress(Exception):
            self.close(cannot_be_read())

    def affords(self, size: int) -> bool:
        """Return whether the replay allowance covers so many more bytes, and spend them."""
        return self.replay is None or self.replay.affords(size)

    def may_read_on(self) -> bool:
        """Return whether the log may be read further for the reader's replay."""
        return self.replay is None or self.replay.may_begin()

    def sent(self) -> dict[str, Cursor]:
        """Return the cursor of the last frame sent, by stream."""
        places = ((s.name, s.cursor) for s in self.subscriptions)
        return {name: cursor for name, cursor in places if cursor is not None}

    def beat(self, frame: bytes, beat: Beat) -> None:
        """Send a heartbeat to this reader alone."""
        self._beats = latest(self._beats, (beat,))
        self._count += 1
        self.send_control(frame)

    def last_beats(self) -> Beats:
        """Return the last heartbeats that were sent to the reader, alone or with its row."""
        rows = [s.row.beats_since(s.seated) for s in self.subscriptions if s.row is not None]
        return latest(self._beats, *rows)

    def count_beats(self) -> int:
        """Return how many heartbeats were sent to the reader in all."""
        rows = [s.row.count - s.seated for s in self.subscriptions if s.row is not None]
        return self._count + sum(rows)

    def keep_beats(self, subscription: Place) -> None:
        """Copy the heartbeats of a row that the reader is about to leave."""
        row = subscription.row
        if row is not None and row.count > subscription.seated:
            self._beats = latest(self._beats, row.beats_since(subscription.seated))
            self._count += row.count - subscription.seated

    def lag(self) -> int:
        """Return the largest lag of its live subscriptions, in events."""
        return max((s.lag() for s in self.subscriptions), default=0)

    def stalled_for(self, now: float) -> float:
        """Return for how many seconds the sink has taken nothing.

        It is measured from one call to the next, so call it regularly.

        Args:
            now: the event loop's clock.
        """
        if not self.sink.pending():
            self._stall = None
        elif self._stall is None or self._stall[1] != self.written:
            self._stall = (now, self.written)
        return now - self._stall[0] if self._stall else 0.0

    def in_row(self) -> bool:
        """Return whether the reader gets its heartbeats with a row."""
        rows = [subscription.row for subscription in self.subscriptions]
        return len(rows) == 1 and rows[0] is not None and rows[0].sole

    def leave_rows(self) -> None:
        """Leave every row: from now on only the sink writes to the reader."""
        for subscription in self.subscriptions:
            subscription.leave_row()

    def close(self, refusal: Refusal) -> None:
        """End the connection, with the reason of a refusal."""
        if self.open:
            self.open = False
            self.leave_rows()
            if self.transport:
                metrics.CLOSES.labels(refusal.code).inc()
            self.sink.close(refusal)

    def _batch(self, most: int) -> tuple[Sequence[bytes], bool]:
        """Return the next frames, and whether there may be more.

        The batch ends once it has `most` bytes; it has at least one frame where one is due.
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
