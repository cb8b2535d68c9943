"""Sign-outs: told in a stream of their own, so that each process ends the readers it has."""

import asyncio
import json
import logging
import random
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.db import Error, transaction

from stoppress.live.database import log_database
from stoppress.live.delivery.connection import Connection
from stoppress.live.errors import LiveError
from stoppress.live.hub.hub import Hub
from stoppress.live.protocol.frames import kind_of
from stoppress.live.protocol.names import OWN
from stoppress.live.protocol.refusals import Refusal, cannot_be_read
from stoppress.live.publishing.registry import registered, stream
from stoppress.live.publishing.verbs import remove

from .identity import mark_of

logger = logging.getLogger("stoppress.live")

STREAM = f"{OWN}signouts"
# Seconds for which a session that was told of is refused: Django tells before it ends it.
REMEMBERED = 60.0
# Seconds before listening again, doubled with each failure.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 20.0


@stream(STREAM, may_read=lambda user: False)
def nothing(limit: int) -> list[dict[str, object]]:
    """Return what the stream shows, which is nothing: it is only ever listened to."""
    return []


def tell_signout(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """Log a sign-out, for `user_logged_out`: by the mark of its session, which ends right after."""
    key = getattr(getattr(request, "session", None), "session_key", None)
    if key and any(not each.public for each in registered()):
        try:
            # Its failure must not spoil a transaction that the request may have open.
            with transaction.atomic(using=log_database()):
                remove(STREAM, "session.ended", mark_of(key))
        except (Error, LiveError):
            # Signing out must not fail: readers are asked for again in RECHECK_SECONDS anyway.
            logger.exception("could not tell other processes of a sign-out")


class Signouts:
    """Listens for one hub, as its companion, from its first reader of a private stream on."""

    batch_bytes = 0
    wire = None

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._listening: Connection | None = None
        self._joining: asyncio.Task[None] | None = None
        self._ended: dict[str, float] = {}

    async def watch(self) -> None:
        """Return once this hub listens; one beginning is shared by all who wait for it.

        Raises:
            Exception: whatever keeps it from listening, for each of them.
        """
        if self._listening is not None:
            return
        if self._joining is None or self._joining.done():
            self._joining = asyncio.get_running_loop().create_task(self._join())
            self._joining.add_done_callback(_note_failure)
        # Whoever leaves meanwhile must not take it from the others.
        await asyncio.shield(self._joining)

    def has_ended(self, session: str | None) -> bool:
        """Say whether a session was told to have ended, by its mark."""
        self._forget_old()
        return session in self._ended

    def write(self, frames: Sequence[bytes]) -> None:
        """Take a frame, as the sink of the hub's own connection."""
        [data] = frames
        kind = kind_of(data)
        if kind == "snapshot":
            # It takes the place of events that nobody will hear.
            self._doubt_all()
        elif kind == "event":
            self._end(json.loads(data)["key"])

    def pending(self) -> int:
        """Return 0: what is written is taken at once."""
        return 0

    def close(self, refusal: Refusal) -> None:
        """Listen again after a while: a read of the log has failed."""
        if self._listening is not None:
            self._listening = None
            self._hub.spawn(self._listen_again())

    async def _join(self) -> None:
        feed = await self._hub.feed(STREAM)
        listener = Connection(self, "")
        # From as far back as is remembered here: a sign-out of a moment ago counts, too.
        await self._hub.join(listener, {STREAM: str(feed.ring.start)}, full=True)
        if not listener.open:
            raise cannot_be_read()
        self._listening = listener

    async def _listen_again(self) -> None:
        pause = FIRST_PAUSE
        while self._listening is None and not self._hub.draining:
            await asyncio.sleep(pause * random.uniform(0.5, 1))
            pause = min(2 * pause, LONGEST_PAUSE)
            with suppress(Exception):  # it was logged
                await self.watch()
        self._doubt_all()

    def _end(self, session: str) -> None:
        self._forget_old()
        self._ended.pop(session, None)
        self._ended[session] = self._hub.now()
        if self._listening is None:
            return  # of before: no reader was let in without a look at these
        for connection in list(self._hub.connections):
            guard = connection.guard
            if guard is not None and guard.session == session:
                connection.close(guard.signed_out())
                self._hub.leave(connection)

    def _forget_old(self) -> None:
        before = self._hub.now() - REMEMBERED
        while self._ended and self._ended[oldest := next(iter(self._ended))] < before:
            del self._ended[oldest]

    def _doubt_all(self) -> None:
        for connection in self._hub.connections:
            if connection.guard is not None:
                connection.guard.doubt()


def _note_failure(joining: asyncio.Task[None]) -> None:
    if not joining.cancelled() and (error := joining.exception()) is not None:
        logger.warning("cannot hear of sign-outs now: %r", error)
