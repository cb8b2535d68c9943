"""The opening handshake, checked by the `websockets` library (RFC 6455, section 4.2)."""

from collections.abc import Iterable

from websockets.datastructures import Headers
from websockets.exceptions import InvalidHandshake
from websockets.http11 import Request

from .parser import Parser

# What a handshake is checked by: there are no extensions, and the site chooses the subprotocol.
_CHECKED = {
    b"connection": "Connection",
    b"upgrade": "Upgrade",
    b"sec-websocket-key": "Sec-WebSocket-Key",
    b"sec-websocket-version": "Sec-WebSocket-Version",
}
_ACCEPTED = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: "
)
# Asked what it makes of a request, which leaves nothing of that behind.
_CHECKS = Parser(None)


class Refused(Exception):
    """A request that opens no WebSocket.

    Attributes:
        answer: what is to be sent before the connection is closed.
    """

    def __init__(self, answer: bytes) -> None:
        super().__init__(answer)
        self.answer = answer


def request_of(url: bytes, headers: Iterable[tuple[bytes, bytes]]) -> Request:
    """Return a request that was read already: GET, HTTP/1.1, its URL in ASCII.

    Args:
        headers: with their names in lower case; those that nothing is checked by are left out.
    """
    checked = Headers()
    for name, value in headers:
        if name in _CHECKED:
            checked[_CHECKED[name]] = value.decode("latin-1")
    return Request(url.decode("ascii"), checked)


def read(data: bytes) -> Request:
    """Return the request that some bytes are.

    Raises:
        Refused: they are none.
    """
    parser = Parser(None)
    parser.receive_data(data)
    for event in parser.events_received():
        if isinstance(event, Request):
            return event
    raise Refused(b"".join(parser.data_to_send()))


def key_of(request: Request) -> str:
    """Return the value of `Sec-WebSocket-Accept` that a request is answered with.

    Raises:
        Refused: it opens no WebSocket.
    """
    try:
        return _CHECKS.process_request(request)[0]
    except InvalidHandshake:
        parser = Parser(None)
        parser.send_response(parser.accept(request))
        raise Refused(b"".join(parser.data_to_send())) from None


def accepted(key: str, subprotocol: str | None) -> bytes:
    """Return the answer that opens the WebSocket."""
    chosen = f"\r\nSec-WebSocket-Protocol: {subprotocol}" if subprotocol is not None else ""
    return _ACCEPTED + f"{key}{chosen}\r\n\r\n".encode()


def failed() -> bytes:
    """Return the answer of a server that cannot open it."""
    parser = Parser(None)
    parser.send_response(parser.reject(500, "Internal Server Error"))
    return b"".join(parser.data_to_send())


def subprotocols(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    """Return what a request offers to speak."""
    offered = [value for name, value in headers if name == b"sec-websocket-protocol"]
    return [word.strip() for words in offered for word in words.decode("latin-1").split(",")]
