"""The opening handshake, checked by the `websockets` library (RFC 6455, section 4.2)."""

import re
from collections.abc import Iterable
from functools import lru_cache

from websockets.datastructures import Headers
from websockets.exceptions import InvalidHandshake
from websockets.http11 import Request
from websockets.utils import accept_key

from .parser import Parser

Header = tuple[bytes, bytes]

KEY = b"sec-websocket-key"
# The headers that decide about a handshake: there are no extensions, and the site chooses the
# subprotocol.
_CHECKED = {
    b"connection": "Connection",
    b"upgrade": "Upgrade",
    KEY: "Sec-WebSocket-Key",
    b"sec-websocket-version": "Sec-WebSocket-Version",
}
# 16 bytes in base64 (RFC 6455, section 4.1), in the form that every encoder writes.
_PLAIN_KEY = re.compile(rb"[A-Za-z0-9+/]{22}==")
_ANY_KEY = (KEY, b"dGhlIHNhbXBsZSBub25jZQ==")
_ACCEPTED = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: "
)
# Only checks requests; it keeps no state of them.
_CHECKS = Parser(None)


class Refused(Exception):
    """A request that is no valid opening handshake.

    Attributes:
        answer: bytes to send before the connection is closed.
    """

    def __init__(self, answer: bytes) -> None:
        super().__init__(answer)
        self.answer = answer


def read(data: bytes) -> Request:
    """Return the HTTP request in some bytes.

    Raises:
        Refused: they are no request.
    """
    parser = Parser(None)
    parser.receive_data(data)
    for event in parser.events_received():
        if isinstance(event, Request):
            return event
    raise Refused(b"".join(parser.data_to_send()))


def key_of(request: Request) -> str:
    """Return the value of `Sec-WebSocket-Accept` for the answer to a request.

    Raises:
        Refused: the request is no valid handshake.
    """
    try:
        return _CHECKS.process_request(request)[0]
    except InvalidHandshake:
        parser = Parser(None)
        parser.send_response(parser.accept(request))
        raise Refused(b"".join(parser.data_to_send())) from None


def key_among(headers: Iterable[Header]) -> str:
    """Return the same for the headers of a request that was read already: GET, HTTP/1.1.

    Args:
        headers: with names in lower case; headers that decide nothing are ignored.

    Raises:
        Refused: the request is no valid handshake.
    """
    checked = [header for header in headers if header[0] in _CHECKED]
    keys = [header for header in checked if header[0] == KEY]
    if len(keys) == 1 and _PLAIN_KEY.fullmatch(keys[0][1]):
        checked.remove(keys[0])
        if _opens(tuple(checked)):
            return accept_key(keys[0][1].decode("ascii"))
        checked += keys
    return key_of(_request_of(checked))


# Handshakes of a crowd differ only in the key.
@lru_cache(maxsize=16)
def _opens(checked: tuple[Header, ...]) -> bool:
    """Return whether these headers make a valid handshake together with a valid key."""
    try:
        _CHECKS.process_request(_request_of([*checked, _ANY_KEY]))
    except InvalidHandshake:
        return False
    return True


def _request_of(checked: Iterable[Header]) -> Request:
    headers = Headers()
    for name, value in checked:
        headers[_CHECKED[name]] = value.decode("latin-1")
    return Request("/", headers)


def accepted(key: str, subprotocol: str | None) -> bytes:
    """Return the answer that opens the WebSocket."""
    chosen = f"\r\nSec-WebSocket-Protocol: {subprotocol}" if subprotocol is not None else ""
    return _ACCEPTED + f"{key}{chosen}\r\n\r\n".encode()


def failed() -> bytes:
    """Return the answer of a server that cannot open it."""
    parser = Parser(None)
    parser.send_response(parser.reject(500, "Internal Server Error"))
    return b"".join(parser.data_to_send())


def subprotocols(headers: Iterable[Header]) -> list[str]:
    """Return the subprotocols that a request offers."""
    offered = [value for name, value in headers if name == b"sec-websocket-protocol"]
    return [word.strip() for words in offered for word in words.decode("latin-1").split(",")]
