"""Read the body of a request whose `Upgrade` is ignored.

httptools' parser stops after the head of a request with `Upgrade`, and cannot continue. A new
parser, which is fed the headers that frame the body, reads the rest.
"""

from collections.abc import Callable, Iterable
from typing import Any

import httptools

from .request_head import Header

FRAMING = frozenset({b"content-length", b"transfer-encoding"})


class _Reader:
    """The callbacks of the new parser; they ignore the head that it is fed."""

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
    """Return a parser that continues where another stopped at an upgrade.

    Args:
        headers: the request's headers, with their names in lower case.
        protocol: gets the calls `on_body`, `on_header` for trailers, and `end_message`. If the
            request has no body, `end_message` is called before this function returns.
    """
    parser = httptools.HttpRequestParser(_Reader(protocol))
    framing = [b"%b: %b\r\n" % (name, value.strip()) for name, value in headers if name in FRAMING]
    parser.feed_data(b"POST / HTTP/1.1\r\n%b\r\n" % b"".join(framing))
    return parser
