"""A cached page, which is ready to be sent and can check whether it is current."""

from collections.abc import Sequence
from typing import Any

from stoppress.live.asgi_types import Headers
from stoppress.live.delivery.open_stream import OpenStream
from stoppress.live.hub.hub import Hub
from stoppress.live.protocol.cursor import Cursor

from .answer import Answer
from .request import PageRequest

# Headers that mean nothing without a body (RFC 9110, 15.4.5).
_OF_THE_BODY = frozenset({b"content-length", b"content-type", b"content-encoding"})


class KeptPage:
    """A response of Django's, and the streams that it depends on.

    Attributes:
        until: when it expires, by `time.monotonic()`.
        failed: it says that the site has failed.
    """

    def __init__(self, answer: Answer, until: float) -> None:
        self.until = until
        self.failed = answer.is_outage
        self.size = len(answer.body)
        self._status = answer.status
        self._etag = opaque_tag(answer.header(b"etag").encode("latin1"))
        self._body = answer.body
        length = (b"content-length", str(len(answer.body)).encode())
        self._headers = [h for h in answer.headers if h[0] != b"content-length"] + [length]
        self._unchanged = [h for h in answer.headers if h[0] not in _OF_THE_BODY]
        self._hub: Hub | None = None
        self._streams: list[tuple[OpenStream, Cursor]] = []

    def depend_on(self, hub: Hub, streams: Sequence[tuple[OpenStream, Cursor]]) -> None:
        """Set the streams that the page shows, with the page's cursors."""
        self._hub, self._streams = hub, list(streams)

    def is_current(self, hub: Hub) -> bool:
        """Return whether the page has every event that the hub knows, and no withdrawn text."""
        if self._hub is not hub:
            return False
        for stream, cursor in self._streams:
            # A stream that the hub dropped, or no longer follows, is not up to date.
            followed = stream.followed and hub.streams.get(stream.name) is stream
            if (
                not followed
                or stream.ring.head != cursor
                or cursor.position < stream.floor.position
            ):
                return False
        return True

    def answer(self, asked: PageRequest) -> tuple[int, Headers, bytes]:
        """Return status, headers and body for one request."""
        if asked.condition and self._status == 200 and self._is_known(asked.condition):
            return 304, self._unchanged, b""
        return self._status, self._headers, b"" if asked.head else self._body

    def _is_known(self, condition: bytes) -> bool:
        """Return whether the reader has the page, by the weak comparison of RFC 9110, 8.8.3.2."""
        if condition.strip() == b"*":
            return True
        tags = condition.split(b",")
        return bool(self._etag) and any(opaque_tag(tag.strip()) == self._etag for tag in tags)

    async def send(self, asked: PageRequest, send: Any) -> None:
        """Answer one request with this page."""
        status, headers, body = self.answer(asked)
        # A copy: the server may change the list.
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})


def opaque_tag(etag: bytes) -> bytes:
    """Return an entity tag without its weakness prefix."""
    return etag.removeprefix(b"W/")
