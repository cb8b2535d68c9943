"""Sign-outs: published in a separate stream, so every process disconnects the session's readers."""

import asyncio
import json
import logging
import random
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
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
# Seconds for which an ended session is refused: Django reports the sign-out before it ends the
# session.
REMEMBERED = 60.0
# Seconds before listening again, doubled with each failure.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 20.0


@stream(STREAM, may_read=lambda user: False)
def nothing(limit: int) -> list[dict[str, object]]:
    """Return the items of the stream: it has none, as it only carries events."""
    return []


def tell_signout(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """Log a sign-out (receiver of `user_logged_out`) by the mark of its session."""
    key = getattr(getattr(request, "session", None), "session_key", None)
    if key and any(not each.public for each in registered()):
        # Not in the request's transaction: an error at its end would roll back the sign-out.
        transaction.on_commit(partial(_publish, mark_of(key)), using=log_database())


def _publish(session: str) -> None:
    try:
        remove(STREAM, "session.ended", session)
    except (Error, LiveError):
        # Signing out must not fail: readers are checked again after RECHECK_SECONDS anyway.
        logger.exception("publishing a sign-out to the other processes failed")


class Signouts:
    """Listens for sign-outs for one hub, as its companion, from its first private reader on."""

    batch_bytes = 0
    wire = None

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._listening: Connection | None = None
        self._joining: asyncio.Task[None] | None = None
        self._ended: dict[str, float] = {}

    async def watch(self) -> None:
        """Return once this hub listens; callers at the same time share one attempt.

        Raises:
            Exception: the error that prevents it, for each caller.
        """
        if self._listening is not None:
            return
        if self._joining is None or self._joining.done():
            self._joining = asyncio.get_running_loop().create_task(self._join())
            self._joining.add_done_callback(_log_failure)
        # A caller that is cancelled must not cancel the attempt for the others.
        await asyncio.shield(self._joining)

    def has_ended(self, session: str | None) -> bool:
        """Return whether a session, given by its mark, has ended recently."""
        self._forget_old()
        return session in self._ended

    def write(self, frames: Sequence[bytes]) -> None:
        """Handle a frame, as the sink of the hub's own connection."""
        [data] = frames
        kind = kind_of(data)
        if kind == "snapshot":
            # It replaces events that are lost: a sign-out may be among them.
            self._recheck_all()
        elif kind == "event":
            self._end(json.loads(data)["key"])

    def pending(self) -> int:
        """Return 0: frames are handled at once."""
        return 0

    def close(self, refusal: Refusal) -> None:
        """Listen again after a pause: a read of the log has failed."""
        if self._listening is not None:
            self._listening = None
            self._hub.spawn(self._listen_again())

    async def _join(self) -> None:
        stream = await self._hub.stream(STREAM)
        listener = Connection(self, "")
        # From the oldest event in memory on: recent sign-outs count too.
        await self._hub.join(listener, {STREAM: str(stream.ring.start)}, full=True)
        if not listener.open:
            raise cannot_be_read()
        self._listening = listener

    async def _listen_again(self) -> None:
        pause = FIRST_PAUSE
        while self._listening is None and not self._hub.farewell.begun:
            await asyncio.sleep(pause * random.uniform(0.5, 1))
            pause = min(2 * pause, LONGEST_PAUSE)
            with suppress(Exception):  # already logged
                await self.watch()
        self._recheck_all()

    def _end(self, session: str) -> None:
        self._forget_old()
        self._ended.pop(session, None)
        self._ended[session] = self._hub.now()
        if self._listening is None:
            return  # an older sign-out: every reader is checked against these before it joins
        for connection in list(self._hub.connections):
            guard = connection.guard
            if guard is not None and guard.session == session:
                connection.close(guard.signed_out())
                self._hub.leave(connection)

    def _forget_old(self) -> None:
        before = self._hub.now() - REMEMBERED
        while self._ended and self._ended[oldest := next(iter(self._ended))] < before:
            del self._ended[oldest]

    def _recheck_all(self) -> None:
        for connection in self._hub.connections:
            if connection.guard is not None:
                connection.guard.recheck_soon()


def _log_failure(joining: asyncio.Task[None]) -> None:
    if not joining.cancelled() and (error := joining.exception()) is not None:
        logger.warning("cannot listen for sign-outs now: %r", error)
