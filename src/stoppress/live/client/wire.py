"""The interface of the reference client's three transports."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, Protocol

from aiohttp import ClientSession

Frame = dict[str, Any]
# Parses JSON; a caller with many readers may share the parsed values.
Decode = Callable[[str | bytes], Any]
# Opens an HTTP session, whose failures are raised as OSError.
OpenSession = Callable[[], AbstractAsyncContextManager[ClientSession]]

# The server may take 10 s for the response to a poll.
OPEN_SECONDS = 15.0
# The longest wait that a server can ask for.
MOST_SECONDS = 300.0


class Ended(Exception):
    """The server ended a connection, or refused to open it.

    Attributes:
        code: a WebSocket close code, or the HTTP status of a refusal.
        wait: the seconds in its `Retry-After`, if it has one.
    """

    def __init__(self, code: int, reason: str = "", wait: float | None = None) -> None:
        did = "closed with" if code >= 1000 else "answered"
        super().__init__(f"{did} {code} {reason}".strip())
        self.code, self.reason, self.wait = code, reason, wait


class NotAFrame(Exception):
    """The server sent something that is not a frame."""


class Wire(Protocol):
    """An open connection."""

    async def receive(self) -> Frame:
        """Return the next frame.

        Raises:
            Ended, NotAFrame, OSError.
        """

    async def send(self, text: str) -> None:
        """Send the server a message, where the transport can."""

    async def close(self, code: int, reason: str) -> None:
        """Close the connection, with a reason where the transport can send one."""


class Ask(NamedTuple):
    """A client's request to a site: functions that return its present parts.

    Attributes:
        query: the query string, with the cursors.
        headers: the headers that identify the reader.
        session: opens the HTTP session of SSE and poll.
    """

    query: Callable[[], str]
    headers: Callable[[], dict[str, str]]
    session: OpenSession


class Transport(Protocol):
    """Opens a connection to a site's streams."""

    def __call__(
        self, site: str, ask: Ask, decode: Decode
    ) -> AbstractAsyncContextManager[Wire]: ...


def frame_of(message: str | bytes, decode: Decode) -> Frame:
    """Return a message as a frame.

    Raises:
        NotAFrame: it is not one.
    """
    try:
        frame = decode(message)
    except ValueError as error:
        raise NotAFrame("the server's message is not JSON") from error
    if not isinstance(frame, dict):
        raise NotAFrame("the server's message is not a frame")
    return frame


def seconds_told(said: object) -> float:
    """Return the seconds that a server names, limited to the longest accepted wait.

    Raises:
        NotAFrame: it is no number of seconds.
    """
    if isinstance(said, int | float) and said >= 0:
        return float(min(said, MOST_SECONDS))
    raise NotAFrame("a frame has no valid number of seconds")


def retry_after(value: str | None) -> float | None:
    """Return the seconds in a `Retry-After` header: a number or a date (RFC 9110, 10.2.3)."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None
