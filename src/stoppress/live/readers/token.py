"""The bearer token of a request: in a header, or in a WebSocket's subprotocols."""

from typing import Any
from urllib.parse import unquote

SUBPROTOCOL = "stoppress.token."
# A JWT has some 1 KiB; the server limits the request's head anyway.
TOKEN_BYTES = 8192


def token_of(scope: Any) -> str | None:
    """Return the token of a request; None without one, and empty for an invalid one.

    A script in a browser cannot set headers of a WebSocket: it offers `stoppress.token.TOKEN` as a
    subprotocol (RFC 6455, section 1.9), with other characters percent-encoded. All other clients
    send `Authorization: Bearer TOKEN` (RFC 6750).
    """
    for offered in scope.get("subprotocols", ()):
        if offered.startswith(SUBPROTOCOL):
            return _checked(unquote(offered.removeprefix(SUBPROTOCOL)))
    for name, value in scope.get("headers", ()):
        scheme, _, token = value.partition(b" ")
        if name == b"authorization" and scheme.lower() == b"bearer":
            return _checked(token.strip().decode("latin1"))
    return None


def _checked(token: str) -> str:
    right = len(token) <= TOKEN_BYTES and token.isascii() and token.isprintable()
    return token if right else ""
