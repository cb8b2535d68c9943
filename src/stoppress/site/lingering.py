"""The end of a connection whose client may still be sending (RFC 9112, section 9.6)."""

import asyncio

# Seconds without a byte after which the client has ended, or waits for us.
QUIET_SECONDS = 2.0
# Seconds in all.
LINGER_SECONDS = 30.0


class Lingering:
    """Says that nothing more is sent, and drops what still comes until the client has ended.

    A connection that is closed with bytes unread is reset, and a reset takes the answer from a
    client that has not read it yet.
    """

    _timer: asyncio.TimerHandle | None = None

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._begun_at = self._heard_at = self._loop.time()
        if transport.can_write_eof():
            transport.write_eof()
        else:
            transport.close()

    def hear(self) -> None:
        """Drop some bytes that came."""
        self._heard_at = self._loop.time()

    def watch(self) -> None:
        """See to it that the connection ends; nearly every client has ended before it is needed."""
        due = min(self._begun_at + LINGER_SECONDS, self._heard_at + QUIET_SECONDS)
        if self._loop.time() < due:
            self._timer = self._loop.call_at(due, self.watch)
        else:
            self._transport.abort()

    def end(self) -> None:
        """Note that the connection has ended."""
        if self._timer is not None:
            self._timer.cancel()
