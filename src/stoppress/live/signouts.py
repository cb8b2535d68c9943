"""Sign-outs: told in a stream of their own, so that each process ends the readers it has."""

import json
import logging
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError

from .connection import Connection
from .errors import LiveError
from .frames import kind_of
from .refusals import Refusal
from .registry import registered, stream
from .sessions import mark_of
from .writing import remove

if TYPE_CHECKING:
    from .hub import Hub

logger = logging.getLogger("stoppress.live")

STREAM = "live:signouts"


@stream(STREAM, may_read=lambda user: False)
def nothing(limit: int) -> list[dict[str, object]]:
    """Return what the stream shows, which is nothing: it is only ever listened to."""
    return []


def tell_signout(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """Log a sign-out, for `user_logged_out`: by the mark of its session, which ends right after."""
    key = getattr(getattr(request, "session", None), "session_key", None)
    if key and any(not each.public for each in registered()):
        try:
            remove(STREAM, "session.ended", mark_of(key))
        except (DatabaseError, LiveError):
            # Signing out must not fail: readers are asked again within RECHECK_SECONDS anyway.
            logger.exception("could not tell other processes of a sign-out")


class Signouts:
    """Listens for one hub, from its first reader of a private stream on."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._listening: Connection | None = None

    async def watch(self) -> None:
        """Listen, unless this hub does already."""
        if self._listening is None or not self._listening.open:
            self._listening = Connection(self, "")
            await self._hub.join(self._listening, {STREAM: None}, full=False)

    def write(self, data: bytes) -> None:
        """Take a frame, as the sink of the hub's own connection."""
        if kind_of(data) == "event":
            session = json.loads(data)["key"]
            for connection in list(self._hub.connections):
                guard = connection.guard
                if guard is not None and guard.session == session:
                    refusal = guard.signed_out()
                    connection.close(refusal)
                    self._hub.leave(connection)

    def pending(self) -> int:
        """Return 0: what is written is taken at once."""
        return 0

    def close(self, refusal: Refusal) -> None:
        """End; the next reader of a private stream begins anew."""
