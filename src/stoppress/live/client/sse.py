"""The reference client's SSE transport."""

from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from aiohttp import ClientResponse
from yarl import URL

from .http import get
from .wire import Ask, Decode, Ended, Frame, NotAFrame, Wire, frame_of

_MESSAGE_CHARS = 64 * 1024 * 1024


class Message(NamedTuple):
    """One event of an event stream."""

    event: str
    data: str
    id: str


class EventStream:
    """Parses an event stream (WHATWG HTML, section 9.2.6) from pieces of any size."""

    def __init__(self) -> None:
        self._rest = b""
        self._begun = False
        self._data: list[str] = []
        self._size = 0
        self._event = ""
        self.last_id = ""

    def parse(self, piece: bytes) -> Iterator[Message]:
        """Parse a piece, and yield the messages that it completes."""
        lines = self._lines(piece)
        for line in lines:
            if not line:
                if (message := self._dispatch()) is not None:
                    yield message
            elif not line.startswith(":"):
                self._parse_line(line)

    def _lines(self, piece: bytes) -> list[str]:
        text = self._rest + piece
        # A CR at the end may be half of a CR LF: it is kept for the next piece.
        held = text[-1:] if text.endswith(b"\r") else b""
        whole = text[: len(text) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, rest = whole.split(b"\n")
        self._rest = rest + held
        if len(self._rest) > _MESSAGE_CHARS:
            raise NotAFrame("a line of the event stream does not end")
        decoded = [line.decode(errors="replace") for line in lines]
        if decoded and not self._begun:
            self._begun = True
            decoded[0] = decoded[0].removeprefix("\ufeff")
        return decoded

    def _parse_line(self, line: str) -> None:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
            self._size += len(value)
            if self._size > _MESSAGE_CHARS:
                raise NotAFrame("a message of the event stream does not end")
        elif field == "event":
            self._event = value
        elif field == "id" and "\0" not in value:
            self.last_id = value

    def _dispatch(self) -> Message | None:
        event, data = self._event or "message", self._data
        self._event, self._data, self._size = "", [], 0
        return Message(event, "\n".join(data), self.last_id) if data else None


class SseWire:
    """An open event stream."""

    def __init__(self, response: ClientResponse, decode: Decode) -> None:
        self._response = response
        self._decode = decode
        self._stream = EventStream()
        self._messages: deque[Message] = deque()

    async def receive(self) -> Frame:
        while not self._messages:
            piece = await self._response.content.readany()
            if not piece:
                raise Ended(1006, "the event stream ended")
            self._messages.extend(self._stream.parse(piece))
        return frame_of(self._messages.popleft().data, self._decode)

    async def send(self, text: str) -> None:
        """Do nothing: an event stream goes one way."""

    async def close(self, code: int, reason: str) -> None:
        self._response.close()


@asynccontextmanager
async def open_sse(site: str, ask: Ask, decode: Decode) -> AsyncIterator[Wire]:
    """Open `/live/sse`.

    Args:
        site: the site's address without a trailing slash.
    """
    headers = {"Accept": "text/event-stream", "Cache-Control": "no-store", **ask.headers()}
    address = URL(f"{site}/live/sse?{ask.query()}", encoded=True)
    async with ask.session() as opened, get(opened, address, headers, frozenset({200})) as response:
        if response.content_type != "text/event-stream":
            raise Ended(502, f"a response of type {response.content_type}")
        yield SseWire(response, decode)
