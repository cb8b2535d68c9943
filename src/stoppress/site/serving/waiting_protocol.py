"""uvicorn's HTTP protocol with timeouts, and with a close that does not lose the response."""

import asyncio
from collections.abc import Callable

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from stoppress.live.readers.limits.client_address import client_address

from .body_pace import BodyPace
from .lingering import Lingering
from .newcomers import NEWCOMERS
from .reading_flow import ReadingFlow
from .request_head import BadRequest
from .shared_timer import SharedTimer
from .unparsed import Unparsed

# Seconds without a complete request after which a connection counts as slow. A busy event loop
# accepts a burst of returning readers long before it reads their requests.
HESITATES_SECONDS = 1.0
# Seconds for a complete request head, from the start of the connection.
HEAD_SECONDS = 10.0


class WaitingProtocol(HttpToolsProtocol):
    """Bounds the waits for a connection; `HttpProtocol` reads and answers requests."""

    flow: ReadingFlow
    # The transport's `write`; responses are written to this protocol instead of the transport.
    write: Callable[[bytes], None]
    _shared_timer: SharedTimer
    _unparsed: Unparsed
    _timer: asyncio.TimerHandle | None = None
    # The same timer, while no byte of the next request has come.
    _rests_until: asyncio.TimerHandle | None = None
    _counted = ""
    _body_begun = False
    _pace: BodyPace | None = None
    _was_paused = False
    _lingering: Lingering | None = None

    def is_closing(self) -> bool:
        """Return whether this connection sends no further response."""
        return self._lingering is not None or self.transport.is_closing()

    def close(self) -> None:
        """Close the connection so that the client can still read the response."""
        if not self.is_closing():
            self._unparsed.clear()
            self._stop_timer()
            self._lingering = Lingering(self.transport)
            self.flow.read_on()
            self._shared_timer.restart(self)

    def _wait_for_next(self) -> None:
        """Wait for the start of the next request.

        The connection has already sent a request, so it is not counted as slow; after the timeout
        it is simply closed.
        """
        seconds = self.timeout_keep_alive + HESITATES_SECONDS
        self._timer = self._rests_until = self.loop.call_later(seconds, self.transport.close)

    def _wait_for_head(self) -> None:
        """Wait for the rest of the next request's head."""
        self._rests_until = None
        self._stop_timer()
        self._shared_timer.restart(self)

    def _wait_for_body(self) -> None:
        """Wait for the body of a request whose head is complete."""
        self._pace = BodyPace(self.loop.time())
        self._was_paused = False
        self._stop_timer()
        self._shared_timer.restart(self)

    def timer_ended(self) -> None:
        """Count this connection as slow, and wait on with a longer timeout."""
        lingering = self._lingering
        answering = lingering is not None and lingering.is_answering()
        if not answering and not self._count():
            return
        if lingering is not None:
            lingering.watch()
        elif self._pace is not None:
            self._timer = self.loop.call_at(self._pace.too_slow_at(), self._is_late)
        else:
            self._timer = self.loop.call_later(
                HEAD_SECONDS - HESITATES_SECONDS, self.transport.close
            )

    def _count(self) -> bool:
        """Count this connection as slow; abort it and return False if its address has too many."""
        if not self._counted and self.client is not None:
            nameless = {"client": self.client, "headers": []}
            address = client_address(self.scope if self._body_begun else nameless)
            if not NEWCOMERS.take(address):
                self.transport.abort()
                return False
            self._counted = address
        return True

    def _is_late(self) -> None:
        """Refuse a body that comes too slowly, unless the application is slow to take it."""
        pace = self._pace
        if pace is None:
            return
        paused = self.flow.read_paused
        if paused or self._was_paused:
            # Reading may have resumed only a moment ago, so sent bytes may still be on their way.
            pace = self._pace = BodyPace(self.loop.time())
            self._was_paused = paused
        if self.loop.time() < pace.too_slow_at():
            self._timer = self.loop.call_at(pace.too_slow_at(), self._is_late)
        else:
            self._refuse(BadRequest(408, "The request's body came too slowly."))

    def _refuse(self, refusal: BadRequest) -> None:
        raise NotImplementedError

    def _stop_timer(self) -> None:
        self._shared_timer.cancel(self)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait_no_more(self) -> None:
        self._stop_timer()
        self._pace = None
        if self._counted:
            NEWCOMERS.give_back(self._counted)
            self._counted = ""
