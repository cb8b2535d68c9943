"""Play a script of several connections against a server, beside a victim that polls."""

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from .answers import Answers, Garbled, read_answers
from .frames import read_frames
from .message import Reading
from .nonce import numbered
from .reader import read
from .victim import Victim


@dataclass(frozen=True)
class Await:
    """A step: wait until every request so far is answered."""


Step = bytes | Await


@dataclass(frozen=True)
class Part:
    """The steps of one connection, and whether it ends with a reset."""

    steps: list[Step]
    reset: bool = False


@dataclass(frozen=True)
class Script:
    """The connections, and the order in which they take their steps."""

    parts: list[Part]
    order: list[int] = field(default_factory=list)

    def turns(self) -> list[int]:
        """Return the index of the connection that takes each step."""
        left = [len(part.steps) for part in self.parts]
        turns = []
        for number in [*self.order, *(n for n, steps in enumerate(left) for _ in range(steps))]:
            if number < len(left) and left[number]:
                left[number] -= 1
                turns.append(number)
        return turns


class Connection(asyncio.Protocol):
    """One connection of an attacker."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self.sent, self.got = b"", b""
        self.ended = self.cut = self.reset = False
        self.hung = ""
        # Whether frames were sent before the server's 101.
        self.early = False
        self._changed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Keep the received bytes."""
        self.got += data
        self._changed.set()

    def eof_received(self) -> bool:
        """Record that the server has ended its side."""
        self.ended = True
        self._changed.set()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end of the connection; an error may have cut off answers."""
        self.cut = self.cut or (exc is not None and not self.reset)
        self.ended = True
        self._changed.set()

    def reading(self) -> Reading:
        """Return the meaning of the bytes sent so far."""
        return read(self.sent)

    def answers(self) -> Answers:
        """Return the answers so far."""
        methods = [message.method for message in self.reading().messages]
        return read_answers(self.got, methods, self.ended)

    def say(self, data: bytes) -> None:
        """Send bytes, unless the connection is closing."""
        self.sent += data
        reading = self.reading()
        if reading.end == "websocket" and reading.rest and not self.upgraded():
            self.early = True
        if not self.transport.is_closing():
            self.transport.write(data)

    def upgraded(self) -> bool:
        """Return whether the handshake has succeeded."""
        return self.answers().upgraded

    async def until(self, true: Callable[[], bool], what: str) -> None:
        """Wait until a condition holds or the connection ends; note a timeout in `hung`."""
        try:
            async with asyncio.timeout(self._patience):
                while not self.ended and not true():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            self.hung = self.hung or what

    async def answered(self) -> None:
        """Wait until every request so far is answered."""
        reading = self.reading()
        due = len(reading.messages) + (reading.end == "unreadable")
        await self.until(lambda: len(self.answers().answers) >= due, "an answer")

    async def finish(self) -> None:
        """Wait for the remaining answers and messages, then for the end of the connection."""
        await self.answered()
        reading = self.reading()
        if reading.end == "websocket" and self.upgraded() and not self.early:
            said = read_frames(reading.rest, masked=True)
            if not (said.wrong or said.binary or said.close is not None):
                await self.until(lambda: self._heard(1 + len(said.texts)), "a message back")
            if said.close is None:
                # A wrong frame may look incomplete, so that the server waits for the rest.
                self.leave()
        elif reading.end in {"open", "partial", "websocket"}:
            self.leave()
        await self.until(lambda: False, "the end of the connection")
        self.transport.abort()

    def leave(self) -> None:
        """Close the sending side, and keep reading."""
        if not self.transport.is_closing() and self.transport.can_write_eof():
            with suppress(OSError):  # the server has reset it, and that is still to be read
                self.transport.write_eof()

    def end_with_reset(self) -> None:
        """Reset the connection."""
        self.reset = True
        if self.transport.is_closing():
            return
        raw = self.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def _heard(self, texts: int) -> bool:
        heard = read_frames(self.answers().rest, masked=False)
        return heard.close is not None or len(heard.texts) >= texts


async def play(
    script: Script,
    address: tuple[str, int],
    victim: Victim,
    serial: int,
    strict: bool,
    patience: float,
) -> list[Connection]:
    """Play a script, and return its connections when all have ended.

    After each step the victim polls. Once that poll is answered, a server with one process has
    read the step. So no waiting time is needed.

    Args:
        patience: seconds to wait for an answer.
        strict: wait for each answer. False behind a proxy, which may answer in its own way.
    """
    loop = asyncio.get_running_loop()
    connections = [
        (await loop.create_connection(lambda: Connection(patience), *address))[1]
        for _ in script.parts
    ]
    left = [list(part.steps) for part in script.parts]
    try:
        for turn in script.turns():
            connection, step = connections[turn], left[turn].pop(0)
            if isinstance(step, bytes):
                connection.say(numbered(step, serial))
                await victim.poll()
            elif strict:
                await connection.answered()
        for part, connection in zip(script.parts, connections, strict=True):
            if part.reset:
                connection.end_with_reset()
            elif strict:
                await connection.finish()
            else:
                connection.leave()
                await connection.until(lambda: False, "the end of the connection")
        await victim.poll()
    except Garbled as error:
        raise AssertionError(f"the server sent what is no answer: {error}") from error
    finally:
        for connection in connections:
            connection.transport.abort()
    return connections
