"""Nonces, which show to which request an answer belongs."""

import re

# The serial of every nonce in a script; each play replaces it by the next number.
SERIAL = b"00000000"
# `q` is in a request, `x` in a body, which must never be answered, and `v` in the victim's polls.
NONCE = re.compile(rb"[qxv][0-9a-f]{8}c[0-9a-z]{3}")
_MARKED = re.compile(rb"(?<=[qx])00000000(?=c[0-9a-z]{3})")
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def mark(kind: str, connection: int, request: int) -> bytes:
    """Return a request's nonce in a script."""
    number = DIGITS[request // 36] + DIGITS[request % 36]
    return b"%s%sc%s" % (kind.encode(), SERIAL, f"{DIGITS[connection]}{number}".encode())


def numbered(data: bytes, serial: int) -> bytes:
    """Return bytes whose nonces have the serial of this play."""
    return _MARKED.sub(b"%08x" % serial, data)


def nonces(data: bytes) -> set[bytes]:
    """Return the nonces in some bytes."""
    return set(NONCE.findall(data))
