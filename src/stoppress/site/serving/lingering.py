"""The end of a connection whose client may still be sending (RFC 9112, section 9.6)."""

import asyncio

# Seconds without a byte after which the client has ended, or waits for us.
QUIET_SECONDS = 2.0
# Seconds in all.
LINGER_SECONDS = 30.0


class Lingering:
    """Sends the answer to its end, and drops what still comes until the client has ended.

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

    def is_answering(self) -> bool:
        """Return whether a part of the answer is still here, since the client takes it slowly."""
        return self._transport.get_write_buffer_size() > 0

    def watch(self) -> None:
        """See to it that the connection ends; nearly every client has ended before it is needed."""
        now = self._loop.time()
        if self.is_answering():
            # The kernel gives up a client that takes nothing of it.
            self._begun_at = self._heard_at = now
        due = min(self._begun_at + LINGER_SECONDS, self._heard_at + QUIET_SECONDS)
        if now < due:
            self._timer = self._loop.call_at(due, self.watch)
        else:
            # Not aborted: what the kernel has taken of the answer is still sent.
            self._transport.close()

    def end(self) -> None:
        """Note that the connection has ended."""
        if self._timer is not None:
            self._timer.cancel()
