"""Wrap an encoded frame for each transport, once for all its readers."""

from functools import lru_cache

from websockets.frames import Frame, Opcode

from .frames import kind_of


@lru_cache(maxsize=8)
def text_of(data: bytes) -> str:
    """Return an encoded frame as text; decoded once for all readers that take text."""
    return data.decode()


@lru_cache(maxsize=8)
def websocket_texts(frames: tuple[bytes, ...]) -> bytes:
    """Return encoded frames as unmasked WebSocket messages, made once for all readers."""
    return b"".join(part for data in frames for part in (_text_head(len(data)), data))


def websocket_text(data: bytes) -> bytes:
    """Return an encoded text as one unmasked WebSocket message."""
    return _text_head(len(data)) + data


@lru_cache(maxsize=1024)
def _text_head(size: int) -> bytes:
    return Frame(Opcode.TEXT, bytes(size)).serialize(mask=False)[: -size or None]


@lru_cache(maxsize=8)
def sse_event(data: bytes, place: str) -> bytes:
    """Return a frame as a server-sent event; made once for all readers at the same place.

    Args:
        place: every stream's cursor, for the event's id; empty for no id.
    """
    id_line = f"id: {place}\n" if place else ""
    return f"event: {kind_of(data)}\n{id_line}data: ".encode() + data + b"\n\n"


def forget_wrapped() -> None:
    """Clear the caches of wrapped frames: a text in them may have been withdrawn."""
    text_of.cache_clear()
    websocket_texts.cache_clear()
    sse_event.cache_clear()
