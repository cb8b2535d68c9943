"""A strict parser for the body of a request (RFC 9112, sections 6 and 7)."""

import re

from .head import END, note, read_fields
from .message import Message, Short, Unreadable

# Valid, but llhttp refuses it: it allows only a space there.
CODING_THEN_TAB = re.compile(rb"(?im)^transfer-encoding:.*\t\s*$")
SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})([ \t]*)(;[^\r\n]*)?")
EXTENSIONS = re.compile(rb'(;[!-+\--~]+(=([!-+\--~]+|"[^"\\]*"))?)*')
# Bytes of trailers beyond which a server may refuse them as too large.
LARGE_TRAILERS = 8 * 1024


def read_body(data: bytes, at: int, message: Message) -> int:
    """Parse a request's body into the message; return where it ends.

    Raises:
        Short: the body is incomplete.
        Unreadable: its end cannot be determined.
    """
    codings = message.words("transfer-encoding")
    lengths = message.values("content-length")
    if message.values("transfer-encoding"):
        if lengths or message.version != "1.1":
            # The chunks decide the length, and the connection ends after it (section 6.1).
            note(message, "a framing that smugglers use")
            message.closes = True
        if codings[-1:] != ["chunked"] or codings.count("chunked") > 1:
            raise Unreadable("a Transfer-Encoding that does not end in one `chunked`")
        if CODING_THEN_TAB.search(message.head):
            note(message, "a tab behind a coding")
        if len(codings) > 1 or len(message.values("transfer-encoding")) > 1:
            note(message, "a coding besides")
        if lengths:
            length_of(lengths, message)
        return read_chunks(data, at, message)
    length = length_of(lengths, message) if lengths else 0
    if len(data) - at < length:
        raise Short
    message.body = data[at : at + length]
    return at + length


def length_of(values: list[str], message: Message) -> int:
    """Return the length that all values of Content-Length agree on (section 6.3)."""
    members = [member.strip(" \t") for value in values for member in value.split(",")]
    if not all(re.fullmatch("[0-9]{1,18}", member) for member in members):
        raise Unreadable("Content-Length")
    if len({int(member) for member in members}) > 1:
        raise Unreadable("two lengths")
    if len(members) > 1:
        note(message, "its length twice")
    return int(members[0])


def read_chunks(data: bytes, at: int, message: Message) -> int:
    """Parse a chunked body, and drop its trailers (section 7.1); return where it ends."""
    parts = []
    while True:
        end = data.find(b"\n", at)
        # The size is checked only once its line is complete.
        if end < 0:
            raise Short
        found = SIZE.fullmatch(data[at : end - 1])
        if found is None or data[end - 1 : end] != b"\r":
            raise Unreadable("a chunk's size")
        if found[2] or (found[3] and not EXTENSIONS.fullmatch(found[3])):
            note(message, "an odd chunk extension")
        elif len(found[1]) > 8 or len(found[3] or b"") > 256:
            note(message, "a long chunk line")
        size, at = int(found[1], 16), end + 1
        if not size:
            break
        if len(data) - at < size:
            raise Short
        parts.append(data[at : at + size])
        at += size
        if data[at : at + 2] != b"\r\n":
            if b"\r\n".startswith(data[at : at + 2]):
                raise Short
            raise Unreadable("a chunk's end")
        at += 2
    message.body = b"".join(parts)
    trailers = Message(message.method, "", message.version)
    begin = at
    try:
        at = read_fields(data, at, trailers)
    except Unreadable:
        if END.search(data, begin - 1) is None:
            raise Short from None
        raise
    if trailers.values("content-length") or trailers.values("transfer-encoding"):
        # Clients must not send these (RFC 9110, section 6.5.1).
        note(message, "a trailer about framing")
    if trailers.may_refuse:
        note(message, trailers.may_refuse)
    if at - begin > LARGE_TRAILERS:
        note(message, "large trailers")
    return at
