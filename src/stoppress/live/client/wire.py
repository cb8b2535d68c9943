"""What the reference client's three transports have in common."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

Frame = dict[str, Any]
# Makes JSON into values; a caller with many readers may share the work between them.
Decode = Callable[[str | bytes], Any]

# A poll's answer may take the server 10 s.
OPEN_SECONDS = 15.0


class Ended(Exception):
    """The server ended a connection, or refused to open it.

    Attributes:
        code: a WebSocket close code, or the HTTP status of a refusal.
        wait: seconds that its `Retry-After` says, if it does.
    """

    def __init__(self, code: int, reason: str = "", wait: float | None = None) -> None:
        did = "closed with" if code >= 1000 else "answered"
        super().__init__(f"{did} {code} {reason}".strip())
        self.code, self.reason, self.wait = code, reason, wait


class NotAFrame(Exception):
    """What the server sent cannot be read as a frame."""


class Wire(Protocol):
    """An open connection."""

    async def receive(self) -> Frame:
        """Return the next frame.

        Raises:
            Ended, NotAFrame, OSError.
        """

    async def say(self, text: str) -> None:
        """Tell the server something, where the transport can."""

    async def close(self, code: int, reason: str) -> None:
        """Leave, with a reason where the transport can give one."""


class Transport(Protocol):
    """A way to a site's streams.

    It is opened with a function that returns the query as it is to be asked at that moment.
    """

    def __call__(
        self, site: str, query: Callable[[], str], decode: Decode
    ) -> AbstractAsyncContextManager[Wire]: ...


def frame_of(message: str | bytes, decode: Decode) -> Frame:
    """Return a message as a frame.

    Raises:
        NotAFrame: it is not one.
    """
    try:
        frame = decode(message)
    except ValueError as error:
        raise NotAFrame("what the server sent is not JSON") from error
    if not isinstance(frame, dict):
        raise NotAFrame("what the server sent is not a frame")
    return frame


def retry_after(value: str | None) -> float | None:
    """Return the seconds that a `Retry-After` says, as a number or a date (RFC 9110, 10.2.3)."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
