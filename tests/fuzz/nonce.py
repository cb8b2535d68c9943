"""Marks by which an answer is known to belong to a request."""

import re

# In a script every mark has this serial; each time that it is played, the next.
SERIAL = b"00000000"
# `q` marks a request, `x` what stands in a body and must never be answered, `v` the victim's.
NONCE = re.compile(rb"[qxv][0-9a-f]{8}c[0-9a-z]{3}")
_MARKED = re.compile(rb"(?<=[qx])00000000(?=c[0-9a-z]{3})")
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def mark(kind: str, connection: int, request: int) -> bytes:
    """Return a request's nonce in a script."""
    number = DIGITS[request // 36] + DIGITS[request % 36]
    return b"%s%sc%s" % (kind.encode(), SERIAL, f"{DIGITS[connection]}{number}".encode())


def numbered(data: bytes, serial: int) -> bytes:
    """Return bytes with the serial of this time they are played."""
    return _MARKED.sub(b"%08x" % serial, data)


def nonces(data: bytes) -> set[bytes]:
    """Return the nonces in some bytes."""
    return set(NONCE.findall(data))
