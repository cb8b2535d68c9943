"""A cheap WebSocket reader, for crowds of thousands in one process.

It applies events by the client's rule and answers pings. Of RFC 6455 it understands only what our
servers send: whole, unmasked messages.
"""

import asyncio
import random
from typing import Any
from urllib.parse import urlsplit

from stoppress.live.client import TransportName
from stoppress.live.client.follower import HEARTBEAT_GRACE
from stoppress.live.client.rule import judge_event
from stoppress.live.protocol.cursor import parse_cursor

from .attendee import Attendee
from .frame_table import FrameTable, decode_once

TEXT, CLOSE, PING = 0x1, 0x8, 0x9
RETRY_SECONDS = 1.0


class LightReader(Attendee):
    """A reader with a WebSocket only, and without a protocol library."""

    def __init__(
        self,
        number: int,
        url: str,
        transport: TransportName,
        asked: dict[str, str | None],
        table: FrameTable,
    ) -> None:
        super().__init__(number, url, transport, asked, table)
        self._live: set[str] = set()
        self._going = asyncio.Event()
        self._going.set()
        self._silence = 60.0

    def halt(self) -> None:
        """Stop reading, and keep the connection open."""
        self._going.clear()

    def go_on(self) -> None:
        """Read on from the same connection."""
        self._going.set()

    async def leave(self) -> None:
        """Disconnect, and keep the cursors."""
        await super().leave()
        self._live.clear()

    def joined(self) -> bool:
        """Return whether every stream is live."""
        return len(self._live) == len(self.asked)

    def at(self, heads: dict[str, str], beyond: bool = False) -> bool:
        """Return whether the reader is exactly at the given heads; `beyond` is not supported."""
        return all(heads.get(stream, at) == at for stream, at in self.cursors.items())

    async def _follow(self) -> None:
        parts = urlsplit(self.url)
        while True:
            self._live.clear()
            try:
                reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
                try:
                    await self._read(reader, writer, parts.netloc)
                finally:
                    writer.transport.abort()
            except (OSError, EOFError) as error:
                self._note(f"{error or type(error).__name__}; trying again")
            await asyncio.sleep(random.uniform(0, RETRY_SECONDS))

    async def _read(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str
    ) -> None:
        asks = "&".join(
            f"stream={name}" + (f"@{at}" if at else "") for name, at in self.cursors.items()
        )
        head = (
            f"GET /live/ws?{asks}&replay=all HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: c3RvcC1wcmVzcy1kcmlsbA==\r\n\r\n"
        )
        writer.write(head.encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        status = answer.split(None, 2)[1].decode()
        if status != "101":
            raise OSError(f"answered {status}")
        self._note("connected")
        while True:
            await self._going.wait()
            async with asyncio.timeout(self._silence):
                opcode, data = await _message(reader)
            if opcode == TEXT:
                self._take(decode_once(data))
            elif opcode == PING:
                # A pong with a mask of zeros, which RFC 6455, section 5.3, allows.
                writer.write(bytes((0x8A, 0x80 | len(data))) + bytes(4) + data)
            elif opcode == CLOSE:
                raise OSError(f"closed with {int.from_bytes(data[:2], 'big')}")

    def _take(self, frame: dict[str, Any]) -> None:
        kind = frame["type"]
        if kind == "hello":
            self._silence = frame["heartbeat"] + HEARTBEAT_GRACE
        elif kind == "live":
            self._live.add(frame["stream"])
        elif kind == "snapshot" or (kind == "event" and self._is_next(frame)):
            self._apply(frame)

    def _is_next(self, frame: dict[str, Any]) -> bool:
        mine, after = (
            parse_cursor(self.cursors[frame["stream"]] or ""),
            parse_cursor(frame["after"]),
        )
        cursor = parse_cursor(frame["cursor"])
        if mine is None or after is None or cursor is None:
            raise OSError("an event before its snapshot")
        verdict = judge_event(mine, after, cursor)
        if verdict == "ask":
            raise OSError("an event was lost")
        return verdict == "apply"


async def _message(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    first, second = await reader.readexactly(2)
    size = second & 0x7F
    if size >= 126:
        size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
    return first & 0x0F, await reader.readexactly(size)
