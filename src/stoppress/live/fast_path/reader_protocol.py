"""A reader's connection as the hub's sink: ready-made frames, straight to the transport."""

import asyncio
import logging
import random
from collections.abc import Sequence
from typing import Self

from uvicorn.protocols.utils import get_remote_addr, is_ssl

from stoppress.live import metrics
from stoppress.live.delivery.sends import CAN_SEND
from stoppress.live.delivery.sink import Reader
from stoppress.live.protocol.refusals import Refusal
from stoppress.live.protocol.wrapping import websocket_texts

from . import tcp
from .allowance import spend
from .hearing import Hearing
from .serving import Serving

logger = logging.getLogger("stoppress.live")

# What this server closes with by itself; RFC 6455, section 7.4.1, has the first and the last.
FLOOD, NO_SIGN_OF_LIFE, RESTART = 1008, 4003, 1012
TOO_MANY = "too many frames"
# No frame said why: the connection is just gone.
LOST = 1006
# Bytes that are read before it is looked at how many frames they were.
PARSED_AT_ONCE = 512
# RFC 6455, section 5.5.2. It has no payload: whatever a reader sends is a sign of life.
PING = b"\x89\x00"


class Direct(asyncio.Protocol):
    """What is left of a connection after its handshake; there are many of them.

    Args:
        head: the handshake's answer; it goes out together with the first frames.

    Attributes:
        due: when `keep_alive` has something to do, by the event loop's clock.
        slot: where the keepalive has it.
    """

    __slots__ = (
        "_closing",
        "_hearing",
        "_held",
        "_last_resort",
        "_pinged",
        "_reader",
        "_serving",
        "_spent_until",
        "_stopped",
        "_transport",
        "due",
        "slot",
    )

    batch_bytes = 64 * 1024

    def __init__(
        self, transport: asyncio.Transport, reader: Reader, serving: Serving, head: bytes
    ) -> None:
        loop = asyncio.get_running_loop()
        self._transport = transport
        self._reader: Reader | None = reader
        self._serving = serving
        self._hearing: Hearing | None = None
        self._held: list[bytes] | None = [head]
        self._last_resort: asyncio.TimerHandle | None = None
        self._spent_until = 0.0
        self._closing = self._pinged = self._stopped = False
        # The pings of a crowd that came at once are spread.
        self.due = loop.time() + random.random() * serving.keepalive.interval
        self.slot = 0
        serving.keepalive.add(self)
        if not transport.is_closing():
            # It says so as soon as the network does not take everything. Under TLS a limit of 0
            # would be reached by nothing.
            limit = int(is_ssl(transport))
            transport.set_write_buffer_limits(limit)
            # What HTTP has left there was told to the protocol before.
            self._stopped = transport.get_write_buffer_size() > limit
        loop.call_soon(self._send_held)

    # For the hub

    def write(self, frames: Sequence[bytes]) -> None:
        """Send frames; what is written at first goes out with the handshake's answer."""
        data = websocket_texts(tuple(frames))
        if self._closing:
            return  # nothing comes after a close (RFC 6455, section 5.5.1)
        if self._held is None:
            self._transport.write(data)
        else:
            self._held.append(data)

    @property
    def wire(self) -> Self | None:
        """What takes messages past `write`: all is sent, and nothing encrypts them."""
        if self._closing or self._stopped or self._held is not None or self._reader is None:
            return None
        return self if CAN_SEND and tcp.descriptor(self._transport) is not None else None

    @property
    def descriptor(self) -> int:
        """The socket's file descriptor."""
        found = tcp.descriptor(self._transport)
        assert found is not None, "there is no wire"
        return found

    def write_rest(self, data: bytes) -> None:
        """Send what the socket did not take of bytes that were sent past `write`."""
        self._transport.write(data)

    def pending(self) -> int:
        """Return how many bytes are written but not yet taken by the network."""
        if self._held is not None:
            held = sum(map(len, self._held))
            return held if held >= self.batch_bytes else 0
        return self._transport.get_write_buffer_size() if self._stopped else 0

    def close(self, refusal: Refusal) -> None:
        """End the connection after what was written, or instead of what is not taken."""
        self._close(refusal.code, refusal.reason)

    # For the server

    def keep_alive(self, until: float) -> None:
        """Ping, or let go of a reader who was pinged in vain."""
        if self._closing:
            return
        closing = self._transport.is_closing()
        if self._pinged and self._stopped and not closing and tcp.answers(self._transport):
            # The ping stands behind what the reader does not take. For that the hub drops it, as
            # too slow.
            self._pinged, self.due = False, until
        elif self._pinged or closing:
            metrics.CLOSES.labels(NO_SIGN_OF_LIFE).inc()
            self._close(NO_SIGN_OF_LIFE, "no sign of life")
            self._part(NO_SIGN_OF_LIFE)
        else:
            self._pinged, self.due = True, until
            self._send(PING)

    def shutdown(self) -> None:
        """Close, as the server leaves."""
        self._close(RESTART, "")
        self._part(RESTART)
        self._send_held()
        self._transport.close()

    # For the transport

    def data_received(self, data: bytes) -> None:
        """Take what the reader sends."""
        self._pinged, self.due = False, self._serving.keepalive.later
        for start in range(0, len(data), PARSED_AT_ONCE):
            if not self._take(data[start : start + PARSED_AT_ONCE]):
                return

    def _take(self, data: bytes) -> bool:
        """Take a part of what has come; say whether the reader may go on."""
        hearing = self._hear()
        before = hearing.frames
        messages = hearing.take(data)
        now = asyncio.get_running_loop().time()
        spent_until = spend(self._spent_until, hearing.frames - before, now)
        if spent_until is None:
            self._cut(hearing)
            return False
        self._spent_until = spent_until
        for message in messages:
            if self._reader is not None and not self._closing:
                self._reader.heard(message)
        self._send(hearing.answer())
        ended = hearing.ended()
        if ended is not None:
            if hearing.faulted():
                metrics.CLOSES.labels(ended.code).inc()
            self._end(ended.code)
        elif hearing.idle():
            self._hearing = None
            self._serving.heard(hearing)
        return ended is None

    def pause_writing(self) -> None:
        """Note that the network does not take everything."""
        self._stopped = True
        if self._reader is not None:
            self._reader.filled()

    def resume_writing(self) -> None:
        """Write on."""
        self._stopped = False
        if self._reader is not None:
            self._reader.drained()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the hub."""
        if self._last_resort is not None:
            self._last_resort.cancel()
        self._held = None
        self._stopped = False
        self._serving.connections.discard(self)
        self._serving.keepalive.discard(self)
        self._part(LOST)

    def _send_held(self) -> None:
        """Write what has gathered while the handshake was answered, as one."""
        held, full, self._held = self._held, self.pending(), None
        if held is not None and not self._transport.is_closing():
            self._transport.write(b"".join(held))
            if self._reader is None:
                return
            if self._stopped:
                self._reader.filled()
            elif full:
                self._reader.drained()

    def _send(self, data: bytes) -> None:
        if self._held is not None:
            self._held.append(data)
        elif data and not self._transport.is_closing():
            self._transport.write(data)

    def _hear(self) -> Hearing:
        if self._hearing is None:
            self._hearing = self._serving.hear()
        return self._hearing

    def _close(self, code: int, reason: str) -> None:
        if not self._closing:
            hearing = self._hear()
            hearing.close(code, reason)
            self._send(hearing.answer())
            self._closing = True
            # Also where the reader has ended its side, and reads nothing.
            self._let_go()

    def _cut(self, hearing: Hearing) -> None:
        """End a reader who sends more frames than anybody needs to."""
        peer = get_remote_addr(self._transport)
        logger.info("cut %s: %s", peer[0] if peer else "unix", TOO_MANY)
        metrics.CLOSES.labels(FLOOD).inc()
        hearing.answer()  # a pong for each ping
        hearing.fail(FLOOD, TOO_MANY)
        self._send(hearing.answer())
        self._end(FLOOD)

    def _end(self, code: int) -> None:
        """End the connection, which needs no more frames."""
        self._closing = True
        self._part(code)
        self._send_held()
        self._transport.close()
        self._let_go()

    def _part(self, code: int) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            # First of all: the descriptor is another's soon, whatever goes wrong with the leaving.
            reader.filled()
            reader.gone(code)

    def _let_go(self) -> None:
        """End the connection soon, whether or not the reader takes what it still holds."""
        if self._last_resort is None:
            self._last_resort = tcp.abort_soon(self._transport)
