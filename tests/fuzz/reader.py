"""The judge's own parser for one connection, independent of the server's."""

import base64
import binascii

from .body import read_body
from .head import HOST, note, read_head
from .message import Message, Reading, Short, Unreadable


def read(data: bytes) -> Reading:
    """Return the requests in the bytes sent on a connection, and its state after them."""
    messages: list[Message] = []
    at = 0
    while data[at:].strip(b"\r\n"):
        message = None
        try:
            message, at = read_head(data, at)
            check_host(message)
            check_closing(message)
            at = read_body(data, at, message)
            upgrade = check_upgrade(message)
        except Short:
            why = message.may_refuse if message is not None else ""
            return Reading(messages, "partial", why)
        except Unreadable as error:
            return Reading(messages, "unreadable", str(error))
        messages.append(message)
        if upgrade:
            return Reading(messages, upgrade, rest=data[at:])
        if message.closes:
            return Reading(messages, "closed")
    return Reading(messages, "open")


def check_host(message: Message) -> None:
    """Require one Host (RFC 9112, section 3.2), and let the absolute form's replace it."""
    hosts = message.values("host")
    if len(hosts) > 1 or (not hosts and message.version == "1.1"):
        raise Unreadable("no Host" if not hosts else "two Hosts")
    if hosts and not HOST.fullmatch(hosts[0]):
        note(message, "an odd Host")
    authority = message.values(":authority")
    if authority:
        others = [each for each in message.headers if each[0] not in {"host", ":authority"}]
        message.headers = [("host", authority[0]), *others]


def check_closing(message: Message) -> None:
    """Return whether the connection ends with the answer (RFC 9112, section 9.3)."""
    words = message.words("connection")
    if "close" in words:
        message.closes = True
    elif message.version != "1.1" and message.closes is not True:
        # A server may close an HTTP/1.0 connection even if the client asks to keep it.
        message.closes = None if "keep-alive" in words else True
    if message.words("expect") and message.closes is False:
        # A client that gets an answer instead of a 100 may omit the body, so the server may close.
        message.closes = None
    # A server may ignore an unknown expectation or refuse it (RFC 9110, section 10.1.1).
    if any(word != "100-continue" for word in message.words("expect")):
        note(message, "an unknown expectation")


def check_upgrade(message: Message) -> str:
    """Return the state of the connection after a request with an Upgrade header.

    Raises:
        Unreadable: it is an invalid handshake for a WebSocket.
    """
    offered = message.words("upgrade")
    if message.version != "1.1" or "upgrade" not in message.words("connection"):
        if offered:
            # A server may refuse an incomplete handshake; it must not accept it.
            note(message, "half a handshake" if "websocket" in offered else "")
        return ""
    if offered != ["websocket"]:
        # A server may choose among several protocols; the site ignores lists.
        return ""
    if message.method != "GET":
        raise Unreadable("a handshake that is no GET")
    if message.body or message.values("transfer-encoding"):
        raise Unreadable("a handshake with a body")
    if not is_key(message.values("sec-websocket-key")):
        raise Unreadable("a handshake without a key")
    if message.values("sec-websocket-version") != ["13"]:
        raise Unreadable("a handshake of another version")
    if message.values("content-length"):
        note(message, "a handshake with a length")
    message.handshake = True
    return "websocket"


def is_key(values: list[str]) -> bool:
    """Return whether there is exactly one key of 16 bytes in base64 (RFC 6455, section 4.1)."""
    try:
        return len(values) == 1 and len(base64.b64decode(values[0], validate=True)) == 16
    except binascii.Error:
        return False
