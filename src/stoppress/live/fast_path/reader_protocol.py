"""A reader's connection as the hub's sink: it writes encoded frames straight to the transport."""

import asyncio
import logging
import random
from collections.abc import Sequence
from typing import Self

from uvicorn.protocols.utils import get_remote_addr, is_ssl

from stoppress.live import metrics
from stoppress.live.delivery.sends import CAN_SEND
from stoppress.live.delivery.sink import Reader
from stoppress.live.protocol.refusals import RESTARTING, Refusal
from stoppress.live.protocol.wrapping import websocket_texts

from . import tcp
from .allowance import spend
from .message_decoder import MessageDecoder
from .serving import Serving

logger = logging.getLogger("stoppress.live")

# Close codes: the first of RFC 6455, section 7.4.1, the second of this server's own.
FLOOD, NO_SIGN_OF_LIFE = 1008, 4003
TOO_MANY = "too many frames"
# The connection was lost without a close frame.
LOST = 1006
# Bytes that are parsed before their frames are counted.
PARSED_AT_ONCE = 512
# RFC 6455, section 5.5.2. Without payload: anything that the reader sends is a sign of life.
PING = b"\x89\x00"


class ReaderProtocol(asyncio.Protocol):
    """A reader's connection after its handshake. It is kept small, because there are many.

    Args:
        head: the handshake's answer; it is sent together with the first frames.

    Attributes:
        due: when `keep_alive` must be called, by the event loop's clock.
        slot: its slot in the keepalive.
    """

    __slots__ = (
        "_closing",
        "_decoder",
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
        self._decoder: MessageDecoder | None = None
        self._held: list[bytes] | None = [head]
        self._last_resort: asyncio.TimerHandle | None = None
        self._spent_until = 0.0
        self._closing = self._pinged = self._stopped = False
        # Connections that arrive together are pinged at different times.
        self.due = loop.time() + random.random() * serving.keepalive.interval
        self.slot = 0
        serving.keepalive.add(self)
        if not transport.is_closing():
            # The transport must report as soon as the network does not take everything. Under TLS a
            # limit of 0 would never be passed.
            limit = int(is_ssl(transport))
            transport.set_write_buffer_limits(limit)
            # Data left by HTTP was reported to the previous protocol.
            self._stopped = transport.get_write_buffer_size() > limit
        loop.call_soon(self._send_held)

    # For the hub

    def write(self, frames: Sequence[bytes]) -> None:
        """Send frames; the first ones are sent with the handshake's answer."""
        data = websocket_texts(tuple(frames))
        if self._closing:
            return  # nothing may follow a close (RFC 6455, section 5.5.1)
        if self._held is None:
            self._transport.write(data)
        else:
            self._held.append(data)

    @property
    def wire(self) -> Self | None:
        """The socket for direct writes, if everything is sent and there is no TLS; else None."""
        if self._closing or self._stopped or self._held is not None or self._reader is None:
            return None
        return self if CAN_SEND and tcp.descriptor(self._transport) is not None else None

    @property
    def descriptor(self) -> int:
        """The socket's file descriptor."""
        found = tcp.descriptor(self._transport)
        assert found is not None, "the connection has no wire"
        return found

    def write_rest(self, data: bytes) -> None:
        """Send the bytes that the socket did not take when it was written to directly."""
        self._transport.write(data)

    def pending(self) -> int:
        """Return how many written bytes the network has not taken yet."""
        if self._held is not None:
            held = sum(map(len, self._held))
            return held if held >= self.batch_bytes else 0
        return self._transport.get_write_buffer_size() if self._stopped else 0

    def close(self, refusal: Refusal) -> None:
        """End the connection after the written frames, or instead of those not taken."""
        self._close(refusal.code, refusal.reason)

    # For the server

    def keep_alive(self, until: float) -> None:
        """Ping, or end the connection if the last ping was not answered."""
        if self._closing:
            return
        closing = self._transport.is_closing()
        if self._pinged and self._stopped and not closing and tcp.answers(self._transport):
            # The ping waits behind data that the reader does not take. The hub ends such a reader
            # as too slow.
            self._pinged, self.due = False, until
        elif self._pinged or closing:
            metrics.CLOSES.labels(NO_SIGN_OF_LIFE).inc()
            self._close(NO_SIGN_OF_LIFE, "no sign of life")
            self._end(NO_SIGN_OF_LIFE)
        else:
            self._pinged, self.due = True, until
            self._send(PING)

    def shutdown(self) -> None:
        """Close, because the server stops."""
        self._close(RESTARTING, "")
        self._end(RESTARTING)

    # For the transport

    def data_received(self, data: bytes) -> None:
        """Handle what the reader sends."""
        self._pinged, self.due = False, self._serving.keepalive.later
        for start in range(0, len(data), PARSED_AT_ONCE):
            if not self._take(data[start : start + PARSED_AT_ONCE]):
                return

    def _take(self, data: bytes) -> bool:
        """Handle a part of the received data; return False if the connection has ended."""
        decoder = self._get_decoder()
        before = decoder.frames
        messages = decoder.take(data)
        now = asyncio.get_running_loop().time()
        spent_until = spend(self._spent_until, decoder.frames - before, now)
        if spent_until is None:
            self._cut(decoder)
            return False
        self._spent_until = spent_until
        for message in messages:
            if self._reader is not None and not self._closing:
                self._reader.message_received(message)
        self._send(decoder.answer())
        ended = decoder.ended()
        if ended is not None:
            if decoder.faulted():
                metrics.CLOSES.labels(ended.code).inc()
            self._end(ended.code)
        elif decoder.idle():
            self._decoder = None
            self._serving.return_decoder(decoder)
        return ended is None

    def pause_writing(self) -> None:
        """Record that the network does not take everything."""
        self._stopped = True
        if self._reader is not None:
            self._reader.filled()

    def resume_writing(self) -> None:
        """Record that the network takes data again."""
        self._stopped = False
        if self._reader is not None:
            self._reader.drained()

    def connection_lost(self, exc: Exception | None) -> None:
        """Notify the hub."""
        if self._last_resort is not None:
            self._last_resort.cancel()
        self._held = None
        self._stopped = False
        self._serving.connections.discard(self)
        self._serving.keepalive.discard(self)
        self._disconnect_reader(LOST)

    def _send_held(self) -> None:
        """Write the held frames in one piece, now that the handshake is answered."""
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

    def _get_decoder(self) -> MessageDecoder:
        if self._decoder is None:
            self._decoder = self._serving.lend_decoder()
        return self._decoder

    def _close(self, code: int, reason: str) -> None:
        if not self._closing:
            decoder = self._get_decoder()
            decoder.close(code, reason)
            self._send(decoder.answer())
            self._closing = True
            # Also if the reader has closed its side and reads nothing.
            self._end_soon()

    def _cut(self, decoder: MessageDecoder) -> None:
        """End a connection that sends too many frames."""
        peer = get_remote_addr(self._transport)
        logger.info("cut %s: %s", peer[0] if peer else "unix", TOO_MANY)
        metrics.CLOSES.labels(FLOOD).inc()
        decoder.answer()  # drops the pongs
        self._close(FLOOD, TOO_MANY)
        self._end(FLOOD)

    def _end(self, code: int) -> None:
        """End the connection; no more frames follow."""
        self._closing = True
        self._disconnect_reader(code)
        self._send_held()
        self._transport.close()
        self._end_soon()

    def _disconnect_reader(self, code: int) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            # First of all: the file descriptor may soon belong to another connection.
            reader.filled()
            reader.disconnected(code)

    def _end_soon(self) -> None:
        """End the connection soon, whether or not the reader takes the remaining data."""
        if self._last_resort is None:
            self._last_resort = tcp.abort_soon(self._transport)
