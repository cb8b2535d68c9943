"""Write valid and invalid WebSocket frames, and parse frames (RFC 6455, section 5)."""

import struct
from dataclasses import dataclass

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
FIN = 0x80
# Largest message; the site closes with 1009 at a larger one.
MESSAGE_BYTES = 4096


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    bits: int = FIN,
    masked: bool = True,
    length: int | None = None,
) -> bytes:
    """Return a client's frame.

    Args:
        bits: FIN and the reserved bits.
        length: the length in the head; that of the payload if None.
    """
    size = len(payload) if length is None else length
    flag = 0x80 if masked else 0
    if size < 126:
        head = bytes([bits | opcode, flag | size])
    elif size < 2**16:
        head = bytes([bits | opcode, flag | 126]) + struct.pack("!H", size)
    else:
        head = bytes([bits | opcode, flag | 127]) + struct.pack("!Q", size)
    if not masked:
        return head + payload
    mask = b"\x11\x22\x33\x44"
    return head + mask + bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload))


@dataclass
class Frames:
    """Parsed frames.

    Attributes:
        texts: complete text messages.
        close: the payload of a close frame; None without one.
        wrong: why the frames are invalid; empty if they are valid.
        rest: the bytes of an incomplete frame.
        binary: whether there is a binary message, which the site may refuse.
    """

    texts: list[bytes]
    close: bytes | None = None
    wrong: str = ""
    rest: bytes = b""
    binary: bool = False


def read_frames(data: bytes, *, masked: bool) -> Frames:
    """Parse the frames of one side until a close frame or an invalid one.

    Args:
        masked: whether the frames must be masked: a client's must, a server's must not.
    """
    found = Frames([])
    at = 0
    parts: list[bytes] = []
    kind = 0
    while not found.wrong and found.close is None and len(data) - at >= 2:
        first, second = data[at], data[at + 1]
        fin, opcode, size = first & FIN, first & 0x0F, second & 0x7F
        head = 2 + {126: 2, 127: 8}.get(size, 0)
        if first & 0x70 or opcode not in {0, TEXT, BINARY, CLOSE, PING, PONG}:
            found.wrong = "reserved bits or opcode"
        elif bool(second & 0x80) is not masked:
            found.wrong = "the mask"
        elif opcode >= CLOSE and (not fin or size > 125):
            found.wrong = "a long or split control frame"
        elif opcode < CLOSE and (opcode == 0) is (kind == 0):
            found.wrong = "a fragment out of place"
        if found.wrong or len(data) - at < head:
            break
        if size >= 126:
            size = int.from_bytes(data[at + 2 : at + head], "big")
        if masked and sum(map(len, parts)) + size > MESSAGE_BYTES:
            found.wrong = "too large"
            break
        begin = at + head + (4 if masked else 0)
        if len(data) < begin + size:
            break
        payload = data[begin : begin + size]
        if masked:
            mask = data[begin - 4 : begin]
            payload = bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload))
        at = begin + size
        if opcode == CLOSE:
            found.close = payload
        elif opcode < CLOSE:
            kind = kind or opcode
            parts.append(payload)
            if fin:
                finish(found, kind, b"".join(parts))
                parts, kind = [], 0
    found.rest = data[at:]
    return found


def finish(found: Frames, kind: int, message: bytes) -> None:
    """Add a complete message."""
    if kind == BINARY:
        found.binary = True
        return
    try:
        message.decode()
    except UnicodeDecodeError:
        found.wrong = "no UTF-8"
    else:
        found.texts.append(message)
