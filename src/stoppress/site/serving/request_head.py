"""The head of a request, judged before anything is done for it (RFC 9110, RFC 9112)."""

import re
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus

Header = tuple[bytes, bytes]

# Of the two headers of a handshake; what is longer is none.
UPGRADE_BYTES = 256
# Of a length below 2**64.
LENGTH_DIGITS = 20
VERSIONS = frozenset({"1.0", "1.1"})

# Without the names of a user: whoever sends those means to be taken for another address.
_ABSOLUTE = re.compile(rb"https?://([^/?#@\\]+)(?=[/?#]|$)", re.IGNORECASE)


class BadRequest(Exception):
    """A request that is not served.

    Attributes:
        status: the HTTP status of the answer.
        words: what is wrong, as a sentence.
    """

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"{status} {words}")
        self.status = status
        self.words = words

    def answer(self, headers: Iterable[Header], is_head: bool) -> bytes:
        """Return the answer, after which the connection is closed.

        Args:
            headers: of all answers.
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
    """Return the target as the server's own, with a path at its beginning.

    The host of an absolute form takes the place of `Host` (RFC 9112, section 3.2.2).

    Args:
        headers: with their names in lower case; changed where `Host` is replaced.

    Raises:
        BadRequest: the request cannot be read in one way alone, or is none for this server.
    """
    if version not in VERSIONS:
        raise BadRequest(400, "This server speaks HTTP/1.1 and HTTP/1.0.")
    if method == "CONNECT":
        raise BadRequest(400, "This server is no proxy: CONNECT is not served.")
    hosts = codings = 0
    for name, value in headers:
        if name == b"host":
            hosts += 1
        elif name == b"transfer-encoding":
            codings += 1
            if value.strip().lower() != b"chunked":
                raise BadRequest(400, "Of transfer codings only chunked is read.")
    # Whoever stands before us may have heeded the other one (RFC 9112, sections 3.2 and 6.1).
    if hosts > 1 or (not hosts and version == "1.1"):
        raise BadRequest(400, "A request has one Host header.")
    if codings > 1:
        raise BadRequest(400, "A request has one Transfer-Encoding header.")
    if target[:1] == b"/" or (target == b"*" and method == "OPTIONS"):
        return target
    return _without_authority(target, headers)


def _without_authority(target: bytes, headers: list[Header]) -> bytes:
    found = _ABSOLUTE.match(target)
    if found is None:
        raise BadRequest(400, "The target of a request is a path, or an http address.")
    headers[:] = [(name, value) for name, value in headers if name != b"host"]
    headers.insert(0, (b"host", found[1]))
    path = target[found.end() :]
    return path if path[:1] == b"/" else b"/" + path


def length_of_body(headers: Iterable[Header]) -> int | None:
    """Return how many bytes a request's body has; None where it comes in chunks.

    Raises:
        BadRequest: that is said in more digits than any length has.
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
    """Return whether a request asks for a WebSocket; any other `Upgrade` is to be ignored.

    A server may ignore an upgrade, and has to in HTTP/1.0 (RFC 9110, section 7.8).

    Raises:
        BadRequest: it asks for a WebSocket in a way that none can be opened.
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
        raise BadRequest(400, "A WebSocket is opened by GET.")
    if length_of_body(headers) != 0:
        raise BadRequest(400, "A WebSocket's handshake has no body.")
    return True


# A crowd says the same.
@lru_cache(maxsize=64)
def _name_websocket(upgrade: bytes, connection: bytes) -> bool:
    return _tokens(upgrade) == [b"websocket"] and b"upgrade" in _tokens(connection)


def _tokens(listed: bytes) -> list[bytes]:
    return [word for word in map(bytes.strip, listed.lower().split(b",")) if word]
