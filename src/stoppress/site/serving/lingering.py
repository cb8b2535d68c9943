"""The lingering close of a connection whose client may still send (RFC 9112, section 9.6)."""

import asyncio

# Seconds without a byte after which the client is assumed to have finished sending.
QUIET_SECONDS = 2.0
# The longest lingering, in seconds.
LINGER_SECONDS = 30.0


class Lingering:
    """Sends the rest of the response, and drops incoming bytes until the client closes.

    A connection that is closed with unread bytes is reset, and a reset discards a response that
    the client has not read yet.
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
        """Note that bytes were received and dropped."""
        self._heard_at = self._loop.time()

    def is_answering(self) -> bool:
        """Return whether the client has not read the whole response yet."""
        return self._transport.get_write_buffer_size() > 0

    def watch(self) -> None:
        """Close the connection once its time is over; nearly every client closes before that."""
        now = self._loop.time()
        if self.is_answering():
            # The kernel ends the connection if the client reads nothing at all.
            self._begun_at = self._heard_at = now
        due = min(self._begun_at + LINGER_SECONDS, self._heard_at + QUIET_SECONDS)
        if now < due:
            self._timer = self._loop.call_at(due, self.watch)
        else:
            # Not `abort()`: the kernel still sends what it has buffered of the response.
            self._transport.close()

    def end(self) -> None:
        """Note that the connection has ended."""
        if self._timer is not None:
            self._timer.cancel()
