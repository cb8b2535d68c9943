"""Validate the head of a request before any work is done for it (RFC 9110, RFC 9112)."""

import re
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus

Header = tuple[bytes, bytes]

# The longest `Upgrade` and `Connection` of a handshake, together, in bytes.
UPGRADE_BYTES = 256
# The digits of a length below 2**64.
LENGTH_DIGITS = 20
VERSIONS = frozenset({"1.0", "1.1"})

# A user name before the host is not allowed: it is used to disguise an address as another.
_ABSOLUTE = re.compile(rb"https?://([^/?#@\\]+)(?=[/?#]|$)", re.IGNORECASE)


class BadRequest(Exception):
    """A request that is not served.

    Attributes:
        status: the HTTP status of the answer.
        words: the reason, as a sentence.
    """

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"{status} {words}")
        self.status = status
        self.words = words

    def answer(self, headers: Iterable[Header], is_head: bool) -> bytes:
        """Return the response, after which the connection is closed.

        Args:
            headers: the headers that every response has.
            is_head: the request's method is HEAD.
        """
        words = f"{self.words}\n".encode()
        lines = [
            b"HTTP/1.1 %d %b" % (self.status, HTTPStatus(self.status).phrase.encode()),
            *(b"%b: %b" % header for header in headers),
            b"content-type: text/plain; charset=utf-8",
            b"x-content-type-options: nosniff",
            b"content-length: %d" % len(words),
            b"connection: close",
        ]
        return b"\r\n".join([*lines, b"", b"" if is_head else words])


def read_target(method: str, version: str, target: bytes, headers: list[Header]) -> bytes:
    """Return the request target in origin form, which begins with a path.

    The host of a target in absolute form replaces `Host` (RFC 9112, section 3.2.2).

    Args:
        headers: with their names in lower case; changed if `Host` is replaced.

    Raises:
        BadRequest: the request is ambiguous, or not meant for this server.
    """
    if version not in VERSIONS:
        raise BadRequest(400, "This server speaks HTTP/1.1 and HTTP/1.0.")
    if method == "CONNECT":
        raise BadRequest(400, "This server is not a proxy: it does not serve CONNECT.")
    hosts = codings = 0
    for name, value in headers:
        if name == b"host":
            hosts += 1
        elif name == b"transfer-encoding":
            codings += 1
            if value.strip().lower() != b"chunked":
                raise BadRequest(400, "The only transfer coding that is supported is chunked.")
    # A proxy in front of us may have used the other header (RFC 9112, sections 3.2 and 6.1).
    if hosts > 1 or (not hosts and version == "1.1"):
        raise BadRequest(400, "A request must have exactly one Host header.")
    if codings > 1:
        raise BadRequest(400, "A request must have at most one Transfer-Encoding header.")
    if target[:1] == b"/" or (target == b"*" and method == "OPTIONS"):
        return target
    return _without_authority(target, headers)


def _without_authority(target: bytes, headers: list[Header]) -> bytes:
    found = _ABSOLUTE.match(target)
    if found is None:
        raise BadRequest(400, "The request target must be a path or an http URL.")
    headers[:] = [(name, value) for name, value in headers if name != b"host"]
    headers.insert(0, (b"host", found[1]))
    path = target[found.end() :]
    return path if path[:1] == b"/" else b"/" + path


def length_of_body(headers: Iterable[Header]) -> int | None:
    """Return the length of a request's body in bytes; None for a chunked body.

    Raises:
        BadRequest: the Content-Length has more digits than any valid length.
    """
    for name, value in headers:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            if len(value) > LENGTH_DIGITS:
                raise BadRequest(400, "The Content-Length has too many digits.")
            return int(value)
    return 0


def is_handshake(method: str, version: str, headers: Iterable[Header]) -> bool:
    """Return whether a request is a WebSocket handshake; ignore any other `Upgrade`.

    A server may ignore an upgrade, and must do so in HTTP/1.0 (RFC 9110, section 7.8).

    Raises:
        BadRequest: the request is a handshake that is not valid.
    """
    upgrade = connection = b""
    for name, value in headers:
        if name == b"upgrade":
            upgrade = upgrade + b"," + value if upgrade else value
        elif name == b"connection":
            connection = connection + b"," + value if connection else value
    if version != "1.1" or len(upgrade) + len(connection) > UPGRADE_BYTES:
        return False
    if not _name_websocket(upgrade, connection):
        return False
    if method != "GET":
        raise BadRequest(400, "A WebSocket handshake must use GET.")
    if length_of_body(headers) != 0:
        raise BadRequest(400, "A WebSocket handshake must not have a body.")
    return True


# Most clients send the same values.
@lru_cache(maxsize=64)
def _name_websocket(upgrade: bytes, connection: bytes) -> bool:
    return _tokens(upgrade) == [b"websocket"] and b"upgrade" in _tokens(connection)


def _tokens(listed: bytes) -> list[bytes]:
    return [word for word in map(bytes.strip, listed.lower().split(b",")) if word]
