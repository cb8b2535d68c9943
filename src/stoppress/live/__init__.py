"""Streams: durable, ordered logs of events, and the hub that shows them on every open page.

A site declares its streams in a `streams` module, publishes inside its own transactions, and
puts `{% live_feed %}` on a page:

    with live.atomic():
        match.save()
        live.publish("scores", "goal.scored", match.as_item())

What a reader's page shows then equals the log: every event once, in order, after any cut.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .application import asgi
    from .errors import LiveError, StreamBusy, UnknownStream
    from .live_model import LiveModel, touch
    from .pages.shown import shared_page, shows
    from .readers import reading
    from .registry import stream
    from .snapshots import Snapshot, snapshot
    from .writing import atomic, publish, redact, remove

# Django imports this package before its models can be: what needs them is imported at first use.
_HOME = {
    "LiveError": "errors",
    "LiveModel": "live_model",
    "Snapshot": "snapshots",
    "StreamBusy": "errors",
    "UnknownStream": "errors",
    "asgi": "application",
    "atomic": "writing",
    "publish": "writing",
    "reading": "readers",
    "redact": "writing",
    "remove": "writing",
    "shared_page": "pages.shown",
    "shows": "pages.shown",
    "snapshot": "snapshots",
    "stream": "registry",
    "touch": "live_model",
}

__all__ = [
    "LiveError",
    "LiveModel",
    "Snapshot",
    "StreamBusy",
    "UnknownStream",
    "asgi",
    "atomic",
    "publish",
    "reading",
    "redact",
    "remove",
    "shared_page",
    "shows",
    "snapshot",
    "stream",
    "touch",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
