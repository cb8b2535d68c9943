"""A visit: one reader on any transport, from the handshake to the end."""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from django.db import DatabaseError

from stoppress.live import conf, metrics
from stoppress.live.delivery.claim import judge
from stoppress.live.delivery.connection import Connection
from stoppress.live.delivery.sink import Sink
from stoppress.live.driven import within
from stoppress.live.errors import UnknownStream
from stoppress.live.hub.hub import Hub, running_hub
from stoppress.live.hub.range_reads import RangeReads
from stoppress.live.protocol.applied import Applied, read_applied
from stoppress.live.protocol.cursor import Cursor
from stoppress.live.protocol.query import Ask, Asking, parse_ask
from stoppress.live.protocol.range_query import RangeAsk
from stoppress.live.protocol.refusals import (
    MESSAGE_BYTES,
    RESTARTING,
    Refusal,
    cannot_be_read,
    malformed,
    no_such_stream,
    too_big,
)
from stoppress.live.request_id import current_id

from .attesting import attest, is_known, observe
from .guard import Guard
from .limits.admission import admission
from .limits.client_address import client_address
from .limits.replay import Replay

logger = logging.getLogger("stoppress.live")
Asked = TypeVar("Asked", bound=Asking)

# Seconds for the database and the site to admit a reader and find its cursors.
PATIENCE = 10.0
# The value of `_answers` once a divergence of the page was counted: later answers are ignored.
COUNTED = -1


class Visit:
    """One reader, on any transport.

    Args:
        scope: the ASGI scope.
        transport: `ws`, `sse`, `poll` or `range`.
    """

    # There are many visits, so each must be small.
    __slots__ = (
        "_answers",
        "_looking_up",
        "_probe",
        "_release",
        "_replay",
        "_request_id",
        "_scope",
        "_transport",
        "address",
        "connection",
        "guard",
        "hub",
    )

    hub: Hub

    def __init__(self, scope: Any, transport: str) -> None:
        self._scope = scope
        self._transport = transport
        self._request_id = current_id()
        self._release: Callable[[], None] | None = None
        self._replay: Replay | None = None
        self._probe = "stoppress.check" in scope
        self.address = client_address(scope)
        self.connection: Connection | None = None
        self.guard: Guard | None = None
        self._answers = 0
        self._looking_up = False

    async def enter(self, last_event_id: bytes = b"") -> Ask:
        """Admit the reader, and return its parsed query.

        Raises:
            Refusal: as for `enter_for`.
        """
        return await self.enter_for(partial(parse_ask, last_event_id=last_event_id))

    async def enter_for(self, parse: Callable[[bytes], Asked]) -> Asked:
        """Admit the reader, and return its parsed query.

        Args:
            parse: parses the query.

        Raises:
            Refusal: there are too many readers, the query is malformed, there is no such stream,
                the reader may not read it, the database cannot be read now, the replay is too long,
                or the process is shutting down.
        """
        try:
            ask = parse(self._scope["query_string"])
        except Refusal:
            # A malformed request still counts as a handshake.
            if not self._probe:
                self._release = admission().admit(self.address)
            raise
        # Not earlier: a request that asks for nothing, such as the system check's, needs no hub.
        self.hub = running_hub()
        if not self._probe:
            # A poll that resumes is cheap and no new reader: an office may send a hundred a second.
            polls_on = self._transport == "poll" and self.hub.remembers(ask.cursors)
            self._release = admission().admit(self.address, handshake=not polls_on)
            self._replay = admission().replay(self.address, handshake=not polls_on)
        self.hub.farewell.refuse(self._transport)
        self.guard = Guard.of(self._scope, ask.cursors, self.hub)
        try:
            if self.guard is not None:
                await self._ask_for_reader(self.guard)
            if not self.hub.is_ready(ask.cursors):
                await within(PATIENCE, self.hub.open_streams(ask.cursors))
            self._see_that_it_is_not_too_much(ask.cursors)
        except Exception as error:
            raise _refusal(error) from error
        return ask

    async def _ask_for_reader(self, guard: Guard) -> None:
        refusal = await guard.enter()
        if refusal is not None:
            raise refusal

    def _see_that_it_is_not_too_much(self, asks: Mapping[str, str | None]) -> None:
        replay = self._replay
        if replay is None or not self.hub.is_behind(asks, replay.left):
            return
        replay.charge_all()
        if not replay.may_begin() and replay.refusal is not None:
            raise replay.refusal

    async def read_range(self, ask: RangeAsk) -> bytes:
        """Return the part of a stream that a reader asks for, as JSON.

        Raises:
            Refusal: the stream has no ranges or cannot be read, the reader may no longer read it,
                or it was sent too much.
        """
        try:
            found = await within(PATIENCE, self.hub.companion(RangeReads).read(ask))
            refusal = await self.guard.recheck() if self.guard is not None else None
        except Exception as error:
            raise _refusal(error) from error
        replay = self._replay
        if refusal is None and replay is not None and not replay.affords(len(found)):
            refusal = replay.refusal
        if refusal is not None:
            raise refusal
        return found

    async def join(self, ask: Ask, sink: Sink) -> None:
        """Give the reader its place in the streams.

        Raises:
            Refusal: as for `enter`, or the streams cannot be read.
        """
        self.connection = Connection(sink, self._transport, self.guard, self._replay)
        self._scope = None  # it is large, and no longer needed
        try:
            await within(PATIENCE, self.hub.join(self.connection, ask.cursors, ask.full))
        except Exception as error:
            raise _refusal(error) from error

    def filled(self) -> None:
        """Leave the row: the network takes no more.

        The timekeeper disconnects the reader if this lasts.
        """
        if self.connection is not None:
            self.connection.leave_rows()
            if self.connection.open:
                self.hub.timekeeper.watch_stalled(self.connection)

    def drained(self) -> None:
        """Continue writing: everything written was taken."""
        if self.connection is not None:
            self.hub.timekeeper.unwatch_stalled(self.connection)
            self.hub.pump(self.connection)

    def sent(self) -> dict[str, Cursor]:
        """Return the cursor of the last frame sent, by stream."""
        return self.connection.sent() if self.connection is not None else {}

    def outdated(self) -> bool:
        """Return whether a text was withdrawn since the reader joined; it may have been sent it."""
        subscriptions = self.connection.subscriptions if self.connection is not None else []
        return any(subscription.outdated() for subscription in subscriptions)

    def message_received(self, message: str | None) -> None:
        """Handle a message: what the reader has applied. Readers send nothing else.

        Args:
            message: its text; None where it is not text.
        """
        if message is None or len(message.encode()) > MESSAGE_BYTES:
            self.refuse(too_big())
            return
        try:
            applied = read_applied(message)
        except ValueError:
            self.refuse(malformed("a message is one JSON object"))
            return
        if applied is not None:
            self._attest(applied)

    def refuse(self, refusal: Refusal) -> None:
        """End the connection of a reader that is no longer allowed."""
        self.log_refusal(refusal)
        if self.connection is not None:
            self.connection.close(refusal)
        self.leave_hub()

    def disconnected(self, code: int) -> None:
        """End the visit; if the server refused a message as too big, log that as a refusal too."""
        self.end()
        if code == too_big().code:
            self.log_refusal(too_big())

    def _attest(self, applied: Applied) -> None:
        """Compare the page's cursors with those that were sent, and these with the log."""
        if self.connection is None or self._answers == COUNTED:
            return
        claim = judge(applied, self.connection, self._answers)
        self._answers = claim.answers
        for kind in claim.refused:
            metrics.CLAIMS_REFUSED.labels(kind).inc()
        if claim.beat is not None and not claim.refused:
            # The delay is that of events since the heartbeat before the answered one.
            observe(applied, self.hub.now() - claim.beat.at + conf.get("HEARTBEAT"))
        sent, streams = Applied(claim.sent, 0), set(claim.sent)
        if not self._looking_up and not is_known(self.hub, sent, streams):
            self._looking_up = True
            self.hub.spawn(self._look_up(sent, claim.told_at))

    async def _look_up(self, sent: Applied, told_at: float) -> None:
        try:
            if not await attest(self.hub, sent, set(sent.cursors), self.address, told_at):
                self._answers = COUNTED
        except Exception:
            # This check is for the operator only: the reader must not suffer from its failure.
            logger.exception("checking a reader's answer to a heartbeat failed")
        finally:
            self._looking_up = False

    def cut_off(self) -> None:
        """Say goodbye: the server has cancelled this reader's task, since it ends."""
        if self.connection is not None and self.connection.open:
            self.hub.farewell.cut_off(self.connection)

    def leave_hub(self) -> None:
        """Leave the hub, if the reader has joined it; safe to call again."""
        if self.connection is not None:
            self.hub.leave(self.connection)

    def end(self) -> None:
        """Leave the hub, and release the reader's place in the limits; safe to call again."""
        self.leave_hub()
        if self._release is not None:
            self._release()

    def log_refusal(self, refusal: Refusal) -> None:
        """Count a refusal, and log it in one line."""
        if not self._probe:
            metrics.REFUSALS.labels(refusal.code).inc()
            # While the server stops, every reader is refused alike: no log line for each.
            level = logging.DEBUG if refusal.code == RESTARTING else logging.INFO
            # The log filter `Repeats` limits the lines of each status separately.
            more = {"status_code": refusal.status, "request_id": self._request_id}
            words = "refused %r: %d %s"
            logger.log(level, words, self.address, refusal.code, refusal.reason, extra=more)


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, UnknownStream):
        return no_such_stream(str(error))
    if not isinstance(error, DatabaseError | TimeoutError):
        logger.error("admitting a reader failed", exc_info=error)
    return cannot_be_read()
