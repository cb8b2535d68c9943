"""A strict parser for the head of a request (RFC 9112, sections 2 to 5)."""

import re

from .message import Message, Short, Unreadable

TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
REQUEST_LINE = re.compile(rb"([^ ]+)( +)([^ ]+)( +)HTTP/(\d)\.(\d)")
# A parser may refuse all other methods, with 501 or any other status.
KNOWN_METHODS = {b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"TRACE"}
ABSOLUTE = re.compile(rb"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE)
HOST = re.compile(r"([A-Za-z0-9._~%-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]*)?")
PLAIN_TARGET = re.compile(rb"/[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*")
# Bytes of a head and of a target beyond which a server may refuse them as too large.
LARGE_HEAD, LARGE_TARGET = 16 * 1024, 8 * 1024
# The empty line after a head.
END = re.compile(rb"\n\r?\n")
CONTROLS = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")


def line(data: bytes, at: int) -> tuple[bytes, int, bool]:
    """Return the line at an offset, the offset of the next, and whether the line ends with CRLF."""
    end = data.find(b"\n", at)
    if end < 0:
        raise Short
    good = end > at and data[end - 1] == 0x0D
    return data[at : end - good], end + 1, good


def read_head(data: bytes, at: int) -> tuple[Message, int]:
    """Return a request without its body, and the offset of the body.

    Raises:
        Short: the head is incomplete.
        Unreadable: it is not a valid head.
    """
    begin = at
    try:
        message, at = _read_head(data, at)
    except Unreadable:
        # A server may refuse it early, but must do so once the head is complete.
        if END.search(data, begin) is None:
            raise Short from None
        raise
    if at - begin > LARGE_HEAD:
        note(message, "a large head")
    message.head = data[begin:at]
    return message, at


def _read_head(data: bytes, at: int) -> tuple[Message, int]:
    empty = 0
    first, at, good = line(data, at)
    while not first:
        empty += 1
        first, at, good = line(data, at)
    message = read_request_line(first.lstrip(b"\r"))
    if first.startswith(b"\r"):
        note(message, "a CR before it")
    if empty > 1:
        note(message, "empty lines before it")
    if not good:
        note(message, "a bare LF")
    return message, read_fields(data, at, message)


def note(message: Message, why: str) -> None:
    """Note why a server may refuse a request."""
    message.may_refuse = message.may_refuse or why


def read_request_line(first: bytes) -> Message:
    """Parse a request line; return the request."""
    found = REQUEST_LINE.fullmatch(first)
    if found is None or not TOKEN.fullmatch(found[1]):
        raise Unreadable("the request line")
    method, _, target, _, major, minor = found.groups()
    if b"\0" in target or b"\r" in target:
        raise Unreadable("a NUL or CR in the target")
    message = Message(method.decode(), "", f"{int(major)}.{int(minor)}")
    if len(found[2]) > 1 or len(found[4]) > 1:
        note(message, "more than one space")
    if method == b"CONNECT":
        raise Unreadable("CONNECT")
    if method not in KNOWN_METHODS:
        note(message, "an unknown method")
    if message.version not in {"1.0", "1.1"}:
        note(message, "another version")
        message.closes = None
    if len(target) > LARGE_TARGET:
        note(message, "a large target")
    read_target(target, message)
    return message


def read_target(target: bytes, message: Message) -> None:
    """Parse the target, in one of its four forms (RFC 9112, section 3.2)."""
    absolute = ABSOLUTE.fullmatch(target)
    path = target
    if absolute is not None:
        message.headers.append((":authority", absolute[2].decode("latin-1")))
        path = absolute[3]
        if not path.startswith(b"/"):
            path = b"/" + path
        if absolute[1].lower() == b"https" or not HOST.fullmatch(absolute[2].decode("latin-1")):
            note(message, "an absolute form that is not ours")
            message.loose = True
    if not PLAIN_TARGET.fullmatch(path) or path.startswith(b"//"):
        note(message, "an odd target")
        message.loose = True
    message.target = path.decode("latin-1")


def read_fields(data: bytes, at: int, message: Message) -> int:
    """Parse a header section or a trailer section; return where it ends."""
    begun = False
    while True:
        text, at, good = line(data, at)
        if not good:
            note(message, "a bare LF")
        if not text:
            return at
        if b"\0" in text or b"\r" in text:
            raise Unreadable("a NUL or CR in a header")
        if text[:1] in b" \t":
            if not begun:
                raise Unreadable("a space before the first header")
            note(message, "obs-fold")
            message.loose = True
            name, value = message.headers.pop()
            folded = text.decode("latin-1").strip(" \t")
            message.headers.append((name, f"{value} {folded}".strip()))
            continue
        name, colon, value = text.partition(b":")
        if not colon or not TOKEN.fullmatch(name):
            raise Unreadable("a header's name")
        if CONTROLS.search(value):
            note(message, "a control character")
            message.loose = True
        message.headers.append((name.decode().lower(), value.strip(b" \t").decode("latin-1")))
        begun = True
