"""Convert between bytes and Python 2's byte strings, in which each character is one byte."""

import binascii


def to_bytes(text: str | bytes) -> bytes:
    """Return the bytes for the socket."""
    return text.encode("latin-1") if isinstance(text, str) else bytes(text)


def to_text(data: str | bytes) -> str:
    """Return the string that the suite's cases compare."""
    return data if isinstance(data, str) else bytes(data).decode("latin-1")


def b2a_hex(text: str | bytes) -> str:
    """Return the bytes in hex."""
    return binascii.b2a_hex(to_bytes(text)).decode()
