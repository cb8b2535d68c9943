"""Read the body of a request whose `Upgrade` is ignored.

At an `Upgrade` httptools' parser stops behind the head, and cannot be told to go on. A new one that
is fed the headers by which the body is framed reads the rest.
"""

from collections.abc import Callable, Iterable
from typing import Any

import httptools

from .request_head import Header

FRAMING = frozenset({b"content-length", b"transfer-encoding"})


class _Reader:
    """The callbacks of the new parser, which has read the head once more."""

    def __init__(self, protocol: Any) -> None:
        self._trailer: Callable[[bytes, bytes], None] = protocol.on_header
        self._behind_head = False
        self.on_body: Callable[[bytes], None] = protocol.on_body
        self.on_message_complete: Callable[[], None] = protocol.end_message

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._behind_head:
            self._trailer(name, value)

    def on_headers_complete(self) -> None:
        self._behind_head = True


def body_parser(headers: Iterable[Header], protocol: Any) -> httptools.HttpRequestParser:
    """Return a parser that goes on where another has stopped at an upgrade.

    Args:
        headers: of the request, with their names in lower case.
        protocol: hears `on_body`, `on_header` for trailers, and `end_message`: before this
            returns where there is no body.
    """
    parser = httptools.HttpRequestParser(_Reader(protocol))
    framing = [b"%b: %b\r\n" % (name, value.strip()) for name, value in headers if name in FRAMING]
    parser.feed_data(b"POST / HTTP/1.1\r\n%b\r\n" % b"".join(framing))
    return parser
