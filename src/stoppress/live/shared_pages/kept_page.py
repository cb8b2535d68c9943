"""A page as it is kept: ready to be sent, and able to tell whether it is current."""

from collections.abc import Sequence
from typing import Any

from stoppress.live.asgi_types import Headers
from stoppress.live.delivery.feed import Feed
from stoppress.live.hub.hub import Hub
from stoppress.live.protocol.cursor import Cursor

from .answer import Answer
from .request import PageRequest

# What says nothing where there is no body (RFC 9110, 15.4.5).
_OF_THE_BODY = frozenset({b"content-length", b"content-type", b"content-encoding"})


class KeptPage:
    """An answer of Django's, and what the hub knew when it came.

    Attributes:
        until: when its time is over, by `time.monotonic()`.
    """

    def __init__(self, answer: Answer, until: float) -> None:
        self.until = until
        self.size = len(answer.body)
        self._status = answer.status
        self._etag = opaque_tag(answer.header(b"etag").encode("latin1"))
        self._body = answer.body
        length = (b"content-length", str(len(answer.body)).encode())
        self._headers = [h for h in answer.headers if h[0] != b"content-length"] + [length]
        self._unchanged = [h for h in answer.headers if h[0] not in _OF_THE_BODY]
        self._hub: Hub | None = None
        self._feeds: list[tuple[Feed, Cursor]] = []

    def stand_on(self, hub: Hub, feeds: Sequence[tuple[Feed, Cursor]]) -> None:
        """Take the feeds of the streams that the page shows, each at the page's cursor."""
        self._hub, self._feeds = hub, list(feeds)

    def stands(self, hub: Hub) -> bool:
        """Say whether it shows all that a hub knows of its streams, and nothing withdrawn."""
        if self._hub is not hub:
            return False
        for feed, cursor in self._feeds:
            # One that the hub has let go of, or no longer looks at, stays where it was.
            followed = feed.followed and hub.feeds.get(feed.name) is feed
            if not followed or feed.ring.head != cursor or cursor.position < feed.floor.position:
                return False
        return True

    def answer(self, asked: PageRequest) -> tuple[int, Headers, bytes]:
        """Return status, headers and body for one of those who ask for it."""
        if asked.condition and self._status == 200 and self._is_known(asked.condition):
            return 304, self._unchanged, b""
        return self._status, self._headers, b"" if asked.head else self._body

    def _is_known(self, condition: bytes) -> bool:
        """Say whether a reader has it already: the weak comparison of RFC 9110, 8.8.3.2."""
        if condition.strip() == b"*":
            return True
        tags = condition.split(b",")
        return bool(self._etag) and any(opaque_tag(tag.strip()) == self._etag for tag in tags)

    async def send(self, asked: PageRequest, send: Any) -> None:
        """Answer one of those who ask for it."""
        status, headers, body = self.answer(asked)
        # The list is the server's to change.
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})


def opaque_tag(etag: bytes) -> bytes:
    """Return an entity tag without its mark of weakness."""
    return etag.removeprefix(b"W/")
