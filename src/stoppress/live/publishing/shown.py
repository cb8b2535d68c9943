"""What a page that is being made shows: its streams, and where each of them stood."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from stoppress.live.protocol.cursor import Cursor

_shown: ContextVar[dict[str, Cursor] | None] = ContextVar("stoppress_shown", default=None)


@contextmanager
def noting(shown: dict[str, Cursor]) -> Iterator[None]:
    """Note into `shown` what the block shows."""
    token = _shown.set(shown)
    try:
        yield
    finally:
        _shown.reset(token)


def is_noted() -> bool:
    """Say whether somebody wants to know what is shown."""
    return _shown.get() is not None


def note_shown(stream: str, cursor: Cursor) -> None:
    """Note what a shared page shows; where it has read a stream twice, the first time counts."""
    shown = _shown.get()
    if shown is not None:
        shown.setdefault(stream, cursor)
