"""Records which streams a page shows, each with the cursor that was read."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from stoppress.live.protocol.cursor import Cursor

_shown: ContextVar[dict[str, Cursor] | None] = ContextVar("stoppress_shown", default=None)


@contextmanager
def recording_shown(shown: dict[str, Cursor]) -> Iterator[None]:
    """Record into `shown` which streams the block reads."""
    token = _shown.set(shown)
    try:
        yield
    finally:
        _shown.reset(token)


def is_recording_shown() -> bool:
    """Return whether the streams of a page are being recorded."""
    return _shown.get() is not None


def record_shown(stream: str, cursor: Cursor) -> None:
    """Record a stream of a shared page; if it is read twice, the first cursor stays."""
    shown = _shown.get()
    if shown is not None:
        shown.setdefault(stream, cursor)
